"""The pages of somebody in the room: joining, the step that the room is at, and the vote."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from hashlib import sha256

from advisor.content.load import load
from advisor.language import Language
from advisor.ui.parts.markup import Markup, html, joined
from advisor.ui.workshop.documents import languages
from advisor.ui.workshop.shown import asked, facts, heading, knew, step_shown, texts_of
from advisor.ui.workshop.visitors import MOST_NICKNAME, MOST_WHY
from advisor.ui.workshop.watching import Watching
from advisor.workshop.case_texts import case_texts
from advisor.workshop.codes import in_halves
from advisor.workshop.debate import CONFIDENCES
from advisor.workshop.step_words import choice_name, choice_names, confidence_name
from advisor.workshop.store import Participant, Room, Vote

REFRESH_SECONDS = 8
"""How often a browser without script asks again, while there is nothing to fill in."""
CASE_STEPS = ("case", "first", "pairs", "second", "option")
"""Steps in which people need the facts of the case before their eyes."""


def typing(action: str, lang: Language, problem: str = "") -> Markup:
    """Where to type the code of a room; the form leads to `action`."""
    wrong = html('<p class="wrong" role="alert">{}</p>', problem) if problem else Markup()
    return html(
        '<h1 id="step">{}</h1>{}<form method="get" action="{}"><label for="code">{}</label>'
        '<input id="code" name="code" required maxlength="20" autocomplete="off" autocapitalize="characters" '
        'spellcheck="false"><button class="main">{}</button></form>',
        lang("Join a workshop"),
        wrong,
        action,
        lang("Code of the room"),
        lang("Go to the room"),
    )


def privacy(room: Room, lang: Language) -> Markup:
    """What becomes of what people do here. It has to be true: see `advisor.workshop.tables` for what is kept."""
    return html(
        '<p class="quiet">{}</p>',
        lang(
            "Your votes and what you write go to the computer that runs this room, and nowhere else. With them it "
            "keeps your nickname, if you give one, until {date} at most; whoever leads the room sees them. There is "
            "no account and no tracking; a cookie tells your votes from those of others.",
            date=lang.date(room.expires.date()),
        ),
    )


def joining(room: Room, lang: Language) -> Markup:
    return html(
        '<p class="above">{}</p><h1 id="step">{}</h1><form method="post" action="./{}/join">'
        '<input type="hidden" name="lang" value="{}">'
        '<label for="nickname">{}</label><input id="nickname" name="nickname" maxlength="{}" autocomplete="off">'
        '<button class="main">{}</button></form>{}',
        lang("Room {code}", code=in_halves(room.code)),
        room.title,
        room.code,
        lang.code,
        lang("Nickname, if you like"),
        MOST_NICKNAME,
        lang("Join"),
        privacy(room, lang),
    )


def present(
    room: Room, person: Participant, own: dict[str, Vote], watching: Watching, lang: Language, said: str = ""
) -> Markup:
    """The step that the room is at, as this person sees it. `said` is what came of a vote that was just sent."""
    texts = texts_of(room, lang)
    parts = [html('<p class="note" role="alert">{}</p>', said)] if said else []
    parts += [heading(room, lang, texts)]
    if room.state.paused:
        parts.append(html('<p class="note">{}</p>', lang("The room is paused.")))
    parts.append(asked(room, lang))
    if texts and room.step.kind in CASE_STEPS:
        parts += [facts(texts)]
    if room.step.votes and not room.state.shown:
        parts.append(_ballot(room, person, own.get(room.step.key), lang))
    parts.append(step_shown(room, watching, lang))
    if texts and room.step.kind in CASE_STEPS:
        parts.append(knew(texts, lang))
    parts.append(_every_case(room, own, lang) if room.step.kind == "end" else _own(room, own, lang))
    return joined(parts)


def filling_in(room: Room, own: dict[str, Vote]) -> bool:
    """Whether this person has a form before them, which must not be taken away."""
    return room.step.votes and room.state.open and not room.state.paused and room.step.key not in own


def _ballot(room: Room, person: Participant, vote: Vote | None, lang: Language) -> Markup:
    """The form to vote with, or what was voted."""
    open_now = room.state.open and not room.state.paused
    names = choice_names(room.step, load(), lang)
    if vote is None:
        return _form(room, person, None, lang) if open_now else html("<p>{}</p>", lang("Voting is closed."))
    voted = html('<p class="voted">{}</p>', lang("Your vote: {choice}", choice=names.get(vote.choice, vote.choice)))
    if not open_now:
        return joined((voted, html("<p>{}</p>", lang("Voting is closed."))))
    return html(
        "{}<details><summary>{}</summary>{}</details>", voted, lang("Change it"), _form(room, person, vote, lang)
    )


def _form(room: Room, person: Participant, vote: Vote | None, lang: Language) -> Markup:
    names = choice_names(room.step, load(), lang)
    choices = joined(
        _radio("choice", choice, names[choice], vote is not None and vote.choice == choice, required=True)
        for choice in shuffled(names, person)
    )
    sure = joined(
        _radio("confidence", number, confidence_name(number, lang), vote is not None and vote.confidence == number)
        for number in CONFIDENCES
    )
    return html(
        '<form class="ballot" method="post" action="./{}/vote" data-ballot="{}">'
        '<input type="hidden" name="ballot" value="{}"><input type="hidden" name="vote" value="{}">'
        '<fieldset><legend class="unseen">{}</legend>{}</fieldset>'
        '<fieldset class="sure"><legend>{}</legend>{}</fieldset>'
        '<label for="why">{}</label><input id="why" name="why" maxlength="{}" value="{}" autocomplete="off">'
        '<button class="main">{}</button></form>',
        room.code,
        room.step.key,
        room.step.key,
        secrets.token_hex(8),
        lang("Your choice"),
        choices,
        lang("How sure are you?"),
        sure,
        lang("Why, in one line (if you like)"),
        MOST_WHY,
        vote.why if vote else "",
        lang("Vote"),
    )


def _radio(name: str, value: object, text: str, chosen: bool, *, required: bool = False) -> Markup:
    marks = html("{}{}", " required" if required else "", " checked" if chosen else "")
    return html('<label class="choice"><input type="radio" name="{}" value="{}"{}>{}</label>', name, value, marks, text)


def shuffled(choices: Iterable[str], person: Participant) -> list[str]:
    """The choices in an order of this person's own, the same each time: the first of a list is chosen too often."""
    return sorted(choices, key=lambda choice: sha256(f"{person.id} {choice}".encode()).digest())


def _own(room: Room, own: dict[str, Vote], lang: Language) -> Markup:
    """What this person voted, where the votes of all are shown."""
    keys = room.step.shows
    steps = {step.key: step for step in room.steps}
    said = [
        choice_names(steps[key], load(), lang).get(own[key].choice, "") for key in keys if key in own and key in steps
    ]
    if not said or not room.state.shown:
        return Markup()
    return html('<p class="voted">{}</p>', lang("Your vote: {choice}", choice=" → ".join(said)))


def _every_case(room: Room, own: dict[str, Vote], lang: Language) -> Markup:
    """What this person voted on each case, beside what came out."""
    rows = []
    for case in room.cases:
        texts = case_texts(case, room.day, lang.code, load())
        votes = [own[step.key] for step in room.steps if step.case == case and step.key in own]
        if texts and votes:
            said = " → ".join(choice_name(vote.choice, load(), lang) for vote in votes)
            mine, came_out = lang("Your vote: {choice}", choice=said), lang("What came out")
            rows.append(html("<dt>{}</dt><dd>{}</dd><dd>{}: {}</dd>", texts.name, mine, came_out, texts.outcome))
    items = joined(html("<div>{}</div>", row) for row in rows)
    return html("<h2>{}</h2><dl>{}</dl>", lang("Your votes"), items) if rows else Markup()


def foot(room: Room, person: Participant | None, lang: Language) -> Markup:
    name = html("<span>{}</span>", person.nickname) if person and person.nickname else Markup()
    code = lang("Room {code}", code=in_halves(room.code))
    return html("<footer><span>{}</span>{}{}</footer>", code, name, languages(lang, f"./{room.code}/language"))
