"""An experiment that can be repeated: what is compared on which rows, and how its runs are kept in Weights & Biases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from advisor.content.load import Content
from advisor.content.sources import seen
from advisor.dataset.files.writers import json_lines
from advisor.dataset.template.job import METHODS, suffix
from advisor.dataset.template.markdown import bullets, numbered, table
from advisor.kits.kit import Files, Material, Row
from advisor.language import Language

NAME = "EXPERIMENT.md"
SCRIPT = "track_wandb.py"
GUIDES = {"openai": "wandb-openai", "azure": "wandb-azure"}
"""By platform, the source of the lesson on keeping its jobs in Weights & Biases."""
SCORE = 0.8
"""The share of right answers for which the width of the interval is shown."""
FINGERPRINT = 12
"""Characters of the hash by which a file of rows is known."""


def tracking(platform: str, material: Material) -> Row:
    """What track_wandb.py calls project and run, and what a job is tagged with."""
    model = re.sub(r"[^a-z0-9.]+", "-", material.route.model.lower()).strip("-") if material.route else "model"
    method = METHODS[material.shape]
    return {
        "tracking": {
            "project": suffix(material.design.project) if material.design.project else "fine-tuning",
            "run": f"{platform}-{method}-{model}",
            "tags": [platform, method, model],
        }
    }


def experiment(platform: str, material: Material, content: Content, lang: Language) -> Files:
    """The plan of the experiment as Markdown: the split, the comparison, the names of runs, and where keys belong."""
    names = tracking(platform, material)["tracking"]
    blocks = [
        f"# {lang('The experiment')}",
        f"## {lang('The rows')}",
        table((lang("Part"), lang("Rows"), lang("For"), lang("Fingerprint (SHA-256)")), _parts(material, lang)),
        lang("A file with another fingerprint holds other rows: then it is another experiment."),
        f"## {lang('What is compared')}",
        bullets(_compared(material, lang)),
        f"## {lang('Steps')}",
        numbered(_steps(platform, lang)),
        "## Weights & Biases",
        bullets(_kept(platform, names, lang)),
        *([f"### {lang('The key in a vault')}", numbered(_vault(lang))] if platform == "azure" else ()),
        _source(platform, content, lang),
    ]
    return {NAME: ("\n\n".join(blocks) + "\n").encode()}


def _parts(material: Material, lang: Language) -> Iterable[tuple[str, str, str, str]]:
    for name, rows, use in (
        ("data/train.jsonl", material.training, lang("training")),
        ("data/validation.jsonl", material.validation, lang("watching the training")),
        ("evaluation/evaluation_set.jsonl", material.evaluation, lang("testing, and nothing else")),
    ):
        yield f"`{name}`", lang.number(len(rows)), use, f"`{sha256(json_lines(rows)).hexdigest()[:FINGERPRINT]}`"


def _compared(material: Material, lang: Language) -> Iterable[str]:
    from scipy.stats import binomtest  # here, since the app starts without SciPy, in 70 MB less

    yield lang("Baseline and tuned model answer the same test cases, with the same prompt and settings.")
    yield lang("No test case stands among the rows to train on.")
    metrics = ", ".join(dict.fromkeys(row["metric"] for row in material.evaluation))
    yield lang("What is right is judged by: {metrics}.", metrics=metrics)
    n = len(material.evaluation)
    low, high = binomtest(round(SCORE * n), n).proportion_ci(0.95, method="wilson")
    yield lang(
        "With {n} test cases, {k} right answers stand for {low} to {high} (95% interval).",
        n=lang.number(n),
        k=lang.number(round(SCORE * n)),
        low=lang.percent(float(low)),
        high=lang.percent(float(high)),
    )
    yield lang("Change one thing from run to run: the rows, the model, or one setting.")


def _steps(platform: str, lang: Language) -> Iterable[str]:
    for text, command in (
        (lang("Score the baseline."), "python baseline.py"),
        (lang("Train."), f"python tune_{platform}.py"),
        (lang("Score the tuned model on the same cases."), "MODEL=… python baseline.py tuned"),
        (lang("Compare: right answers, intervals, and whether the difference can be chance."), "python compare.py"),
        (lang("Keep the run."), f"pip install wandb numpy pandas && python {SCRIPT}"),
    ):
        yield f"{text}\n\n   ```sh\n   {command}\n   ```"


def _kept(platform: str, names: Row, lang: Language) -> Iterable[str]:
    yield lang(
        "Project `{project}`; runs are called `{run}-` and the end of the job's id, and tagged {tags}.",
        project=names["project"],
        run=names["run"],
        tags=", ".join(f"`{tag}`" for tag in names["tags"]),
    )
    yield lang(
        "`WANDB_MODE=offline` keeps the run in wandb/ on your machine, without the rows; `wandb sync` sends it later."
    )
    yield lang("Without that, the rows are sent to Weights & Biases, too: mask personal data first.")
    yield lang("`WANDB_API_KEY` stands in the environment, and in no file, notebook or log.")
    if platform == "openai":
        yield lang(
            "Or let OpenAI write the run while it trains: store the key of Weights & Biases in the settings of your "
            "organisation there, and set `WANDB_NATIVE=1` before the job starts."
        )
    else:
        yield lang(
            "Or let Azure write the run while it trains (a preview): link the account as below, and set "
            "`WANDB_NATIVE=1` before the job starts."
        )


def _vault(lang: Language) -> Iterable[str]:
    yield lang("Turn on the system-assigned managed identity of your resource.")
    yield lang(
        "Make a Key Vault that is governed by roles (RBAC), and keep the key of Weights & Biases in it as a secret."
    )
    yield lang("Give yourself and that identity the role Key Vault Secrets Officer on the vault.")
    yield lang("Link the vault, the secret and your account in the portal, under Manage integrations.")
    yield lang("Tick the link on each new job, and look whether the run appears before you pay for a long one.")
    yield lang("Afterwards: renew the key, and take the roles away from whoever needs them no longer.")


def _source(platform: str, content: Content, lang: Language) -> str:
    guide = next(one for one in content.resources if one.id == GUIDES[platform])
    return lang(
        "Source: {title}, {address} ({seen}).",
        title=guide.title,
        address=guide.current_url or "",
        seen=seen(str(guide.seen), lang),
    )
