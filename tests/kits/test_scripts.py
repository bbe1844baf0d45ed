"""The scripts of every kit are run against a server on this machine; those with heavy packages by `make test-kits`."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.kits.evaluation import SCRIPTS
from advisor.kits.script_words import messages_in, script_words
from advisor.language import language
from advisor.translations.messages import code_messages
from tests.kits.server import Server, serving
from tests.kits.unpacked import kit_bytes, right_answers, rows, run, scored, unpack

LABELS = {"task": "classification", "refusal_share": 20}


@pytest.fixture(scope="module")
def prompting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(kit_bytes("prompting", **LABELS), tmp_path_factory.mktemp("prompting"))


@pytest.fixture
def server(prompting: Path) -> Iterator[Server]:
    with serving(right_answers(prompting)) as one:
        yield one


@pytest.mark.parametrize(("model", "least", "most"), [("good", 100, 100), ("bad", 0, 49), ("empty", 0, 0)])
def test_a_good_a_bad_and_an_empty_model_score_a_hundred_low_and_nothing(
    prompting: Path, server: Server, model: str, least: float, most: float
) -> None:
    done = run(prompting, "baseline.py", model, address=server.address, MODEL=model)
    assert done.returncode == 0, done.stderr
    score = scored(prompting, model)
    assert least <= score <= most
    n = len(rows(prompting, f"answers/{model}.jsonl"))
    empty = n if model == "empty" else 0
    assert f"{model}: score {score:.1f} (rows: {n}, of which empty: {empty})" in done.stdout
    asked = server.bodies("/chat/completions")
    prompt = (prompting / "system_prompt.txt").read_text().strip()
    assert {body["messages"][0]["content"] for body in asked} == {prompt}


def test_after_a_cut_only_what_is_missing_is_asked(prompting: Path, server: Server, tmp_path: Path) -> None:
    folder = unpack(kit_bytes("prompting", **LABELS), tmp_path)
    assert run(folder, "baseline.py", address=server.address).returncode == 0
    answered = folder / "answers" / "baseline.jsonl"
    lines = answered.read_text("utf-8").splitlines(keepends=True)
    answered.write_text("".join(lines[:2]), "utf-8")
    server.asked.clear()
    done = run(folder, "baseline.py", address=server.address)
    assert len(server.bodies("/chat/completions")) == len(lines) - 2
    assert f"score 100.0 (rows: {len(lines)}," in done.stdout


def test_versions_of_the_prompt_are_compared_and_the_prefix_is_cached(prompting: Path, server: Server) -> None:
    done = run(prompting, "prompt_versions.py", address=server.address)
    assert done.returncode == 0, done.stderr
    assert [line.split(":")[0] for line in done.stdout.splitlines() if line.startswith("prompt-")] == [
        "prompt-v1",
        "prompt-v2",
    ]
    prompts = [body["messages"][0]["content"] for body in server.bodies("/chat/completions")]
    assert prompts == sorted(prompts, key=len)
    cached = [row["cached_tokens"] for row in rows(prompting, "answers/prompt-v2.jsonl")]
    assert cached == [0] + [100] * (len(cached) - 1)


def test_the_safety_test_names_what_became_worse(prompting: Path, server: Server) -> None:
    assert run(prompting, "safety.py", address=server.address).returncode == 0
    assert scored(prompting, "safety") == 100
    same = run(prompting, "safety.py", "same", address=server.address)
    assert (same.returncode, "worse than before: 0 of 12" in same.stdout) == (0, True)
    after = run(prompting, "safety.py", "after", address=server.address, MODEL="bad")
    assert after.returncode == 1
    assert "worse than before: 8 of 12" in after.stdout
    assert "Do not put it into use" in after.stderr


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (401, "invalid_api_key", "Check OPENAI_API_KEY"),
        (404, "model_not_found", "Check MODEL"),
        (429, "rate_limit_exceeded", "start the same command again"),
    ],
)
def test_what_a_server_refuses_is_explained_in_one_line(
    prompting: Path, server: Server, status: int, code: str, said: str
) -> None:
    server.refuse["/chat/completions"] = (status, code)
    done = run(prompting, "baseline.py", f"refused-{status}", address=server.address)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert said in done.stderr
    assert "no-key" not in done.stderr + done.stdout


def test_without_a_key_a_model_or_a_server_it_is_said_what_to_set(prompting: Path) -> None:
    assert "Set OPENAI_API_KEY" in run(prompting, "baseline.py", OPENAI_API_KEY="").stderr
    nobody = run(prompting, "baseline.py", "nobody", address="http://127.0.0.1:9/v1")
    assert "cannot be reached" in nobody.stderr
    assert "Set MODEL" in run(prompting, "baseline.py", "no-model", address="http://127.0.0.1:9/v1", MODEL="").stderr


def test_the_examples_most_like_the_question_stand_before_it(tmp_path: Path) -> None:
    folder = unpack(kit_bytes("few_shot", **LABELS), tmp_path)
    with serving(right_answers(folder)) as server:
        done = run(folder, "few_shot.py", address=server.address, SHOTS="3")
        assert done.returncode == 0, done.stderr
        assert scored(folder, "few_shot") == 100
        shown = [len(body["messages"]) for body in server.bodies("/chat/completions")]
        assert set(shown) == {1 + 2 * 3 + 1}
        tested = {row["messages"][-1]["content"] for row in rows(folder, "evaluation/evaluation_set.jsonl")}
        for body in server.bodies("/chat/completions"):
            assert not tested & {one["content"] for one in body["messages"][1:-1]}


@pytest.mark.parametrize("task", ["classification", "extraction", "rewriting"])
def test_the_answer_is_bound_to_a_schema_of_its_task(tmp_path: Path, task: str) -> None:
    folder = unpack(kit_bytes("structured", task=task, refusal_share=0), tmp_path)
    with serving(right_answers(folder)) as server:
        scores = []
        for model in ("good", "bad", "empty") if task == "classification" else ("good", "empty"):
            (folder / "answers" / "structured.jsonl").unlink(missing_ok=True)
            done = run(folder, "structured.py", address=server.address, MODEL=model)
            assert done.returncode == 0, done.stderr
            scores.append(scored(folder, "structured"))
        bodies = server.bodies("/chat/completions")
    assert (scores[0], scores[-1]) == (100, 0)
    assert scores[1] < 50
    assert {body["response_format"]["json_schema"]["strict"] for body in bodies} == {True}
    schema = json.loads((folder / "schema.json").read_text("utf-8"))
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])


def test_a_teacher_makes_rows_without_doubles_and_without_the_questions_of_the_test(tmp_path: Path) -> None:
    folder = unpack(kit_bytes("small_model", **LABELS), tmp_path)
    planned = run(folder, "synthesise.py", "plan", PROMPTS="3", NEW="4")
    assert "Questions to ask for: 12." in planned.stdout, planned.stderr
    assert "up to 36 for answers" in planned.stdout
    teacher = {"TEACHER": "teacher", "PROMPTS": "3", "NEW": "4"}
    with serving({}) as server:
        done = run(folder, "synthesise.py", TEACHER_URL=server.address, **teacher)
        assert "Questions that are new: 2; rows: 2." in done.stdout, done.stderr
        n = len(server.bodies("/chat/completions"))
        assert n == 3 + 2 * 3
        run(folder, "synthesise.py", TEACHER_URL=server.address, **teacher)
        assert len(server.bodies("/chat/completions")) == n
    made = rows(folder, "data/synthetic.jsonl")
    assert [one["content"] for one in made[0]["messages"]][1:] == [
        "What is new?",
        "The answer to: What is new?",
        "And then?",
        "The answer to: And then?",
    ]
    seeds = rows(folder, "data/seeds.jsonl")
    assert run(folder, "synthesise.py", "split").returncode == 0
    assert rows(folder, "data/train.jsonl") == [*seeds, made[1]]
    assert rows(folder, "data/validation.jsonl") == [made[0]]


def test_tools_are_called_and_their_calls_are_scored(tmp_path: Path) -> None:
    folder = unpack(kit_bytes("prompting", task="agent", refusal_share=0), tmp_path)
    with serving(right_answers(folder)) as server:
        done = run(folder, "baseline.py", address=server.address)
        assert done.returncode == 0, done.stderr
        assert scored(folder, "baseline") == 100
        assert all(body["tools"] for body in server.bodies("/chat/completions"))


def test_what_a_script_says_is_in_the_language_of_its_kit(tmp_path: Path) -> None:
    folder = unpack(kit_bytes("retrieval", code="nl", task="qa", refusal_share=40), tmp_path)
    with serving(right_answers(folder)) as server:
        done = run(folder, "baseline.py", "bad", address=server.address, MODEL="bad")
        server.refuse["/chat/completions"] = (401, "invalid_api_key")
        refused = run(folder, "baseline.py", "refused", address=server.address)
    assert re.search(r"^bad: score \d+,\d \(rijen: \d+, waarvan leeg: 0\)$", done.stdout, re.MULTILINE)
    assert "Fout antwoord: " in done.stdout
    assert "De server kent deze sleutel niet (401)." in refused.stderr
    assert "Zet MODEL in de omgeving" in run(folder, "baseline.py", "no-model", MODEL="").stderr


def test_a_kit_whose_words_were_lost_speaks_english(tmp_path: Path) -> None:
    folder = unpack(kit_bytes("prompting", code="nl", **LABELS), tmp_path)
    (folder / "words.json").unlink()
    assert "Set MODEL in the environment" in run(folder, "baseline.py", MODEL="").stderr


@pytest.mark.parametrize("script", sorted(file.name for file in SCRIPTS.glob("*.py")))
def test_a_script_says_nothing_but_what_can_be_translated(script: str) -> None:
    """Sentences in `print` and `sys.exit` stand in `say("…")`, whose texts a kit in Dutch holds in Dutch."""
    source = (SCRIPTS / script).read_text("utf-8")
    tree = ast.parse(source)
    translated = {id(part) for call in _calls(tree, "say") for part in ast.walk(call)}
    for call in (*_calls(tree, "print"), *_calls(tree, "exit")):
        literals = [part for part in ast.walk(call) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        bare = [one.value for one in literals if id(one) not in translated and re.search(r"[A-Za-z]{2,} ", one.value)]
        assert bare == [], (script, call.lineno)
    words = script_words([script], language("nl"))
    assert set(messages_in(source)) == {
        message.text for message in code_messages(SCRIPTS) if message.where.startswith(f"scripts/{script}:")
    }
    assert set(words.get("texts", {})) <= set(messages_in(source))
    assert script_words([script], language("en")) == {}


def _calls(tree: ast.AST, name: str) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) == name]
