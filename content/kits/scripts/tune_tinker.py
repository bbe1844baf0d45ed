"""Trains a model at Tinker: this script goes through the rows, Tinker computes, and the model answers at once.

    python tune_tinker.py               trains, or goes on after the last pass that was kept
    python tune_tinker.py check         says how many tokens would be trained on, and starts nothing
    python tune_tinker.py delete all    deletes what Tinker keeps of it

Set in the environment, and never in a file:
    TINKER_API_KEY      the key
    TINKER_PROJECT_ID   the project, where you have several
    TOKENIZER           a folder or name of the tokenizer, where it is not found by the model's name
"""

import os
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

import tinker
from endpoint import rows
from job_state import keep
from tinker import types
from vendor_job import JOB, Refusal, Vendor, name_next, need, run
from words import number, say

IGNORED = 0.0
LEARNT = 1.0
"""Weight of what stands before an answer, and of the answer."""


class Tinker(Vendor):
    name = "Tinker"
    key = "TINKER_API_KEY"

    def __init__(self) -> None:
        need(self.key, self.name)
        self.service = tinker.ServiceClient()

    def asked(self, state: dict[str, Any]) -> dict[str, str]:
        return {"MODEL": state["model"]}

    def stored(self, state: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], Any]]]:
        rest = self.service.create_rest_client()
        for kind in ("model", "kept"):
            yield kind, lambda path: rest.delete_checkpoint_from_tinker_path(path).result()

    def refusal(self, error: Exception) -> Refusal | None:
        match error:
            case tinker.APIStatusError():
                return Refusal(error.status_code, str(error.message))
            case tinker.RequestFailedError():
                return Refusal(400, str(error))
            case tinker.APIConnectionError():
                return Refusal(None, str(error))
        return None


def examples(name: str) -> list[types.Datum]:
    """The conversations of a file as tokens, of which the last answer is learnt."""
    from transformers import AutoTokenizer  # it takes seconds, which the other commands need not wait for

    tokenizer = AutoTokenizer.from_pretrained(os.environ.get("TOKENIZER", JOB["model"]))
    made = []
    for place, row in enumerate(rows(name), start=1):
        tools, messages = row.get("tools"), row["messages"]
        last = max(n for n, one in enumerate(messages) if one["role"] == "user")
        asked = tokenizer.apply_chat_template(
            messages[: last + 1], tools=tools, add_generation_prompt=True, return_dict=False
        )
        whole = tokenizer.apply_chat_template(messages, tools=tools, return_dict=False)
        if whole[: len(asked)] != asked:
            sys.exit(
                say(
                    "Row {n}: the chat template would not ask the model as it trains it. Take another model, or mend "
                    "its template.",
                    n=place,
                )
            )
        weights = [IGNORED] * len(asked) + [LEARNT] * (len(whole) - len(asked))
        made.append(
            types.Datum(
                model_input=types.ModelInput.from_ints(whole[:-1]),
                loss_fn_inputs={"target_tokens": whole[1:], "weights": weights[1:]},
            )
        )
    return made


def learnt(data: list[types.Datum]) -> int:
    """On how many tokens the loss is taken."""
    return int(sum(sum(one.loss_fn_inputs["weights"].tolist()) for one in data))


def loss(data: list[types.Datum], result: types.ForwardBackwardOutput) -> float:
    """The mean over the tokens that are learnt."""
    total = 0.0
    for one, out in zip(data, result.loss_fn_outputs, strict=True):
        weights, logprobs = one.loss_fn_inputs["weights"].tolist(), out["logprobs"].tolist()
        total -= sum(weight * logprob for weight, logprob in zip(weights, logprobs, strict=True))
    return total / learnt(data)


def check(vendor: Tinker, state: dict[str, Any], script: str) -> None:
    data = examples("data/train.jsonl")
    told = {"n": learnt(data), "all": sum(one.model_input.length for one in data), "passes": JOB["passes"]}
    print(say("Rows of {all} tokens; the loss is taken on {n} of them, {passes} times.", **told))


def train(vendor: Tinker, state: dict[str, Any], script: str) -> None:
    """A pass after the other; each is kept at Tinker, so that a cut loses one at most."""
    training, validation = examples("data/train.jsonl"), examples("data/validation.jsonl")
    if "kept" in state:
        client = vendor.service.create_training_client_from_state_with_optimizer(state["kept"]).result()
    else:
        client = vendor.service.create_lora_training_client(base_model=JOB["model"], rank=JOB["rank"], seed=1).result()
    for done in range(state.get("passes", 0), JOB["passes"]):
        order = random.Random(done).sample(training, len(training))
        losses = []
        for start in range(0, len(order), JOB["batch"]):
            batch = order[start : start + JOB["batch"]]
            passed = client.forward_backward(batch, "cross_entropy")
            client.optim_step(types.AdamParams(learning_rate=JOB["learning_rate"])).result()
            losses.append(loss(batch, passed.result()))
        held = loss(validation, client.forward(validation, "cross_entropy").result())
        before = state.get("kept")
        keep(state, "kept", client.save_state(f"pass-{done + 1}").result().path)
        keep(state, "passes", done + 1)
        if before:
            vendor.service.create_rest_client().delete_checkpoint_from_tinker_path(before).result()
        mean = sum(losses) / len(losses)
        told = {"n": done + 1, "all": JOB["passes"], "loss": number(mean, 4), "held": number(held, 4)}
        print("  " + say("pass {n} of {all}: training loss {loss}, validation loss {held}", **told), flush=True)
    if "model" not in state:
        keep(state, "model", client.save_weights_for_sampler("tuned").result().path)
    print(say("done: {model}", model=state["model"]))
    name_next(vendor, state)


if __name__ == "__main__":
    run(Tinker, "tune_tinker.py", {"": train, "check": check})
