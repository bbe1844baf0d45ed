"""Where whoever leads hides what somebody called themselves, or wrote, and shows it again: one press each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from advisor.language import Language
from advisor.ui.parts.markup import Markup, html, joined
from advisor.ui.workshop.leader import ballot_name
from advisor.workshop.debate import ballot_step
from advisor.workshop.own_case import OWN
from advisor.workshop.store import Named, Room, Vote


def people_page(room: Room, named: Sequence[Named], votes: Iterable[Vote], lang: Language) -> Markup:
    written = [vote for vote in votes if vote.why]
    teams = [vote for vote in written if vote.ballot == OWN]
    lines = [vote for vote in written if vote.ballot != OWN]
    nicknames = [one for one in named if one.nickname]
    return joined(
        (
            html(
                '<h1 id="step">{}</h1><p>{}</p>',
                lang("Names and texts"),
                lang(
                    "Nobody else sees what you hide, and no report or file of the room has it, until you show it again."
                ),
            ),
            _rows(lang("Nicknames"), [_nickname(one, lang) for one in nicknames], lang),
            _rows(lang("Teams"), [_text(vote, "", lang) for vote in teams], lang),
            _rows(lang("What people wrote"), [_text(vote, _ballot(vote, room, lang), lang) for vote in lines], lang),
            html('<p><a href="../lead?lang={}">{}</a></p>', lang.code, lang("Back")),
        )
    )


def _rows(title: str, rows: Sequence[Markup], lang: Language) -> Markup:
    listed = html('<ul class="moderated">{}</ul>', joined(rows)) if rows else html("<p>{}</p>", lang("None."))
    return html("<h2>{}</h2>{}", title, listed)


def _ballot(vote: Vote, room: Room, lang: Language) -> str:
    step = ballot_step(room.steps, vote.ballot)
    return ballot_name(step, room, lang) if step else ""


def _nickname(person: Named, lang: Language) -> Markup:
    return _row(person.nickname, "", person.hidden, person.participant, "", lang)


def _text(vote: Vote, of: str, lang: Language) -> Markup:
    return _row(vote.why, of, vote.hidden, vote.participant, vote.ballot, lang)


def _row(text: str, of: str, hidden: bool, participant: int, ballot: str, lang: Language) -> Markup:
    """A line with its button. The button's name holds the text, for who hears it."""
    press = lang("Show again") if hidden else lang("Hide")
    return html(
        '<li id="of-{}-{}"{}><span>{}{}</span><form method="post" action="./hide?lang={}">'
        '<input type="hidden" name="participant" value="{}"><input type="hidden" name="ballot" value="{}">'
        '<button name="hidden" value="{}">{}<span class="unseen"> {}</span></button></form></li>',
        participant,
        ballot,
        html(' class="hidden"') if hidden else Markup(),
        text,
        html(' <small class="quiet">{}</small>', of) if of else Markup(),
        lang.code,
        participant,
        ballot,
        0 if hidden else 1,
        press,
        text,
    )
