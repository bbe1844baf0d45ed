"""Names of a package that are imported when they are asked for."""

import subprocess
import sys

import pytest

import advisor
from advisor import dataset, pilot


@pytest.mark.parametrize("package", [advisor, dataset, pilot], ids=lambda package: package.__name__)
def test_each_name_that_a_package_exports_is_there_and_no_other(package):
    assert all(getattr(package, name) is not None for name in package.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = package.nothing


def test_what_nobody_asked_for_is_not_imported():
    asked = "import advisor.pilot, sys; advisor.pilot.Endpoint; print('advisor.engine.verdict' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
