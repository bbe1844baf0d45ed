"""The kit for Azure: OpenAI's own library and the control plane, each against a server on this machine."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from advisor.dataset.training.loss_curves import VALIDATION
from advisor.kits.azure_catalogue import MODELS, deployments, model_name, skus, tiers, training_price
from tests.kits.control_plane import ROOT, TOKEN, ControlPlane, controlling
from tests.kits.server import serving
from tests.kits.unpacked import CONTENT, kit_bytes, right_answers, run, scored, unpack

JOBS = "/fine_tuning/jobs"
ANSWERS: dict[str, Any] = {"task": "rewriting", "project": "Letters v2", "platforms": ["azure"]}
EXISTING = {**ANSWERS, "azure_customer": "existing"}
RESULTS = f"""\
step,train_loss,train_mean_token_accuracy,valid_loss,{VALIDATION[0]}
1,2.1,0.4,2.0,
2,1.2,0.6,1.5,1.28
3,0.6,0.8,1.4,-1.0
4,0.1,0.9,1.6,1.75
"""
PLACE = {
    "AZURE_SUBSCRIPTION_ID": "sub-1",
    "AZURE_RESOURCE_GROUP": "group-1",
    "AZURE_RESOURCE": "resource-1",
    "AZURE_TOKEN": TOKEN,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return unpack(kit_bytes("azure", **EXISTING), tmp_path)


def deploy(folder: Path, server: ControlPlane, *arguments: str, **more: str) -> Any:
    return run(folder, "deploy_azure.py", *arguments, **{**PLACE, "AZURE_MANAGEMENT_URL": server.address, **more})


def remember(folder: Path, **values: Any) -> None:
    (folder / "job.json").write_text(json.dumps(values), "utf-8")


def remembered(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "job.json").read_text("utf-8")))


def test_from_the_files_to_a_scored_model_and_back(folder: Path) -> None:
    with serving(right_answers(folder)) as server, controlling() as control:
        server.results = RESULTS
        done = run(folder, "tune_azure.py", address=server.address)
        assert done.returncode == 0, done.stderr
        (body,) = server.bodies(JOBS)
        assert "training type: GlobalStandard" in done.stdout
        assert "next: python deploy_azure.py" in done.stdout
        assert (folder / "results.csv").read_text("utf-8") == RESULTS
        made = deploy(folder, control)
        assert made.returncode == 0, made.stderr
        assert "deploying ft:good as letters-v2 (developertier)" in made.stdout
        assert "costs nothing while nobody asks" in made.stdout
        remember(folder, **{**remembered(folder), "model": "gpt-4.1-2025-04-14.ft-1"})
        tuned = run(folder, "baseline.py", "tuned", address=server.address, MODEL="ft:good")
        assert tuned.returncode == 0, tuned.stderr
        gone = deploy(folder, control, "delete")
        assert gone.returncode == 0, gone.stderr
        assert control.deployments == {}
    assert scored(folder, "tuned") == 100
    assert body == {
        "model": "gpt-4.1-2025-04-14",
        "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": "auto"}}},
        "suffix": "letters-v2",
        "seed": 1,
        "training_file": "file-1",
        "validation_file": "file-2",
        "trainingType": "GlobalStandard",
    }
    put = next(one for one in control.asked if one[0] == "PUT")
    assert put[:3] == ("PUT", f"{ROOT}/deployments/letters-v2", "2025-07-01-preview")
    assert put[3] == {
        "sku": {"name": "developertier", "capacity": 50},
        "properties": {"model": {"format": "OpenAI", "name": "ft:good", "version": "1"}},
    }
    assert "letters-v2 is deleted" in gone.stdout
    assert "deployment" not in remembered(folder)


def test_the_files_begin_with_the_mark_and_are_sent_with_it(folder: Path) -> None:
    for name in ("train", "validation"):
        assert (folder / "data" / f"{name}.jsonl").read_bytes()[:3] == bytes.fromhex("EF BB BF")
    assert len((folder / "data" / "train.jsonl").read_text("utf-8-sig").splitlines()) >= 10
    file = folder / "data" / "train.jsonl"
    file.write_bytes(file.read_bytes().removeprefix(BOM_UTF8))
    with serving({}) as server:
        done = run(folder, "tune_azure.py", address=server.address)
        sent = server.bodies("/files")
    assert "data/train.jsonl: sent with the byte-order mark that it lacks" in done.stdout
    assert [one.count(b"\r\n\r\n" + BOM_UTF8 + b"{") for one in sent] == [1, 1]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"SUFFIX": "much-too-long-a-name"}, "has 20 characters; Azure takes 1 to 18, and no dot"),
        ({"SUFFIX": "letters.v2"}, "and no dot"),
        ({"TRAINING_TYPE": "Cheap"}, "It is offered: Standard, GlobalStandard, developerTier"),
    ],
)
def test_a_name_or_tier_that_azure_would_refuse_is_refused_before_anything_is_sent(
    folder: Path, more: dict[str, str], said: str
) -> None:
    with serving({}) as server:
        done = run(folder, "tune_azure.py", address=server.address, **more)
        assert not server.asked
    assert done.returncode == 1
    assert said in done.stderr


def test_too_few_rows_are_refused_before_anything_is_sent(folder: Path) -> None:
    file = folder / "data" / "train.jsonl"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:9]))
    with serving({}) as server:
        done = run(folder, "tune_azure.py", address=server.address)
        assert not server.asked
    assert "data/train.jsonl has 9 rows; Azure trains from 10 on" in done.stderr


def test_after_a_cut_nothing_is_uploaded_started_or_deployed_twice(folder: Path) -> None:
    with serving({}) as server, controlling() as control:
        server.refuse[JOBS] = (429, "429")
        first = run(folder, "tune_azure.py", address=server.address)
        assert (first.returncode, "(429)" in first.stderr) == (1, True)
        del server.refuse[JOBS]
        server.ends = "running"
        second = run(folder, "tune_azure.py", address=server.address, WAIT_SECONDS="0", TRAINING_TYPE="developerTier")
        assert "It goes on at Azure" in second.stderr
        server.ends = "succeeded"
        third = run(folder, "tune_azure.py", address=server.address)
        assert third.returncode == 0, third.stderr
        assert [len(server.bodies(path)) for path in ("/files", JOBS)] == [2, 2]
        assert server.bodies(JOBS)[1]["trainingType"] == "developerTier"
        control.ends = "Creating"
        waited = deploy(folder, control, SKU="Standard", WAIT_SECONDS="0")
        assert "letters-v2 is still Creating" in waited.stderr
        control.ends = "Succeeded"
        again = deploy(folder, control, SKU="Standard")
        assert again.returncode == 0, again.stderr
    assert sum(one[0] == "PUT" for one in control.asked) == 1
    assert "deploying" not in again.stdout


def test_a_refused_and_a_failed_job_say_what_to_do(folder: Path) -> None:
    with serving({}) as server:
        server.refuse[JOBS] = (403, "PermissionDenied")
        refused = run(folder, "tune_azure.py", address=server.address)
    assert "Refused (403): refused: PermissionDenied. A key trains only in its own resource" in refused.stderr
    with serving({}) as server:
        server.ends = "failed"
        failed = run(folder, "tune_azure.py", address=server.address)
    assert "ftjob-1 failed: invalid_training_file" in failed.stderr


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "takes the role Foundry Owner"),
        (409, "Wait a few minutes"),
        (429, "no quota left"),
        (500, "refused (500)"),
    ],
)
def test_what_the_control_plane_refuses_is_explained(folder: Path, status: int, said: str) -> None:
    remember(folder, model="gpt-4.1-2025-04-14.ft-1")
    with controlling() as control:
        control.refuse["PUT"] = (status, "No.")
        done = deploy(folder, control)
    assert done.returncode == 1
    assert said in done.stderr
    assert "No." in done.stderr


def test_a_stale_token_and_another_resource_are_told_apart(folder: Path) -> None:
    remember(folder, model="gpt-4.1-2025-04-14.ft-1")
    with controlling() as control:
        stale = deploy(folder, control, AZURE_TOKEN="old")
        elsewhere = deploy(folder, control, "delete", AZURE_RESOURCE="other")
        nothing = deploy(folder, control, "delete")
    assert "az account get-access-token" in stale.stderr
    assert "There is no such resource" in elsewhere.stderr
    assert "There is no deployment letters-v2 in this resource; there is: none" in nothing.stderr
    assert "deleted" not in elsewhere.stdout + nothing.stdout


def test_a_failed_deployment_is_told(folder: Path) -> None:
    remember(folder, model="gpt-4.1-2025-04-14.ft-1")
    with controlling() as control:
        control.ends = "Failed"
        done = deploy(folder, control)
    assert "letters-v2 was not deployed (Failed)" in done.stderr


def test_the_meter_counts_every_hour_since_azure_made_the_deployment(folder: Path) -> None:
    remember(folder, model="gpt-4.1-2025-04-14.ft-1")
    since = datetime.now(UTC) - timedelta(days=30) + timedelta(minutes=10)
    with controlling() as control:
        control.made = since.isoformat().replace("+00:00", "Z")
        made = deploy(folder, control, SKU="Standard")
        assert made.returncode == 0, made.stderr
        told = deploy(folder, control, "cost")
        control.deployments["old"] = {
            "name": "old",
            "properties": {"model": {"name": "gpt-4o.ft-9"}, "provisioningState": ""},
        }
        control.deployments["base"] = {
            "name": "base",
            "properties": {"model": {"name": "gpt-4.1"}, "provisioningState": ""},
        }
        gone = deploy(folder, control, "delete")
    hours = f"letters-v2 stands since {since:%Y-%m-%d %H:%M} UTC: 720 hours at $1.70 are $1224.00, asked or not"
    assert hours in told.stdout
    assert hours in gone.stdout
    assert "a month would be $1241.00 (price seen 2026-08-11)" in told.stdout
    assert "Other tuned models are deployed in this resource, and cost: old\n" in gone.stdout
    assert "nothing of this kit costs" in run(folder, "deploy_azure.py", "cost").stderr


def test_the_calls_are_shown_and_none_is_made(folder: Path) -> None:
    done = run(folder, "deploy_azure.py", "show", SKU="Standard", MODEL_ID="ftchkpt-1")
    assert done.returncode == 0, done.stderr
    assert (
        "$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP/providers/Microsoft.CognitiveServices/accounts/"
        "$AZURE_RESOURCE/deployments/letters-v2?api-version=2024-10-21" in done.stdout
    )
    assert '"sku": {"name": "Standard", "capacity": 1}' in done.stdout
    assert (
        "az cognitiveservices account deployment create --resource-group $AZURE_RESOURCE_GROUP --name $AZURE_RESOURCE "
        '--deployment-name letters-v2 --model-name ftchkpt-1 --model-version "1" --model-format OpenAI '
        '--sku-capacity "1" --sku-name "Standard"' in done.stdout
    )


def test_no_key_and_no_token_is_written_anywhere(folder: Path) -> None:
    with serving({}) as server, controlling() as control:
        run(folder, "tune_azure.py", address=server.address, OPENAI_API_KEY="a-secret")
        deploy(folder, control)
        shown = deploy(folder, control, "show")
    written = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert b"a-secret" not in written
    assert TOKEN.encode() not in written
    assert TOKEN not in shown.stdout


def test_data_that_must_stay_is_trained_and_deployed_where_it_stays(tmp_path: Path) -> None:
    made = unpack(kit_bytes("azure", **EXISTING, hosting="region"), tmp_path)
    settings = json.loads((made / "kit.json").read_text("utf-8"))
    assert settings["job"]["extra_body"] == {"trainingType": "Standard"}
    assert next(iter(settings["deployment"]["skus"])) == "Standard"


@pytest.mark.parametrize(
    ("option", "customer", "model"), [("dpo", "existing", "gpt-4.1"), ("rft", "existing", "o4-mini")]
)
def test_each_method_stands_in_its_own_rows(option: str, customer: str, model: str, tmp_path: Path) -> None:
    answers = {"task": "reasoning", "platforms": ["azure"], "azure_customer": customer}
    made = unpack(kit_bytes("azure", option=option, **answers), tmp_path)
    job = json.loads((made / "kit.json").read_text("utf-8"))["job"]
    first = json.loads((made / "data/train.jsonl").read_text("utf-8-sig").splitlines()[0])
    assert job["model"].startswith(f"{model}-2025")
    assert job["method"]["type"] == {"dpo": "dpo", "rft": "reinforcement"}[option]
    assert ("reference_answer" in first) == (option == "rft")
    assert ("preferred_output" in first) == (option == "dpo")
    with serving({}) as server:
        done = run(made, "tune_azure.py", address=server.address)
        (body,) = server.bodies(JOBS)
    assert done.returncode == 0, done.stderr
    assert body["method"] == job["method"]


def test_a_new_customer_gets_an_open_model_under_its_makers_name(tmp_path: Path) -> None:
    made = unpack(kit_bytes("azure", **ANSWERS, azure_customer="new"), tmp_path)
    settings = json.loads((made / "kit.json").read_text("utf-8"))
    assert settings["job"]["model"] == "gpt-oss-20b"
    assert settings["deployment"]["format"] == "Microsoft"
    assert settings["deployment"]["cli_format"] == "OpenAI-OSS"
    assert list(settings["deployment"]["skus"]) == ["GlobalStandard"]
    page = (made / "README.md").read_text("utf-8")
    assert "gpt-oss-20b" in page
    assert re.search(r"## How to stop\n\nDelete the deployment first", page)


def test_what_costs_is_worked_out_with_days(folder: Path, tmp_path: Path) -> None:
    page = (folder / "COSTS.md").read_text("utf-8")
    assert "| Standard (regional) | `Standard` | $27.50 |" in page
    assert "| Global | `GlobalStandard` | $25.00 |" in page
    assert "| Developer | `developerTier` | $12.50 |" in page
    assert "| Standard (regional) | `Standard` | $1.70 | $40.80 | $1,241 | when you delete it |" in page
    hours = 24 * (date(2027, 10, 14) - date(2026, 11, 29)).days
    assert "forgotten until December 29, 2026: 720 hours, $1,224" in page
    assert f"Until October 14, 2027, when tuned versions of gpt-4.1 stop: {hours:,} hours, ${hours * 1.7:,.0f}" in page
    tokens, passes, total = re.findall(
        r"Billed are tokens times passes: ([\d,]+) tokens times (\d+) passes are ([\d,]+)", page
    )[0]
    assert int(tokens.replace(",", "")) * int(passes) == int(total.replace(",", ""))
    dutch = unpack(kit_bytes("azure", code="nl", **EXISTING), tmp_path / "nl")
    assert "Standard (regional)" not in (dutch / "COSTS.md").read_text("utf-8")


def test_every_model_of_the_catalogue_has_its_tiers_prices_and_ways_to_deploy() -> None:
    routes = {route.id: route for route in CONTENT.routes if route.vendor == "Microsoft Azure"}
    assert routes.keys() == MODELS.keys()
    for route in routes.values():
        assert tiers(route, CONTENT), route.id
        known = [training_price(route, tier, CONTENT) for tier in tiers(route, CONTENT)]
        priced = bool(route.train_usd_mtok or route.train_usd_hour)
        assert any(known) == priced, route.id
        assert len(skus(route, False, CONTENT)) == len(deployments(route, CONTENT))
    assert model_name(routes["azure-gpt-4.1-mini"], CONTENT) == "gpt-4.1-mini-2025-04-14"
    assert model_name(routes["azure-ministral-3b"], CONTENT) == "Ministral-3B"


def test_the_form_of_the_portal_lies_in_the_kit_filled_in(folder: Path) -> None:
    page = (folder / "PORTAL.md").read_text("utf-8")
    assert "Llama 2, which the lesson's tutorial tuned in this form, is retired there." in page
    rows = dict(re.findall(r"\| \*\*([^*]+)\*\* \| [^|]+ \| ([^|]+) \|", page))
    assert rows["Base model"] == "gpt-4.1"
    assert rows["Suffix"] == "letters-v2"
    assert rows["Training type"] == "Global"
    assert rows["Automatic deployment"] == "off"
    assert len(rows) == 11


def test_a_question_is_asked_with_the_system_message_of_the_rows(folder: Path) -> None:
    with serving({"What now?": "This."}) as server:
        done = run(folder, "ask.py", "What now?", address=server.address)
        (body,) = server.bodies("/chat/completions")
    assert done.stdout == "This.\n"
    assert [one["role"] for one in body["messages"]] == ["system", "user"]
    assert "Say what to ask" in run(folder, "ask.py").stderr


def test_the_curves_of_a_run_are_read(folder: Path) -> None:
    (folder / "results.csv").write_text(RESULTS, "utf-8")
    done = run(folder, "curves.py", "results.csv")
    assert "lowest validation loss: 1.28 at step 2" in done.stdout
    assert "Overfitted" in done.stdout
    (folder / "results.csv").write_text("a,b\n", "utf-8")
    assert "results.csv cannot be read: no columns step" in run(folder, "curves.py").stderr
