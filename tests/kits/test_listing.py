"""All kits on a day, and the two commands."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from advisor.cli.main import app
from advisor.content.load import CONTENT_DIR, load
from advisor.kits.listing import listed, open_text
from advisor.language import language

CONTENT = load()
EXAMPLE = CONTENT_DIR / "examples" / "weekly-facts.yaml"


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments])


EVERYBODY = ("new", "dormant", "existing")
ROUTES = {route["id"]: route for route in yaml.safe_load((CONTENT_DIR / "facts" / "routes.yaml").read_text("utf-8"))}
"""As they are written, to be read here by themselves."""


def written_as_open(route: dict[str, Any], customer: str, day: date) -> bool:
    """Whether a route says that this customer may start a job on a day."""
    if (gone := route.get("gone_from")) is not None and day >= gone:
        return False
    return any(
        window["to"] in ("anyone", customer)
        and day >= window.get("from", date.min)
        and day < window.get("closed_from", date.max)
        for window in route["windows"]
    )


def flips() -> list[date]:
    """Every day on which something is said to begin or end, and the day before it."""
    days = {day for route in ROUTES.values() for day in (route.get("gone_from"), route.get("gone_not_before")) if day}
    for route in ROUTES.values():
        for window in route["windows"]:
            days |= {window[key] for key in ("from", "closed_from", "closed_not_before") if key in window}
    return sorted({*days, *(day - timedelta(days=1) for day in days)})


def test_on_each_day_on_which_something_flips_every_kit_says_what_its_routes_say() -> None:
    assert len(flips()) > 20
    for day in flips():
        for one in listed(CONTENT, day):
            routes = [ROUTES[offer.route.id] for offer in one.offers]
            admitted = tuple(who for who in EVERYBODY if any(written_as_open(route, who, day) for route in routes))
            assert one.open_to == (admitted if one.kit.by_route else None), (one.kit.id, day)
            assert (one.state == "closed") is (one.kit.by_route and not admitted), (one.kit.id, day)
            for customer, until in one.ends.items():
                if until is not None:
                    assert any(written_as_open(route, customer, until - timedelta(days=1)) for route in routes)
                    assert not any(written_as_open(route, customer, until) for route in routes)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (
            "2026-05-01",
            "Open to new customers until new training closes to them on May 7, 2026. Open to customers whose tuned "
            "models lie idle until new training closes to them on July 2, 2026. Open to existing customers until "
            "new training closes to them on January 6, 2027.",
        ),
        (
            "2026-05-07",
            "Open to customers whose tuned models lie idle until new training closes to them on July 2, 2026. Open to "
            "existing customers until new training closes to them on January 6, 2027.",
        ),
        ("2026-07-02", "Only for existing customers (open): closes to new training on January 6, 2027."),
        ("2026-11-30", "Only for existing customers (end in sight): closes to new training on January 6, 2027."),
        ("2027-01-06", "Closed to all on that day."),
    ],
)
def test_the_story_of_openai(day: str, said: str) -> None:
    one = next(one for one in listed(CONTENT, date.fromisoformat(day)) if one.kit.id == "openai")
    assert open_text(one, language()) == said


@pytest.mark.parametrize(
    ("kit", "day", "said"),
    [
        ("google", "2026-10-01", "Open to everybody; no end date is known."),
        ("google", "2027-02-01", "Open to everybody (end in sight)."),
        ("azure", "2027-02-01", "Open to everybody; no end date is known."),
        ("prompting", "2027-02-01", "Open to everybody; no end date is known."),
        ("autotrain", "2026-11-30", "Its own route is closed to all on that day. The part with TRL needs none"),
    ],
)
def test_what_is_said_of_other_kits(kit: str, day: str, said: str) -> None:
    one = next(one for one in listed(CONTENT, date.fromisoformat(day)) if one.kit.id == kit)
    assert open_text(one, language()).startswith(said)


def test_a_row_says_in_which_ways_for_whom_and_on_what_conditions() -> None:
    said = " ".join(run("kits", "--at", "2026-11-30").output.split())
    azure = said[said.index("azure: Fine-tuning at Azure") :]
    row = azure[azure.index("gpt-4.1 (") :][:400]
    assert row.startswith("gpt-4.1 (supervised fine-tuning, preference tuning, images, further training")
    assert "Only for existing customers. Only for a subscription that has deployed" in row
    assert "By invitation only" in azure
    assert "This is a preview" in azure
    assert "()" not in said
    told = json.loads(run("kits", "--json", "--at", "2026-11-30").output)
    routes = {route["id"]: route for kit in told["kits"] for route in kit["routes"]}
    mini = routes["azure-gpt-4.1-mini"]
    assert (mini["open_to"], mini["closed_not_before"], mini["gone_from"]) == (["existing"], "2027-04-14", "2027-10-14")
    assert (routes["azure-gpt-5"]["state"], routes["azure-gpt-5"]["conditions"]) == ("closed", ["invitation"])
    openai = next(kit for kit in told["kits"] if kit["id"] == "openai")
    assert openai["until_for"] == {"existing": "2027-01-06"}


@pytest.mark.parametrize(
    ("day", "open_to", "until"),
    [
        (date(2026, 11, 29), ("existing",), date(2027, 1, 6)),
        (date(2027, 1, 5), ("existing",), date(2027, 1, 6)),
        (date(2027, 1, 6), (), None),
    ],
)
def test_a_kit_is_open_to_those_whom_its_routes_admit_and_no_longer(
    day: date, open_to: tuple[str, ...], until: date | None
) -> None:
    one = next(one for one in listed(CONTENT, day) if one.kit.id == "openai")
    assert (one.open_to, one.until) == (open_to, until)
    assert (one.state == "closed") is (open_to == ())
    assert all(one.open_to is None for one in listed(CONTENT, day) if not one.kit.by_route)


def test_the_list_is_told_and_given_as_json() -> None:
    said = run("kits", "--at", "2026-11-29")
    assert said.exit_code == 0
    assert "prompting: Better prompting" in said.output
    assert "Only for existing customers (end in sight): closes to new training on January 6, 2027." in said.output
    later = run("kits", "--at", "2027-02-01", "--lang", "nl")
    assert "Op die dag voor iedereen dicht." in later.output
    told = json.loads(run("kits", "--json", "--at", "2026-11-29").output)
    openai = next(one for one in told["kits"] if one["id"] == "openai")
    assert (openai["open_to"], openai["until"]) == (["existing"], "2027-01-06")
    assert {one["id"] for one in openai["routes"]} >= {"openai-gpt-4.1-mini", "openai-o4-mini"}
    trl = next(one for one in told["kits"] if one["id"] == "trl")
    assert (trl["open_to"], trl["until"]) == (["new", "dormant", "existing"], None)
    assert (trl["model"]["licence"], trl["model"]["seen"]) == ("Apache-2.0", "2026-11-29")
    # 16.2 GiB of a model with 8 billion parameters and 23.8 GB of one with 7, for 4
    assert trl["gpu_memory_gb"]["lora"] == [round(16.2 * 2**30 / 10**9 / 8 * 4, 1), round(23.8 / 7 * 4, 1)]
    assert "model" not in openai
    some = json.loads(run("kits", "--fields", "kits.id").output)
    assert some["kits"][0] == {"id": "prompting"}


def test_the_command_writes_the_kit_of_the_plan_or_that_of_a_route(tmp_path: Path) -> None:
    out = tmp_path / "kit.zip"
    first = run("kit", EXAMPLE, "-o", out, "--at", "2026-11-29")
    assert first.exit_code == 0, first.output
    assert "Retrieval with Qdrant" in first.output
    for name in ("few_shot", "few-shot", "classic"):
        named = run("kit", EXAMPLE, "-o", out, "--at", "2026-11-29", "--route", name)
        assert named.exit_code == 0, named.output
        with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as archive:
            assert json.loads(archive.read("kit.json"))["kit"] == name.replace("-", "_")
    routed = out.read_bytes()
    assert run("kit", EXAMPLE, "-o", out, "--at", "2026-11-29", "--classic").exit_code == 0
    assert out.read_bytes() == routed
    asked = run("kit", EXAMPLE, "-o", out, "--at", "2026-11-29", "--route", "openai-gpt-4.1-mini")
    assert asked.exit_code == 0, asked.output
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as archive:
        settings = json.loads(archive.read("kit.json"))
    assert (settings["kit"], settings["defaults"]["MODEL"]) == ("openai", "gpt-4.1-mini")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "OUT.zip", "--route", "opnai"], "Did you mean openai?"),
        (["-o", "OUT.zip", "--route", "classifier"], "the answers are no labels"),
        (["-o", "OUT.zip", "--route", "trl", "--classic"], "leave one of them out"),
        (["-o", "OUT.tar"], "must end in .zip"),
        (["-o", "OUT.zip", "--data", "gone.jsonl"], "gone.jsonl"),
        (["-o", "OUT.zip", "--at", "soon"], "expected a day"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("kit", EXAMPLE, *arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert list(tmp_path.iterdir()) == []


def test_the_catalogue_is_filtered_by_model_method_place_customer_and_day() -> None:
    def models(*asked: str, at: str = "2026-11-29") -> set[str]:
        told = json.loads(run("kits", "--json", "--at", at, *asked).output)
        return {route["model"] for kit in told["kits"] for route in kit["routes"]}

    assert models("--method", "dpo", "--region", "eu", "--customer", "existing") == {
        *("gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4o")
    }
    assert models("--model", "LLAMA") == {"Llama-3.3-70B-Instruct"}
    assert "gpt-4.1" in models("--customer", "existing", at="2026-11-29")
    assert "gpt-4.1" not in models("--customer", "existing", at="2027-10-14")
    none = run("kits", "--model", "gpt-4.1", "--customer", "new", "--at", "2026-11-29")
    assert (none.exit_code, "no kit fits" in none.output) == (2, True)
    wrong = run("kits", "--method", "dpoo")
    assert (wrong.exit_code, "expected one of continue, dpo" in wrong.output) == (2, True)


def test_every_route_says_when_it_was_looked_up() -> None:
    told = json.loads(run("kits", "--json", "--at", "2026-11-29").output)
    routes = [route for kit in told["kits"] for route in kit["routes"]]
    assert {route["id"] for route in routes if not route["checked"]} == {"own-encoder", "own-gpu-lora", "azure-encoder"}
    assert all(re.fullmatch(r"20\d\d(-\d\d){0,2}", route["checked"]) for route in routes if route["checked"])
    assert all(route["state"] == "closed" or route["open_to"] for route in routes)
