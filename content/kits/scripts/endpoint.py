"""The server that all scripts of this kit ask: OpenAI's, or any that speaks the same API.

Set in the environment, and never in a file:
    OPENAI_API_KEY    the key, or that of the vendor of this kit in the variable that README.md names
    OPENAI_BASE_URL   the address of the server, where it is not OpenAI's
    MODEL             the model that answers
    EMBEDDING_MODEL   the model that turns texts into vectors, for the scripts that search
    TEMPERATURE       0 makes answers repeatable, for models that take it
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import openai
from scoring import Tally, answer_text
from words import HERE, number, say

KIT = json.loads((HERE / "kit.json").read_text("utf-8"))
KEY = KIT.get("key", "OPENAI_API_KEY")
CLASSES = {
    "correct": say("Right answer"),
    "skipped": say("Said nothing, or declined without need"),
    "wrong": say("Wrong answer"),
    "hallucination": say("Answered, though there is none"),
    "correct_refusal": say("Declined rightly"),
}
"""What can become of a question whose answer stands in a passage, or in none."""


def setting(name: str) -> str:
    """A value from the environment, or from kit.json where the kit knows one."""
    value = os.environ.get(name) or KIT["defaults"].get(name)
    if not value:
        sys.exit(say("Set {name} in the environment; the head of endpoint.py says what it is.", name=name))
    return str(value)


def client() -> openai.OpenAI:
    """A client that tries again when the server is busy, and gives up on an answer after a minute.

    Where the kit has a server on this machine that asks for no key, it waits for ten.
    """
    retries = int(os.environ.get("MAX_RETRIES", "5"))
    if "key" in KIT:
        address = os.environ.get("OPENAI_BASE_URL") or KIT["server"]
        return openai.OpenAI(base_url=address, api_key=setting(KEY), max_retries=retries, timeout=60)
    if "server" in KIT and not os.environ.get("OPENAI_BASE_URL"):
        return openai.OpenAI(base_url=KIT["server"], api_key="none", max_retries=retries, timeout=600)
    setting(KEY)
    return openai.OpenAI(max_retries=retries, timeout=60)


def ask(server: openai.OpenAI, messages: list[dict[str, Any]], row: dict[str, Any], **more: Any) -> tuple[str, Any]:
    """What the model answers, tool calls as JSON, and what the answer cost in tokens."""
    if row.get("tools"):
        more["tools"] = row["tools"]
    if os.environ.get("TEMPERATURE"):
        more["temperature"] = float(os.environ["TEMPERATURE"])
    done = server.chat.completions.create(model=setting("MODEL"), messages=messages, **more)
    said = done.choices[0].message
    calls = [call.model_dump() for call in said.tool_calls or ()]
    return answer_text(calls) if calls else (said.content or ""), done.usage


def embed(server: openai.OpenAI, texts: list[str], batch: int = 100) -> list[list[float]]:
    """A vector for each text."""
    vectors: list[list[float]] = []
    for start in range(0, len(texts), batch):
        part = texts[start : start + batch]
        done = server.embeddings.create(model=setting("EMBEDDING_MODEL"), input=part, encoding_format="float")
        vectors += [one.embedding for one in done.data]
    return vectors


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a file of this kit, one a line."""
    return [json.loads(line) for line in (HERE / name).read_text("utf-8-sig").splitlines() if line.strip()]


def answer_all(
    name: str, respond: Callable[[dict[str, Any]], tuple[str, Any]], file: str = "evaluation/evaluation_set.jsonl"
) -> Tally:
    """Answer every row of an evaluation, write answers/NAME.jsonl as it goes, and print the score.

    What was answered before is not asked again: after a cut, start the same command once more.
    """
    out = HERE / "answers" / f"{name}.jsonl"
    out.parent.mkdir(exist_ok=True)
    before = {row["id"]: row for row in rows(f"answers/{name}.jsonl")} if out.exists() else {}
    tally, used = Tally(), {"input": 0, "cached": 0, "output": 0}
    with explained(), out.open("a", encoding="utf-8") as file_out:
        for row in rows(file):
            done = before.get(row["id"])
            if done is None:
                start = time.perf_counter()
                text, usage = respond(row)
                done = {**row, "prediction": text, "seconds": round(time.perf_counter() - start, 3), **tokens(usage)}
                file_out.write(json.dumps(done, ensure_ascii=False) + "\n")
                file_out.flush()
            tally.add(row, done["prediction"])
            used = {kind: n + done[f"{kind}_tokens"] for kind, n in used.items()}
    score = say("for a person to judge") if tally.score is None else number(tally.score)
    counts = {"n": len(tally.scores), "empty": tally.empty}
    print(say("{name}: score {score} (rows: {n}, of which empty: {empty})", name=name, score=score, **counts))
    print("  " + say("tokens: {input} in, of which {cached} cached; {output} out", **used))
    if tally.percent:
        print("  " + ", ".join(f"{CLASSES[kind]}: {percent}%" for kind, percent in tally.percent.items()))
    print("  " + say("{file}; `advisor score {file}` says the same", file=out.relative_to(HERE)))
    return tally


def tokens(usage: Any) -> dict[str, int]:
    """What a server says that an answer cost; 0 for what it does not say."""
    details = getattr(usage, "prompt_tokens_details", None)
    return {
        "input_tokens": getattr(usage, "prompt_tokens", 0) or 0,
        "cached_tokens": getattr(details, "cached_tokens", 0) or 0,
        "output_tokens": getattr(usage, "completion_tokens", 0) or 0,
    }


@contextmanager
def explained() -> Iterator[None]:
    """Inside, what a server refuses ends the script with what it means and what to do."""
    try:
        yield
    except openai.AuthenticationError:
        sys.exit(say("The server does not know this key (401). Check {key}, and that it is of this server.", key=KEY))
    except openai.PermissionDeniedError as error:
        sys.exit(say("The server knows the key and refuses this (403): {said}.", said=said(error)))
    except openai.NotFoundError as error:
        sys.exit(
            say("There is no such model or address (404): {said}. Check MODEL and OPENAI_BASE_URL.", said=said(error))
        )
    except openai.RateLimitError as error:
        sys.exit(
            say(
                "Too many requests, or the credit is used up (429): {said}. Wait, or raise the limit; then start the "
                "same command again: it goes on where it stopped.",
                said=said(error),
            )
        )
    except openai.APITimeoutError:
        sys.exit(say("The server did not answer in time. Start the same command again: it goes on where it stopped."))
    except openai.APIConnectionError as error:
        sys.exit(say("The server cannot be reached ({error}). Check OPENAI_BASE_URL and the network.", error=error))
    except openai.APIStatusError as error:
        sys.exit(say("The server refused ({status}): {said}.", status=error.status_code, said=said(error)))


def said(error: openai.APIStatusError) -> str:
    """The server's own words."""
    body = error.body if isinstance(error.body, dict) else {}
    return str(body.get("message") or error.message).rstrip(".")
