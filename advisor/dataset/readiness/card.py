"""Is a training file ready? A card of a few lines: what was counted, what it means, and which question it answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from advisor.content.load import Content
from advisor.content.sources import seen
from advisor.dataset import words
from advisor.dataset.checks.balance import FEW, REFUSING
from advisor.dataset.inspection.inspect import Inspection, method_of
from advisor.dataset.platforms import Limit, platform
from advisor.dataset.readiness.answers import answers
from advisor.dataset.words import State
from advisor.interview.situation import Situation, Value
from advisor.language import Language
from advisor.wording import labels

YARDSTICK = "azure"
"""Whose figures on the number of rows are an example where no platform is named: it has some for every method."""
DEFECTS = frozenset({"reading", "structure", "roles", "content", "weights", "tools", "preference", "limits", "text"})
"""Groups of checks that the line on faults sums up; the others have lines of their own."""
COUNTED = frozenset({"too-few-rows", "few-rows", "too-many-rows", "format-not-read", "unknown-format", "mixed-schemas"})
"""Checks of these groups that other lines are about."""

OTHER = "not-training-data"
MOST_KINDS = 3
"""Kinds of defects that the line on faults names; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a file must be."""

    id: str
    state: State
    title: str
    figure: str
    """What was counted."""
    means: str
    """What that means for training, and what to do."""
    question: str | None = None
    """Id of the question of the interview that it answers."""
    value: Value = None
    """The measured answer."""


@dataclass(frozen=True, slots=True)
class Card:
    """The lines, those that need someone first, and what they come to in a sentence."""

    headline: str
    state: State
    lines: tuple[Line, ...]


def card(inspection: Inspection, content: Content, lang: Language) -> Card:
    """The card of a file that was looked through; its figures are those of the inspection and of nothing else."""
    measured = answers(inspection, content)[0]
    lines = tuple(
        Line(
            entry.id, entry.state, entry.title, entry.figure, entry.means, entry.question, measured.get(entry.question)
        )
        if entry.question in measured
        else Line(entry.id, entry.state, entry.title, entry.figure, entry.means)
        for entry in _Writer(inspection, content, lang).lines()
    )
    stops, looks = (sum(line.state == state for line in lines) for state in ("stop", "look"))
    order: tuple[State, ...] = ("stop", "look", "ok")
    ranked = tuple(sorted(lines, key=lambda line: order.index(line.state)))
    return Card(words.readiness(stops, looks, lang), "stop" if stops else "look" if looks else "ok", ranked)


class _Writer:
    """Writes the lines of one card."""

    def __init__(self, inspection: Inspection, content: Content, lang: Language) -> None:
        self.inspection = inspection
        self.profile = inspection.profile
        self.content = content
        self.lang = lang
        self.checks = {check.id: check for check in content.checks}

    def lines(self) -> Iterator[Line]:
        """Of what a file does not have nothing is said: neither that it is good, nor that it is bad."""
        if self._count((OTHER,)):
            yield self._other()
            return
        yield self._enough()
        yield self._format()
        yield self._faults()
        if self.profile.readable:
            yield self._repeats()
        yield self._held_out()
        if self.profile.readable:
            yield self._private()
        if self.profile.answered:
            yield self._refusals()
            yield self._agreement()
        if self._count(("inconsistent-system-prompt",)):
            yield self._systems()
        if self.profile.labels:
            yield self._balance()

    def _other(self) -> Line:
        check = self.checks[OTHER]
        return Line("format", "stop", self.lang("Format"), self.lang(check.title), self.lang(check.why))

    def _enough(self) -> Line:
        lang = self.lang
        good = max(0, self.profile.answered - self.profile.duplicates)
        if method_of(self.inspection) in ("pretrain", "rft") or self.inspection.recognition.form.says_verdict:
            good = self.profile.readable  # where rows carry a verdict, those that call an answer bad teach too
        chosen = self.inspection.platform
        limits = platform(chosen or YARDSTICK, method_of(self.inspection), self.content)
        least, advised = limits.minimum_rows, limits.recommended_rows
        figure = lang.plural("{n} row to learn from", "{n} rows to learn from", good)
        title = lang("Examples")
        short = least is not None and good < least.value
        if least and short:
            text = (
                lang("{platform} needs at least {n} ({seen}).", **self._named(limits.name, least))
                if chosen
                else lang("For example, {platform} needs at least {n} ({seen}).", **self._named(limits.name, least))
            )
        elif advised:
            text = (
                lang("{platform} advises at least {n} ({seen}).", **self._named(limits.name, advised))
                if chosen
                else lang("For example, {platform} advises at least {n} ({seen}).", **self._named(limits.name, advised))
            )
        else:
            text = lang("Only your evaluation tells how many are enough.")
        few = short or (advised is not None and good < advised.value)
        state: State = "stop" if not good or (short and chosen) else "look" if few else "ok"
        return Line("enough", state, title, figure, text, "labelled_examples")

    def _named(self, name: str, limit: Limit) -> dict[str, str]:
        fact = self.content.fact(limit.fact)
        return {"platform": name, "n": self.lang.number(limit.value, 7), "seen": seen(fact.seen, self.lang)}

    def _format(self) -> Line:
        lang, form = self.lang, self.inspection.recognition
        title, figure = lang("Format"), form.form.title.text(lang)
        n = self._count(("format-not-read", "unknown-format", "mixed-schemas", "container-not-read", "top-level-array"))
        if form.format == "unknown":
            return Line(
                "format", "stop", title, figure, lang("A trainer cannot find question and answer."), "data_shape"
            )
        if n:
            text = lang("The platform does not read all of it: convert it.")
            return Line("format", "stop", title, figure, text, "data_shape")
        return Line(
            "format", "ok", title, figure, lang("It is known here, and can be converted to others."), "data_shape"
        )

    def _faults(self) -> Line:
        lang = self.lang
        ours = [key for key in self.inspection.counts if self.checks[key].group in DEFECTS and key not in COUNTED]
        errors = sum(self.inspection.counts[key] for key in ours if self.checks[key].severity == "error")
        warnings = sum(self.inspection.counts[key] for key in ours if self.checks[key].severity == "warning")
        mended = sum(self.inspection.counts[key] for key in ours if self._mendable(key))
        counted = (
            lang.plural("{n} error", "{n} errors", errors),
            lang.plural("{n} warning", "{n} warnings", warnings),
        )
        figure = ", ".join(counted)
        title = lang("Rows one by one")
        if not errors and not warnings:
            if self.inspection.recognition.format == "unknown":
                text = lang("Only what holds for every format was checked: this one is not known.")
                return Line("faults", "look", title, lang("nothing found"), text)
            if self._elsewhere():
                text = lang("Each row by itself is sound; what was found between rows stands in the other lines.")
                return Line("faults", "ok", title, lang("nothing found"), text)
            return Line("faults", "ok", title, lang("nothing found"), lang("Nothing in the rows spoils training."))
        means = [
            self._most(ours),
            lang("Rows with errors are refused, or teach something wrong.")
            if errors
            else lang("Allowed, and rarely meant."),
        ]
        if mended:
            means.append(
                lang.plural(
                    "Up to {n} of them can be repaired without judging the words.",
                    "Up to {n} of them can be repaired without judging the words.",
                    mended,
                )
            )
        return Line("faults", "stop" if errors else "look", title, figure, " ".join(means))

    def _elsewhere(self) -> bool:
        """Whether errors or warnings were found that other lines are about."""
        return any(self.checks[key].severity != "info" for key in self.inspection.counts)

    def _most(self, keys: Iterable[str]) -> str:
        """What was found most, each kind once: the worst first."""
        lang, counts = self.lang, self.inspection.counts
        kinds = words.ranked({key: counts[key] for key in keys if self.checks[key].severity != "info"}, self.content)
        shown, more = self._kinds(kinds[:MOST_KINDS]), sum(n for _, n in kinds[MOST_KINDS:])
        if not more:
            return lang("Found: {kinds}.", kinds=shown)
        return lang.plural("Found: {kinds}, and {n} more.", "Found: {kinds}, and {n} more.", more, kinds=shown)

    def _kinds(self, counts: Iterable[tuple[str, int]]) -> str:
        """Kinds with their numbers: `e-mail address (2), phone number (1)`."""
        lang = self.lang
        return ", ".join(
            lang("{kind} ({n})", kind=labels.in_sentence(lang(self.checks[key].title)), n=lang.number(n, 7))
            for key, n in counts
        )

    def _mendable(self, key: str) -> bool:
        """Whether `repair` mends what this check finds, at least where it is certain, and it is no mere remark."""
        check = self.checks[key]
        known = key != "unknown-key" or self.inspection.platform is not None  # which keys are needed, a platform says
        return check.repair == "safe" and check.severity != "info" and known

    def _repeats(self) -> Line:
        lang, same, near = self.lang, self.profile.duplicates, self.profile.near_duplicates
        figure = lang.plural("{n} row repeats another", "{n} rows repeat another", same)
        if near and same:
            figure = lang.plural("{same}, {n} nearly does", "{same}, {n} nearly do", near, same=figure)
        elif near:
            figure = lang.plural("{n} row nearly repeats another", "{n} rows nearly repeat another", near)
        text = lang("Each row teaches something of its own.")
        if same:
            text = lang("Repeated rows weigh double, cost tokens, and make a model recite.")
        elif near:
            text = lang("Look whether they differ where it matters; what they share is learnt by heart.")
        return Line("repeats", "look" if same or near else "ok", lang("Duplicates"), figure, text)

    def _held_out(self) -> Line:
        lang, profile, title = self.lang, self.profile, self.lang("Rows held out")
        if profile.leaked is None or not profile.validation_rows:
            text = lang(
                "Keep rows apart to validate on, or hand them in beside this file: without them no score counts."
            )
            return Line("held-out", "look", title, lang("no validation file"), text, "held_out")
        rows = lang.plural("{n} validation row", "{n} validation rows", profile.validation_rows)
        figure = lang("{rows}, {n} in training too", rows=rows, n=lang.number(profile.leaked, 7))
        if profile.leaked:
            text = lang("The score on validation is too good: the model has seen the answer.")
            return Line("held-out", "stop", title, figure, text, "held_out")
        return Line("held-out", "ok", title, figure, lang("No row of it is in training."), "held_out")

    def _private(self) -> Line:
        lang, counts = self.lang, self.profile.private
        title = lang("Private data")
        if not counts:
            text = lang("That none was recognised is no proof that there is none.")
            return Line("private", "ok", title, lang("nothing found"), text)
        worst = any(self.checks[key].severity == "error" for key in counts)
        text = (
            lang("A tuned model can repeat it to anyone, and such numbers and keys do harm in the wrong hands.")
            if worst
            else lang("A tuned model can repeat it to anyone. Look whether it is meant to be public.")
        )
        kinds = self._kinds(words.ranked(counts, self.content))
        return Line("private", "stop" if worst else "look", title, kinds, text, "sensitive_data")

    def _refusals(self) -> Line:
        lang, profile = self.lang, self.profile
        share = profile.refusals / profile.answered if profile.answered else 0.0
        many = profile.answered >= FEW and share > REFUSING
        figure = lang("{share} of the answers", share=lang.percent(share))
        text = (
            lang("The share of refusals in training becomes the share in use.")
            if many
            else lang("Few enough; refusals that are meant are fine.")
            if profile.refusals
            else lang("No answer reads like a chatbot's refusal.")
        )
        return Line("refusals", "look" if many else "ok", lang("Refusals"), figure, text, "refusal_share")

    def _agreement(self) -> Line:
        lang, conflicts = self.lang, self.profile.conflicts
        figure = lang.plural("{n} answer contradicts another", "{n} answers contradict others", conflicts)
        text = (
            lang("The model cannot learn both, and learns to guess.")
            if conflicts
            else lang("The same question always has the same answer.")
        )
        return Line("agreement", "look" if conflicts else "ok", lang("Contradictory answers"), figure, text)

    def _systems(self) -> Line:
        lang, n = self.lang, self.profile.systems
        figure = (
            lang.plural("{n} system prompt", "{n} different system prompts", n)
            if n > 1
            else lang("some rows have no system prompt")
        )
        text = lang("Train with the system prompt that you will use.")
        return Line("systems", "look", lang("System prompts"), figure, text)

    def _balance(self) -> Line:
        lang, counted = self.lang, self.profile.labels
        figure = lang.plural("{n} label", "{n} labels", len(counted))
        title = lang("Class balance")
        if self._count(("single-class",)):
            return Line("balance", "stop", title, figure, lang("The model learns to say it always, whatever is asked."))
        if self._count(("class-imbalance",)):
            text = lang("The model learns to say the common answer when in doubt.")
            return Line("balance", "look", title, figure, text, "data_balanced")
        return Line("balance", "ok", title, figure, lang("No class crowds out the others."), "label_count")

    def _count(self, checks: Iterable[str]) -> int:
        return sum(self.inspection.counts.get(check, 0) for check in checks)


def answer_text(line: Line, content: Content, lang: Language) -> str:
    """The measured answer that a line gives, as the interview writes it; empty where it gives none."""
    if line.question is None:
        return ""
    question = content.question(line.question)
    value = Situation({}).with_answer(line.question, line.value).answers[line.question]
    return f"{lang(question.text)} {labels.answer(question, value, lang)}"


def as_dict(readiness_card: Card) -> dict[str, Any]:
    """A card as JSON."""
    return {
        "state": readiness_card.state,
        "headline": readiness_card.headline,
        "lines": [
            {
                "id": line.id,
                "state": line.state,
                "title": line.title,
                "figure": line.figure,
                "means": line.means,
                "question": line.question,
                "answer": line.value,
            }
            for line in readiness_card.lines
        ],
    }
