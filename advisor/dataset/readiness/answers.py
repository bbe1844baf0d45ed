"""What a training file answers: measured values for questions of the interview, and only where the file tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from advisor.content.entries import Question
from advisor.content.load import Content, load
from advisor.dataset.inspection.inspect import Inspection
from advisor.dataset.inspection.profile import PRIVATE, Profile, Spread
from advisor.interview.situation import Situation, Value

PERSONAL = frozenset(PRIVATE) - {"api-key"}
"""Checks that find data about people; a key or password is secret, but says nothing of what the texts are about."""
UNBALANCED = frozenset({"single-class", "class-imbalance"})
CLEAR = 0.9
"""Share of the rows from which their script is the script of the file."""
FEWEST = 10
"""Rows below which lengths and shares say too little."""
SHORT = 3
"""Messages up to which a conversation is one input with one answer: instructions, question, answer."""


def answers(inspection: Inspection, content: Content | None = None) -> tuple[dict[str, Value], set[str]]:
    """Values by id of the question, and the ids of those that were measured.

    Every value is one that its question allows. What a file cannot show is left out: that nothing personal was found
    does not mean that there is none, and a pass that was stopped has not counted all rows.
    """
    content = content or load()
    profile = inspection.profile
    values: dict[str, Value] = {}
    if shape := _shape(inspection):
        values["data_shape"] = shape
    if PERSONAL & profile.private.keys():
        values["sensitive_data"] = "personal"
    if script := _script(profile.languages):
        values["language"] = script
    if inspection.recognition.form.method != "pretrain":
        values |= _lengths(profile, content)
    if not inspection.cancelled:
        values |= _counted(inspection, content)
    return values, set(values)


def news(situation: Situation, values: Mapping[str, Value]) -> dict[str, Value]:
    """Of what was found, what adds to the answers: that data is regulated says more than that it is personal."""
    stricter = situation.answers.get("sensitive_data") == "regulated"
    return {key: value for key, value in values.items() if not (stricter and key == "sensitive_data")}


def settled(values: Mapping[str, Value]) -> frozenset[str]:
    """The questions to which what was found leaves nothing to add; whether data is regulated no row says."""
    return frozenset(key for key, value in values.items() if (key, value) != ("sensitive_data", "personal"))


def taken(situation: Situation, values: Mapping[str, Value], *, replacing: bool) -> Situation:
    """A situation with measured answers; those that the user gave are replaced only with `replacing`."""
    for key, value in values.items():
        if replacing or key not in disputed(situation, values):
            situation = situation.with_answer(key, value)
            situation = replace(situation, measured=situation.measured | {key})
    return situation


def disputed(situation: Situation, values: Mapping[str, Value]) -> set[str]:
    """The questions to which the user has given another answer than the one that was measured."""
    answered = {key: situation.answers[key] for key in values if situation.answers.get(key) is not None}
    return {
        key for key, value in answered.items() if key not in situation.measured and value != _kept(key, values[key])
    }


def _kept(key: str, value: Value) -> Value:
    """The value as a situation holds it."""
    return Situation({}).with_answer(key, value).answers[key]


def _counted(inspection: Inspection, content: Content) -> dict[str, Value]:
    """What needs all rows."""
    profile, method = inspection.profile, inspection.recognition.form.method
    values: dict[str, Value] = {}
    if profile.answered and method not in ("pretrain", "rft"):
        good = max(0, profile.answered - profile.duplicates)
        values["labelled_examples"] = _within(content.question("labelled_examples"), good)
    if len(profile.labels) > 1:
        values["label_count"] = _within(content.question("label_count"), len(profile.labels))
    if profile.refusals and profile.answered >= FEWEST:
        values["refusal_share"] = round(100 * profile.refusals / profile.answered, 1)
    if UNBALANCED & inspection.counts.keys():
        values["data_balanced"] = "no"
    if profile.leaked is not None and profile.validation_rows:
        values["held_out"] = "no" if profile.leaked else "yes"
    return values


def _lengths(profile: Profile, content: Content) -> dict[str, Value]:
    """Ranges from the 10th to the 90th percentile; of instructions only where most rows have some."""
    wanted = {"question_tokens": profile.prompt_tokens, "output_tokens": profile.answer_tokens}
    if 2 * profile.with_system > profile.readable:
        wanted["instruction_tokens"] = profile.system_tokens
    if profile.readable < FEWEST:
        return {}
    return {key: _range(content.question(key), spread) for key, spread in wanted.items() if spread}


def _range(question: Question, spread: Spread) -> Value:
    low, high = _within(question, spread.p10), _within(question, spread.p90)
    return (low, high) if low < high else low


def _within(question: Question, value: float) -> float:
    """The nearest whole number that the question allows."""
    least, most = question.minimum or 0.0, question.maximum or float("inf")
    return float(min(max(round(value), least), most))


def _shape(inspection: Inspection) -> tuple[str, ...]:
    profile, form = inspection.profile, inspection.recognition.form
    if not profile.readable or form.id == "unknown":
        return ()
    if form.method == "pretrain":
        return ("documents",)
    if form.shape == "preference":
        return ("preferences",)
    if form.id == "openai_rft":
        return ("grader",)
    shapes = []
    if form.method == "classify" or profile.labels:
        shapes.append("labels")
    elif profile.answered and form.method in ("sft", "vision"):
        shapes.append("chat" if profile.turns and profile.turns.median > SHORT else "pairs")
    if profile.with_tools:
        shapes.append("tools")
    if profile.with_images:
        shapes.append("images")
    return tuple(shapes)


def _script(scripts: Mapping[str, int]) -> str:
    """`other` where the answers are clearly in another script than Latin; Latin letters do not tell the language."""
    lettered = {name: n for name, n in scripts.items() if name != "other"}
    rows = sum(lettered.values())
    foreign = rows - lettered.get("latin", 0)
    return "other" if rows >= FEWEST and foreign >= CLEAR * rows else ""
