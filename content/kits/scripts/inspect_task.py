"""The same evaluation as a task of inspect_ai.

    pip install inspect-ai openai google-re2
    inspect eval inspect_task.py --model openai/$MODEL -M responses_api=false

For another server than OpenAI's, whose name is then of your choice:

    export SERVER_BASE_URL=http://127.0.0.1:8080/v1 SERVER_API_KEY=none
    inspect eval inspect_task.py --model openai-api/server/$MODEL
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    ResponseSchema,
    get_model,
)
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import ToolInfo
from inspect_ai.util import JSONSchema
from promptfoo_case import HERE, ROWS
from scoring import answer_text, score

ROLES = {"system": ChatMessageSystem, "user": ChatMessageUser, "assistant": ChatMessageAssistant}
SETTINGS = json.loads((HERE / "settings.json").read_text("utf-8")) if (HERE / "settings.json").exists() else {}
"""What each request asks for, where a pilot measured it so: `temperature`, `max_tokens`, `schema` of the answer."""


@task
def evaluation() -> Task:
    samples = [
        Sample(id=row["id"], input=messages(row), target=str(row["gold"]), metadata={"row": row})
        for row in ROWS.values()
        if row["metric"] != "rubric"
    ]
    return Task(dataset=MemoryDataset(samples), solver=once(), scorer=as_scored())


def messages(row: dict) -> list[ChatMessage]:
    return [ROLES[one["role"]](content=one["content"]) for one in row["messages"]]


@solver
def once() -> Solver:
    """One answer; a tool that the model calls is not run."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        tools = [ToolInfo(**tool["function"]) for tool in state.metadata["row"].get("tools") or ()]
        state.output = await get_model().generate(state.messages, tools=tools, config=settings())
        return state

    return solve


def settings() -> GenerateConfig:
    schema = SETTINGS.get("schema")
    form = ResponseSchema(name="answer", json_schema=JSONSchema(**schema), strict=True) if schema else None
    return GenerateConfig(
        temperature=SETTINGS.get("temperature"), max_tokens=SETTINGS.get("max_tokens"), response_schema=form
    )


@scorer(metrics=[mean()])
def as_scored() -> Scorer:
    """What scoring.py says, from 0 to 1."""

    async def judge(state: TaskState, target: Target) -> Score:
        calls = [{"name": call.function, "arguments": call.arguments} for call in state.output.message.tool_calls or ()]
        answer = answer_text(calls) if calls else state.output.completion
        return Score(value=score(state.metadata["row"], answer) or 0.0, answer=answer)

    return judge
