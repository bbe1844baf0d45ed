"""Writes what statsmodels says of drawn tables: `pip install statsmodels` elsewhere, and run this there.

python tests/pilot/record_statsmodels.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import statsmodels
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint


def main() -> None:
    random = np.random.default_rng(20261130)
    tables = []
    for n in (8, 25, 60, 100, 100, 250, 400, 1000):
        counts = random.multinomial(n, random.dirichlet((4, 1, 1, 3)))
        both, first, second, neither = map(int, counts)
        square = [[both, first], [second, neither]]
        tables.append(
            {
                "counts": [both, first, second, neither],
                "mcnemar": float(mcnemar(square, exact=True).pvalue),
                "wilson": [float(end) for end in proportion_confint(both + first, n, method="wilson")],
                "kappa": float(cohens_kappa(square).kappa),
            }
        )
    ps = [sorted(random.random(size) ** 3, key=lambda _: random.random()) for size in (1, 2, 5, 12)]
    told = {
        "version": statsmodels.__version__,
        "tables": tables,
        "holm": [{"ps": list(map(float, some)), "holm": multipletests(some, method="holm")[1].tolist()} for some in ps],
    }
    Path(__file__).with_name("statsmodels.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
