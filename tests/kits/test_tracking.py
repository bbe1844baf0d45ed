"""Two models compared on the same cases, against SciPy; and how the runs of an experiment are named and kept."""

from __future__ import annotations

import importlib.util
import json
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from scipy.stats import binomtest

from advisor.kits.evaluation import SCRIPTS
from advisor.kits.tracking import FINGERPRINT, GUIDES
from tests.kits.server import serving
from tests.kits.unpacked import CONTENT, kit_bytes, right_answers, run, unpack

LABELS = {"task": "classification", "refusal_share": 0}


@pytest.fixture(scope="module")
def comparing(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """compare.py, as it lies in a kit."""
    folder = unpack(kit_bytes("prompting", **LABELS), tmp_path_factory.mktemp("kit"))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        spec = importlib.util.spec_from_file_location("compare", folder / "compare.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1), (0, 20), (13, 20), (20, 20), (71, 87)])
def test_the_interval_is_that_of_wilson(comparing: ModuleType, k: int, n: int) -> None:
    wanted = binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert comparing.interval(k, n) == pytest.approx((wanted.low, wanted.high), abs=1e-6)


@pytest.mark.parametrize(("better", "worse"), [(0, 0), (1, 0), (5, 1), (1, 5), (6, 6), (12, 2), (40, 11)])
def test_chance_is_that_of_the_exact_test(comparing: ModuleType, better: int, worse: int) -> None:
    n = better + worse
    wanted = binomtest(better, n, 0.5).pvalue if n else 1.0
    assert comparing.by_chance(better, worse) == pytest.approx(wanted)


def answers(folder: Path, name: str, right: int, of: int) -> None:
    rows = [
        {"id": f"test-{place:03d}", "metric": "exact", "gold": "yes", "prediction": "yes" if place < right else "no"}
        for place in range(of)
    ]
    (folder / "answers").mkdir(exist_ok=True)
    (folder / "answers" / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")


def test_what_is_compared_is_said_with_its_interval_and_whether_it_can_be_chance(tmp_path: Path) -> None:
    folder = unpack(kit_bytes("prompting", **LABELS), tmp_path)
    assert "There is no answers/baseline.jsonl yet" in run(folder, "compare.py").stderr
    answers(folder, "baseline", 10, 20)
    assert "Only the baseline has answered so far" in run(folder, "compare.py").stderr
    answers(folder, "tuned", 12, 20)
    close = run(folder, "compare.py")
    assert close.stdout.splitlines() == [
        "baseline: 10 of 20 right, 50% (95% interval 30 to 70%)",
        "tuned: 12 of 20 right, 60% (95% interval 39 to 78%)",
        "tuned is right in 2 that baseline has wrong, and wrong in 0 that it has right.",
        "That can be chance: with two equal models it happens in 50.0% of comparisons. Add cases.",
    ]
    answers(folder, "tuned", 18, 19)
    far = run(folder, "compare.py", "baseline", "tuned").stdout
    assert "baseline: 10 of 19 right" in far
    assert "That is hardly chance: with two equal models it happens in 0.8% of comparisons." in far


@pytest.mark.parametrize("platform", GUIDES)
def test_the_experiment_names_its_rows_by_their_fingerprints_and_no_key(platform: str, tmp_path: Path) -> None:
    folder = unpack(kit_bytes(platform, platforms=[platform], **LABELS), tmp_path)
    page = (folder / "EXPERIMENT.md").read_text("utf-8")
    for name in ("data/train.jsonl", "data/validation.jsonl", "evaluation/evaluation_set.jsonl"):
        known = (folder / name).read_bytes().removeprefix(b"\xef\xbb\xbf")
        assert f"`{sha256(known).hexdigest()[:FINGERPRINT]}`" in next(row for row in page.splitlines() if name in row)
    names = json.loads((folder / "kit.json").read_text("utf-8"))["tracking"]
    assert f"`{names['run']}-`" in page
    guide = next(one for one in CONTENT.resources if one.id == GUIDES[platform])
    assert str(guide.current_url) in page
    assert ("Key Vault Secrets Officer" in page) is (platform == "azure")


def test_the_vendor_writes_the_run_where_it_is_asked_to(tmp_path: Path) -> None:
    folder = unpack(kit_bytes("openai", project="Letters", **LABELS), tmp_path)
    settings = json.loads((folder / "kit.json").read_text("utf-8"))
    settings["job"]["closed_from"] = {}
    (folder / "kit.json").write_text(json.dumps(settings), "utf-8")
    with serving(right_answers(folder)) as server:
        done = run(folder, "tune_openai.py", address=server.address, WANDB_NATIVE="1", WANDB_ENTITY="team")
        assert done.returncode == 0, done.stderr
        (body,) = server.bodies("/fine_tuning/jobs")
    wandb: dict[str, Any] = body["integrations"][0]["wandb"]
    assert body["integrations"] == [{"type": "wandb", "wandb": wandb}]
    assert wandb == {"project": "letters", "entity": "team", **{key: settings["tracking"][key] for key in ("tags",)},
                     "name": settings["tracking"]["run"]}  # fmt: skip


def test_scripts_that_keep_runs_read_the_key_from_the_environment_alone() -> None:
    for name in ("track_wandb.py", "tuning_job.py"):
        assert 'WANDB_API_KEY"]' not in (SCRIPTS / name).read_text("utf-8")
