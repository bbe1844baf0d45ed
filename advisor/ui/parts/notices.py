"""What a link or a file could not bring along, said on whatever page it leads to."""

from __future__ import annotations

from advisor.content.freshness import covered
from advisor.interview.situation import Situation
from advisor.language import Language
from advisor.ui.parts.markup import html, show
from advisor.ui.session import Session, content, most_text
from advisor.wording import labels

MOST_SHOWN = 20
"""Characters of a day that are shown: those of one that is longer name none."""
MOST_NAMED = 8
"""Answers that are named; of more the number is said."""


def draw(session: Session) -> None:
    """Say what is missing, if anything is."""
    lang = session.lang
    notices = []
    if session.broken:
        notices.append(
            lang(
                "The answers in this link cannot be read: it was cut short or altered. Ask for it again, or begin anew."
            )
        )
    if session.broken_if:
        notices.append(
            lang(
                "The numbers that are tried in this link cannot be read: it was cut short or altered. What you see is "
                "as answered."
            )
        )
    if session.no_day:
        notices.append(
            lang(
                "This link asks for an advice of “{day}”, which is no day that can be answered: write one such as "
                "2026-11-22, from {first} on. What you see is the advice of today.",
                day=session.no_day[:MOST_SHOWN],
                first=lang.date(covered(content()).first),
            )
        )
    if names := [*_dropped(session.situation, lang), *_dropped(session.what_if, lang)]:
        listed = lang("{names} and {n} more", names=", ".join(names[:MOST_NAMED]), n=len(names) - MOST_NAMED)
        listed = listed if len(names) > MOST_NAMED else ", ".join(names)
        notices.append(lang("Some answers in this link cannot be used here and were left out: {names}", names=listed))
    notices += [
        lang(
            "The answer to “{question}” has {n} characters; the address of this page holds {most}. It was left out "
            "here. Your file still has it, and the command line reads it whole.",
            question=labels.question_of(key, content(), lang),
            n=lang.number(n, 9),
            most=lang.number(most_text(key), 9),
        )
        for key, n in session.left_out.items()
        if key not in session.situation.answers
    ]
    for text in notices:
        show(html('<p class="problem" role="alert" tabindex="-1">{}</p>', text))


def _dropped(situation: Situation, lang: Language) -> list[str]:
    """Answers of a link that were left out and not given since: questions by their text, others as they are called."""
    return [
        labels.left_out(key, content(), lang)
        for key in dict.fromkeys(situation.dropped)
        if key not in situation.answers
    ]
