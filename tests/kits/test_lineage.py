"""Training on from a tuned model: blocked where it would not pay, mixed with old rows, and every version told."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from advisor.kits.continuing import bases, pays_in_time
from tests.kits.server import serving
from tests.kits.unpacked import AT, CONTENT, kit_bytes, right_answers, run, unpack

JOBS = "/fine_tuning/jobs"
AZURE = {"task": "rewriting", "platforms": ["azure"], "azure_customer": "existing", "project": "Letters v2"}
EARLIER = "gpt-4.1-mini-2025-04-14.ft-5fd1918ee65d4cd38a5dcf6835066ed7"
LATER = (date.today() + timedelta(days=365)).isoformat()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A kit whose bases live on, whatever the day on which the test runs."""
    return alive(unpack(kit_bytes("azure", option="continue", **AZURE), tmp_path))


def alive(made: Path) -> Path:
    settings = json.loads((made / "kit.json").read_text("utf-8"))
    for base in settings["job"]["bases"].values():
        base.update(gone_from=LATER, closed_from={})
    settings["job"]["closed_from"] = {}
    (made / "kit.json").write_text(json.dumps(settings), "utf-8")
    return made


def versions(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "lineage.json").read_text("utf-8"))["versions"])


def test_the_job_trains_on_the_earlier_model_and_the_table_grows_with_each_run(folder: Path) -> None:
    with serving(right_answers(folder)) as server:
        done = run(folder, "tune_azure.py", address=server.address, CONTINUE=EARLIER)
        assert done.returncode == 0, done.stderr
        (body,) = server.bodies(JOBS)
        assert (body["model"], body["suffix"]) == (EARLIER, "letters-v2-v2")
        assert "MODEL=… python baseline.py v2" in done.stdout
        again = run(folder, "tune_azure.py", address=server.address, CONTINUE=EARLIER)
        assert again.returncode == 0, again.stderr
        assert run(folder, "baseline.py", address=server.address, MODEL="bad").returncode == 0
        assert run(folder, "baseline.py", "v2", address=server.address).returncode == 0
    first, second = versions(folder)
    assert (first["model"], first["from"], first["base"], first["day"]) == (EARLIER, "", "gpt-4.1-mini", "")
    assert (second["model"], second["from"], second["base"]) == ("ft:good", EARLIER, "gpt-4.1-mini")
    assert (second["day"], second["old_rows"]) == (date.today().isoformat(), 0)
    assert re.fullmatch("[0-9a-f]{12}", second["data"])
    told = run(folder, "lineage.py")
    assert f"| 2 | ft:good | {EARLIER} | {date.today().isoformat()} | " in told.stdout
    assert re.search(r"\| 100\.0 \|\nBaseline, without tuning: [\d.]+", told.stdout)
    assert (folder / "LINEAGE.md").read_text("utf-8").startswith("# Where each version comes from\n\n| Version |")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"CONTINUE": "ftchkpt-1"}, "The name ftchkpt-1 does not say its base. Set BASE_MODEL"),
        (
            {"CONTINUE": "gpt-oss-20b.ft-1"},
            "gpt-oss-20b cannot be trained on at Azure; these can: gpt-4.1, gpt-4.1-mini",
        ),
        (
            {"CONTINUE": EARLIER, "MONTHS_TO_PAY": "13"},
            f"Blocked: tuned versions of gpt-4.1-mini stop on {LATER}, 365 days",
        ),
    ],
)
def test_what_cannot_be_trained_on_or_would_not_pay_is_blocked(folder: Path, more: dict[str, str], said: str) -> None:
    with serving({}) as server:
        done = run(folder, "tune_azure.py", address=server.address, **more)
        assert not server.asked
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert not (folder / "lineage.json").exists()


def test_a_checkpoint_is_trained_on_once_its_base_is_named(folder: Path) -> None:
    with serving({}) as server:
        done = run(folder, "tune_azure.py", address=server.address, CONTINUE="ftchkpt-1", BASE_MODEL="gpt-4.1")
        assert server.bodies(JOBS)[0]["model"] == "ftchkpt-1"
    assert done.returncode == 0, done.stderr
    assert versions(folder)[1]["base"] == "gpt-4.1"


def test_at_openai_the_base_stops_before_training_on_pays(tmp_path: Path) -> None:
    answers: dict[str, Any] = {"task": "rewriting", "platforms": ["openai"], "openai_customer": "active"}
    made = unpack(kit_bytes("openai", option="continue", **answers), tmp_path)
    job = json.loads((made / "kit.json").read_text("utf-8"))["job"]
    assert job["bases"]["gpt-4.1-mini"]["gone_from"] == "2027-01-14"
    model = "ft:gpt-4.1-mini-2025-04-14:org::abc:ckpt-step-10"
    with serving({}) as server:
        done = run(made, "tune_openai.py", address=server.address, CONTINUE=model)
        assert not server.asked
    assert "Blocked: tuned versions of gpt-4.1-mini stop on 2027-01-14" in done.stderr
    page = (made / "CONTINUING.md").read_text("utf-8")
    assert "| gpt-4.1-mini | January 6, 2027 | January 14, 2027 | no: blocked |" in page
    with serving({}) as server:
        alive(made)
        assert run(made, "tune_openai.py", address=server.address, CONTINUE=model).returncode == 0
        assert server.bodies(JOBS)[0]["model"] == model


def test_old_rows_are_mixed_in_to_the_share_asked_for(folder: Path, tmp_path: Path) -> None:
    new = [json.loads(line) for line in (folder / "data/train.jsonl").read_text("utf-8-sig").splitlines()]
    held = [json.loads(line) for line in (folder / "data/validation.jsonl").read_text("utf-8-sig").splitlines()]
    asked = [
        [{"role": "user", "content": f"Old question {n}"}, {"role": "assistant", "content": "Old."}] for n in range(40)
    ]
    old = tmp_path / "old.jsonl"
    rows = [*({"messages": one} for one in asked), new[0], held[0]]
    old.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    for share, wanted in (
        ("20", round(len(new) / 4)),
        ("50", len(new)),
    ):  # always from the new ones, not from the last mix
        done = run(folder, "lineage.py", "mix", str(old), SHARE=share)
        assert done.returncode == 0, done.stderr
        assert f"data/train.jsonl: {len(new)} new rows and {wanted} old ones" in done.stdout
        assert "left out: 1 that stand there already, 1 of validation or test" in done.stdout
        mixed = [json.loads(line) for line in (folder / "data/train.jsonl").read_text("utf-8-sig").splitlines()]
        assert mixed[: len(new)] == new
        assert len({json.dumps(row) for row in mixed}) == len(new) + wanted
    assert (folder / "data/train.jsonl").read_bytes().startswith(BOM_UTF8)
    assert "from 0 to 99" in run(folder, "lineage.py", "mix", str(old), SHARE="100").stderr
    with serving({}) as server:
        run(folder, "tune_azure.py", address=server.address, CONTINUE=EARLIER)
    assert (versions(folder)[1]["rows"], versions(folder)[1]["old_rows"]) == (2 * len(new), len(new))


def test_the_page_says_until_when_each_base_lives_and_whether_that_pays() -> None:
    known = {route.model: route for route in bases("Microsoft Azure", CONTENT)}
    assert known.keys() == {"gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4o", "gpt-4o-mini", "o4-mini"}
    gone = date(2027, 10, 14)
    months = (gone - AT).days / 30.4
    assert pays_in_time(known["gpt-4.1"], months - 0.1, AT)
    assert not pays_in_time(known["gpt-4.1"], months + 0.1, AT)
