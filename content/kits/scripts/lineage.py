"""Training on from a tuned model: whether its base lives long enough, which old rows go along, and what came of what.

    python lineage.py                    the versions of this model with their scores, into LINEAGE.md
    python lineage.py mix OLD.jsonl      mixes rows that an earlier version learnt from into data/train.jsonl

Set in the environment, and start the training as ever:
    CONTINUE          the tuned model or checkpoint to train on from; BASE_MODEL, where its name does not say its base
    MONTHS_TO_PAY     how long it takes until training on has paid; else what CONTINUING.md says
    SHARE             of old rows among all, in percent: 20, an assumption. A model forgets what it no longer sees.

lineage.json holds every version: its parent, the fingerprint of its rows, the day, the scores. Keep it with the kit.
"""

import hashlib
import json
import os
import random
import re
import sys
from codecs import BOM_UTF8
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from endpoint import HERE, KIT, rows
from scoring import Tally
from words import number, say

LINEAGE = HERE / "lineage.json"
NEW_ROWS = "data/new.jsonl"
"""The new rows alone, once old ones were mixed in."""
DAYS_A_MONTH = 30.4
LONGEST = 15
"""Characters of a suffix before the number of the version, so that every vendor takes it."""


def base_of(model: str) -> str:
    """The base that a tuned model's name says: `BASE.ft-JOB` at Azure, `ft:BASE:…` at OpenAI; its day is left out."""
    found = re.fullmatch(r"ft:([^:]+):.*", model) or re.fullmatch(r"(.+)\.ft-[0-9A-Za-z-]+", model)
    name = os.environ.get("BASE_MODEL") or (found[1] if found else "")
    return re.sub(r"-\d{4}-\d{2}-\d{2}$", "", name)


def continue_from(job: dict[str, Any], state: dict[str, Any], today: date) -> None:
    """Let the job train on the model that CONTINUE names. Ends the script where that would not pay in time."""
    model = os.environ.get("CONTINUE", "")
    if not model:
        return
    base = base_of(model)
    if not base:
        sys.exit(
            say(
                "The name {model} does not say its base. Set BASE_MODEL, as job.json or the portal has it.", model=model
            )
        )
    known = job["bases"].get(base)
    if known is None:
        names = ", ".join(job["bases"])
        sys.exit(
            say(
                "{base} cannot be trained on at {vendor}; these can: {names}.",
                base=base,
                vendor=job["vendor"],
                names=names,
            )
        )
    worth_it(base, known, job, today)
    versions = history()
    if not any(one["model"] == model for one in versions):
        versions = grown(
            {"model": model, "base": base, "from": "", "day": "", "rows": None, "old_rows": None, "data": ""}
        )
    state["continues"] = model
    job.update(model=model, closed_from=known["closed_from"])
    if "SUFFIX" not in os.environ:
        job["suffix"] = f"{job['suffix'][:LONGEST].rstrip('-')}-v{len(versions) + 1}"
    print(say("trains on {model}; the result gets the suffix {suffix}", model=model, suffix=job["suffix"]))


def worth_it(base: str, known: dict[str, Any], job: dict[str, Any], today: date) -> None:
    """End the script where tuned versions of the base stop before training on has paid."""
    if not known["gone_from"]:
        return
    months = float(os.environ.get("MONTHS_TO_PAY", job["months_to_pay"]))
    gone = date.fromisoformat(known["gone_from"])
    if today + timedelta(days=months * DAYS_A_MONTH) > gone:
        sys.exit(
            say(
                "Blocked: tuned versions of {base} stop on {day}, {left} days from now, and training on pays after "
                "{months} months (CONTINUING.md says where that is from; MONTHS_TO_PAY sets another). Train a base "
                "that lives longer from the beginning, with the same rows and tests.",
                base=base,
                day=gone.isoformat(),
                left=max(0, (gone - today).days),
                months=number(months),
            )
        )


def history() -> list[dict[str, Any]]:
    """Every version until now, the first first."""
    return json.loads(LINEAGE.read_text("utf-8"))["versions"] if LINEAGE.exists() else []


def grown(version: dict[str, Any]) -> list[dict[str, Any]]:
    """The history with one version more, written at once."""
    versions = [*history(), version]
    LINEAGE.write_text(json.dumps({"versions": versions}, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return versions


def note(model: str, job: dict[str, Any], state: dict[str, Any], today: date) -> str:
    """Add what a training made, once; return what its answers are to be called."""
    versions = history()
    if not any(one["model"] == model for one in versions):
        training = HERE / job["files"]["training_file"]
        mixed = rows(NEW_ROWS) if (HERE / NEW_ROWS).exists() else None
        n = len(rows(job["files"]["training_file"]))
        versions = grown(
            {
                "model": model,
                "base": base_of(model) or base_of(state.get("continues", "")) or job["model"],
                "from": state.get("continues", ""),
                "day": today.isoformat(),
                "rows": n,
                "old_rows": 0 if mixed is None else n - len(mixed),
                "data": fingerprint(training),
            }
        )
    told(versions)
    return answers_of(next(place for place, one in enumerate(versions, start=1) if one["model"] == model))


def fingerprint(file: Path) -> str:
    """The beginning of the SHA-256 of a file, the byte-order mark left out."""
    return hashlib.sha256(file.read_bytes().removeprefix(BOM_UTF8)).hexdigest()[:12]


def answers_of(version: int) -> str:
    """What the answers of a version are called."""
    return "tuned" if version == 1 else f"v{version}"


def told(versions: list[dict[str, Any]]) -> str:
    """The table of versions, written to LINEAGE.md."""
    head = [say("Version"), say("Model"), say("From"), say("Day"), say("Rows, of which old"), say("Data"), say("Score")]
    body = []
    for place, one in enumerate(versions, start=1):
        counted = "–" if one["rows"] is None else f"{one['rows']}, {one['old_rows']}"
        score = score_of(answers_of(place))
        body.append(
            [
                str(place),
                one["model"],
                one["from"] or one["base"],
                one["day"] or say("before this kit"),
                counted,
                one["data"] or "–",
                "–" if score is None else number(score),
            ]
        )
    lines = [head, ["---"] * len(head), *body]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    before = score_of("baseline")
    baseline = say("Baseline, without tuning: {score}", score="–" if before is None else number(before))
    title = say("Where each version comes from")
    (HERE / "LINEAGE.md").write_text(f"# {title}\n\n{text}\n\n{baseline}\n", "utf-8")
    return f"{text}\n{baseline}"


def score_of(name: str) -> float | None:
    """The score of a file of answers; None where there is none."""
    if not (HERE / "answers" / f"{name}.jsonl").exists():
        return None
    tally = Tally()
    for row in rows(f"answers/{name}.jsonl"):
        tally.add(row, row["prediction"])
    return tally.score


def question(row: dict[str, Any]) -> str:
    """What a row asks, to compare rows by."""
    messages = row.get("messages") or row.get("input", {}).get("messages") or row.get("prompt") or []
    asked = [one["content"] for one in messages if one["role"] == "user" and isinstance(one.get("content"), str)]
    return " ".join(asked[-1].casefold().split()) if asked else json.dumps(row, sort_keys=True)


def mix(old_file: str) -> None:
    """Write new and old rows to the training file: old ones by chance, none twice, and none of validation or test."""
    share = float(os.environ.get("SHARE", "20"))
    if not 0 <= share < 100:
        sys.exit(say("SHARE is a percentage from 0 to 99."))
    training = KIT["job"]["files"]["training_file"]
    new_file = HERE / NEW_ROWS
    if not new_file.exists():
        new_file.write_bytes((HERE / training).read_bytes())
    new = rows(NEW_ROWS)
    held = {
        question(row) for name in ("data/validation.jsonl", "evaluation/evaluation_set.jsonl") for row in rows(name)
    }
    known = {question(row) for row in new}
    old, doubles, tested = [], 0, 0
    for row in [json.loads(line) for line in Path(old_file).read_text("utf-8-sig").splitlines() if line.strip()]:
        asked = question(row)
        doubles += asked in known
        tested += asked in held and asked not in known
        if asked not in known and asked not in held:
            known.add(asked)
            old.append(row)
    wanted = round(share / (100 - share) * len(new))
    chosen = random.Random(1).sample(old, min(wanted, len(old)))
    mark = BOM_UTF8 if new_file.read_bytes().startswith(BOM_UTF8) else b""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in [*new, *chosen])
    (HERE / training).write_bytes(mark + text.encode())
    print(say("{file}: {new} new rows and {old} old ones", file=training, new=len(new), old=len(chosen)))
    print(
        say(
            "left out: {doubles} that stand there already, {tested} of validation or test",
            doubles=doubles,
            tested=tested,
        )
    )
    if len(chosen) < wanted:
        print(say("Fewer old rows than SHARE asks for: {wanted} were wanted.", wanted=wanted))


if __name__ == "__main__":
    if sys.argv[1:2] == ["mix"] and len(sys.argv) == 3:
        mix(sys.argv[2])
    elif sys.argv[1:]:
        sys.exit(say("There is: {commands}", commands="mix OLD.jsonl"))
    elif not history():
        sys.exit(say("lineage.json names no version yet; the first training begins it."))
    else:
        print(told(history()))
