"""What changed between two advices, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from advisor.content.entries import Prepare
from advisor.content.load import Content, ContentError
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.labels import in_sentence
from advisor.wording.plan import prepared_name

if TYPE_CHECKING:  # the engine, which words alone do not need
    from advisor.engine.changes import Cause, Change, Comparison, Saved

PREPARED = frozenset((*get_args(Prepare), "find_out", "limits"))


def changes(comparison: Comparison, content: Content, lang: Language) -> tuple[str, ...]:
    """A sentence on whether the outcome is another and why, then one for each change."""
    return (_whole(comparison, lang), *(_change(change, comparison, content, lang) for change in comparison.changes))


def _whole(comparison: Comparison, lang: Language) -> str:
    outcome = any(change.field in ("verdict", "option", "plan") for change in comparison.changes)
    if not outcome:
        if not comparison.differs:
            return lang("The two advices are the same.")
        differs = labels.all_of([cause_name(cause, lang) for cause in comparison.differs], lang)
        return lang("Verdict and plan are the same, though there is a difference in {causes}.", causes=differs)
    if comparison.because is None:
        differs = labels.all_of([cause_name(cause, lang) for cause in comparison.differs], lang)
        return lang("The outcome is another; there is a difference in {causes}.", causes=differs)
    because = labels.all_of([cause_name(cause, lang) for cause in comparison.because], lang)
    if not because:
        return lang("The outcome is another, since an older version of this program decided differently.")
    return lang("The outcome is another because of {causes}.", causes=because)


def cause_name(cause: Cause, lang: Language) -> str:
    names = {
        "answers": lang("the answers"),
        "terms": lang("the reasons left out"),
        "content": lang("the content (conditions, prices and dated facts)"),
        "weights": lang("the weights learned from cases"),
        "day": lang("the day"),
    }
    return names[cause]


def _change(change: Change, comparison: Comparison, content: Content, lang: Language) -> str:
    """From what to what."""
    match change.field:
        case "verdict":
            what = lang("Verdict")
            values = [labels.verdict_name(value, lang) for value in (change.before, change.after)]
        case "option":
            what = lang("Option")
            values = [_named(value, content, lang) for value in (change.before, change.after)]
        case "plan":
            what = lang("Plan")
            values = [_plan(value, content, lang) for value in (change.before, change.after)]
        case "share":
            what = lang(
                "Share of teams that end with {option}", option=in_sentence(_named(change.about, content, lang))
            )
            values = [lang.percent(value) for value in (change.before, change.after)]
        case "answer":
            return _answer(change, comparison, content, lang)
    return lang("{what}: {before}, now {after}", what=what, before=values[0], after=values[1])


def _answer(change: Change, comparison: Comparison, content: Content, lang: Language) -> str:
    both = ((comparison.before, change.before), (comparison.after, change.after))
    values = [
        lang("not answered")
        if change.about not in advice.answers
        else f"{_answered(change.about, value, content, lang)}{_measured(change.about, advice, lang)}"
        for advice, value in both
    ]
    try:
        text = labels.asked(labels.question_of(change.about, content, lang))
    except (KeyError, ContentError):  # a question of an older version
        text = f"{change.about}:"
    return lang("{question} {before}, now {after}", question=text, before=values[0], after=values[1])


def _measured(key: str, advice: Saved, lang: Language) -> str:
    """Where a measured answer is from, in brackets; empty of one that was said."""
    if key not in advice.measured:
        return ""
    pilot = next((one for one in advice.measurements if key in one.answers), None)
    return f" ({labels.measurement(pilot, lang) if pilot else lang('measured')})"


def _answered(key: str, value: Any, content: Content, lang: Language) -> str:
    if value is None:
        return lang("Don't know")
    try:
        return labels.answer_of(key, tuple(value) if isinstance(value, list) else value, content, lang)
    except (KeyError, TypeError, ValueError, ArithmeticError, ContentError):  # a question or choice of an older version
        return str(value)


def _plan(steps: tuple[str, ...], content: Content, lang: Language) -> str:
    if not steps:
        return lang("nothing to try")
    return ", ".join(in_sentence(_named(step, content, lang)) for step in steps)


def _named(name: str, content: Content, lang: Language) -> str:
    """What an option or a step is called; an option that is no longer known by its id."""
    if name in PREPARED:
        return prepared_name(name, lang)
    known = {option.id for option in content.options}
    return labels.option_name(name, content, lang) if name in known else name
