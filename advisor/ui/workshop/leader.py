"""The page of whoever leads a room: what to press next, how many have voted, and what to say."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from advisor.content.load import load
from advisor.language import LANGUAGES, Language
from advisor.ui.parts.markup import Markup, html, joined
from advisor.ui.workshop.documents import bars, qr
from advisor.ui.workshop.shown import asked, facts, heading, step_shown, texts_of
from advisor.ui.workshop.watching import Watching
from advisor.workshop.ballots import most, toggled
from advisor.workshop.ballots import parts as parts_of
from advisor.workshop.case_texts import case_texts
from advisor.workshop.codes import in_halves
from advisor.workshop.debate import DESCRIBED, Action, Step, allowed
from advisor.workshop.hand_counts import MOST
from advisor.workshop.programme import expected_minutes
from advisor.workshop.step_words import choice_names, cue, step_name
from advisor.workshop.step_words import heading as named
from advisor.workshop.store import Room
from advisor.workshop.tallies import Hands, split

EMPTY: Mapping[str, str] = MappingProxyType({})

KEYS: dict[Action, str] = {
    "next": "n", "back": "b", "open": "v", "close": "v", "reveal": "r", "hide": "r", "pause": "p", "resume": "p",
}  # fmt: skip
"""Keys that press the buttons."""
KEYED = 9
"""Answers that a number key takes."""


def action_name(action: Action, lang: Language) -> str:
    return {
        "next": lang("Next"),
        "back": lang("Back"),
        "open": lang("Open the vote"),
        "close": lang("Close the vote"),
        "reveal": lang("Show the votes"),
        "hide": lang("Hide the votes"),
        "pause": lang("Pause"),
        "resume": lang("Go on"),
    }[action]


def panel(room: Room, watching: Watching, lang: Language, message: str = "") -> Markup:
    """All that changes when the room moves."""
    texts = texts_of(room, lang)
    parts = [html('<p class="note" role="alert">{}</p>', message)] if message else []
    parts += [heading(room, lang, texts), html('<p class="cue">{}</p>', cue(room.step.kind, lang))]
    over = watching.over(room)
    parts.append(_buttons(room, over, lang))
    if room.step.kind != "lobby":  # there phones are told that they are in
        parts.append(asked(room, lang))
    if room.step.kind in ("case", "story"):
        parts.append(facts(room, texts))
    parts += [step_shown(room, watching, lang), _picking(room, watching, lang), _agenda(room, over, lang)]
    return joined(parts)


def _picking(room: Room, watching: Watching, lang: Language) -> Markup:
    """Where whoever leads takes another answer than most chose, once the votes are shown; by number keys, too."""
    agreed = watching.agreed(room).get(room.step.about) if room.step.kind == "ask" and room.state.shown else None
    if agreed is None:
        return Markup()
    several = most(room.step, load()) > 1
    held = parts_of(agreed.taken) if agreed.taken else ()
    buttons = []
    for number, (choice, name) in enumerate(choice_names(room.step, load(), lang).items(), 1):
        pressed = choice in held
        value = toggled(room.step, held, choice, load()) if several else choice
        key = html(' data-key="{}" aria-keyshortcuts="{}"', number, number) if number <= KEYED else Markup()
        shown = html(" <kbd>{}</kbd>", number) if number <= KEYED else Markup()
        buttons.append(
            html(
                '<button name="choice" value="{}" aria-pressed="{}"{}{}>{}{}</button>',
                value or "",
                "true" if pressed else "false",
                key,
                Markup() if value is not None else html(" disabled"),
                name,
                shown,
            )
        )
    back = html('<button name="choice" value="">{}</button>', lang("As most chose")) if agreed.picked else Markup()
    return html(
        '<h2>{}</h2><form class="acts pick" method="post" action="./lead/pick?lang={}">'
        '<input type="hidden" name="ballot" value="{}">{}{}</form>',
        lang("Take another answer"),
        lang.code,
        room.step.key,
        joined(buttons),
        back,
    )


def _buttons(room: Room, over: frozenset[str], lang: Language) -> Markup:
    may = allowed(room.state, room.steps, over)
    shown: list[Action] = ["next", "back", "close" if "close" in may else "open"]
    shown += ["hide" if "hide" in may else "reveal", "resume" if "resume" in may else "pause"]
    buttons = joined(
        html(
            '<button id="do-{}" name="action" value="{}" data-key="{}" aria-keyshortcuts="{}"{}{}>{} '
            "<kbd>{}</kbd></button>",
            KEYS[action],
            action,
            KEYS[action],
            KEYS[action],
            html(' class="main"') if action == "next" else Markup(),
            "" if action in may else html(" disabled"),
            action_name(action, lang),
            KEYS[action].upper(),
        )
        for action in shown
    )
    return html(
        '<form class="acts" method="post" action="./lead/act?lang={}">'
        '<input type="hidden" name="version" value="{}">{}</form>',
        lang.code,
        room.version,
        buttons,
    )


def _agenda(room: Room, over: frozenset[str], lang: Language) -> Markup:
    rows = []
    for number, step in enumerate(room.steps):
        if step.key in over and number != room.state.step:
            continue
        here = html(' aria-current="step"') if number == room.state.step else Markup()
        rows.append(
            html(
                "<li{}>{} <span>{}</span></li>",
                here,
                named(step, room.steps, load(), lang),
                _minutes(step.minutes, lang),
            )
        )
    n = 1 + sum(step.key not in over for step in room.steps[: room.state.step])
    title = lang("Step {n} of {all}", n=n, all=len(rows))
    after = next((step for step in room.steps[room.state.step + 1 :] if step.key not in over), None)
    if after:
        name = named(after, room.steps, load(), lang)
        title = lang("Step {n} of {all}; next: {step}", n=n, all=len(rows), step=name)
    planned = expected_minutes(room.steps, load())
    whole = lang("{minutes} by the plan. The minutes are our suggestion.", minutes=_minutes(planned, lang))
    return html(
        '<details class="agenda"><summary>{}</summary><ol>{}</ol><p class="quiet">{}</p></details>',
        title,
        joined(rows),
        whole,
    )


def _minutes(value: float, lang: Language) -> str:
    return lang("{n} min", n=lang.number(value))


def counted(room: Room, watching: Watching, lang: Language) -> str:
    """How many are here or have voted: `19 of 25 have voted`."""
    people = watching.people(room)
    if not room.step.votes:
        return lang.plural("{n} person here", "{n} people here", people)
    if room.step.kind == "own":
        teams = watching.teams(room)
        ready = lang.number(sum(not team.left for team in teams), 9)
        return lang.plural("{ready} of {n} team is ready", "{ready} of {n} teams are ready", len(teams), ready=ready)
    voted = sum(watching.tally(room, room.step.key).values())
    sentence = lang.plural("{voted} of {n} has voted", "{voted} of {n} have voted", people, voted=lang.number(voted, 9))
    raised = sum(watching.hands(room).get(room.step.key, {}).values())
    return lang("{said}, {n} counted by hand", said=sentence, n=lang.number(raised, 9)) if raised else sentence


def chosen_so_far(room: Room, watching: Watching, lang: Language) -> Markup:
    """The votes of this step for whoever leads alone: behind a tap, since this screen may be seen."""
    if not room.step.votes or room.step.kind == "own":
        return Markup()
    name, hands = step_name(room.step.kind, lang), watching.hands(room)
    counts: dict[str, Mapping[str, int]] = {name: split(watching.tally(room, room.step.key))}
    if room.step.key in hands:
        counts[lang("{ballot}, counted by hand", ballot=name)] = hands[room.step.key]
    return bars(choice_names(room.step, load(), lang), counts, lang)


def around(room: Room, join: str, lang: Language) -> Markup:
    """What stays while the room moves: links, files, and the end of the room."""
    others = joined(
        html('<p><a href="./lead?lang={}" lang="{}" hreflang="{}">{}</a></p>', code, code, code, name)
        for code, name in LANGUAGES.items()
        if code != lang.code
    )
    return html(
        '<aside><h2>{}</h2>{}<p class="code">{}</p><p class="address">{}</p>'
        '<ul><li><a href="./screen" target="_blank" rel="noopener">{}</a></li>'
        '<li><a href="./lead/report.pdf?lang={}">{}</a></li><li><a href="./lead/report.md?lang={}">{}</a></li>'
        '<li><a href="./lead/votes.csv">{}</a></li><li><a href="./lead/hands?lang={}">{}</a></li>'
        '<li><a href="./lead/people?lang={}">{}</a></li></ul>{}'
        '<form method="post" action="./lead/link"><button>{}</button></form>'
        '<details><summary>{}</summary><form method="post" action="./lead/delete"><p>{}</p>'
        '<button class="danger">{}</button></form></details></aside>',
        lang("Letting people in"),
        qr(join, lang("QR code of the room")),
        in_halves(room.code),
        join.split("://", 1)[-1],
        lang("Page for the projector"),
        lang.code,
        lang("Report as PDF"),
        lang.code,
        lang("Report as Markdown"),
        lang("Votes as CSV"),
        lang.code,
        lang("Counts by hand"),
        lang.code,
        lang("Names and texts"),
        others,
        lang("Link for a second person who leads"),
        lang("Delete the room"),
        lang("The room, its votes and what people wrote are deleted at once, for everybody."),
        lang("Delete it now"),
    )


def hands_page(
    room: Room,
    hands: Hands,
    lang: Language,
    saved: str = "",
    wrong: tuple[str, str] = ("", ""),
    typed: Mapping[str, str] = EMPTY,
) -> Markup:
    """A form for each ballot, to enter what was counted on paper.

    `saved` is the ballot that was just saved; `wrong` are ballot and choice of what was no count, `typed` all that was
    typed for that ballot.
    """
    told = html(
        '<h1 id="step">{}</h1><p>{}</p><p class="quiet">{}</p>',
        lang("Counts by hand"),
        lang(
            "For a vote on paper: how many held up which card. The counts stand beside the votes by phone, marked, and "
            "change none of them."
        ),
        lang("Leave all fields of a vote empty, and save, to delete its count."),
    )
    done = next((ballot_name(step, room, lang) for step in room.steps if step.votes and step.key == saved), "")
    note = html('<p class="note" role="status">{}</p>', lang("Saved: {ballot}", ballot=done)) if done else Markup()
    forms = joined(
        _hands_form(step, room, hands.get(step.key, {}), lang, wrong[1] if step.key == wrong[0] else "", typed)
        for step in room.steps
        if step.votes and step.kind != "own"
    )
    back = html('<p><a href="../lead?lang={}">{}</a></p>', lang.code, lang("Back"))
    return joined((told, note, forms, back))


def ballot_name(step: Step, room: Room, lang: Language) -> str:
    texts = case_texts(step.case, room.day, lang.code, load()) if step.case else None
    name = named(step, room.steps, load(), lang)
    told = texts.name if texts else room.story_name if step.case == DESCRIBED else step.case
    return f"{told}: {name}" if step.case else name


def _hands_form(
    step: Step, room: Room, counts: Mapping[str, int], lang: Language, wrong: str, typed: Mapping[str, str]
) -> Markup:
    names = choice_names(step, load(), lang)
    problem = Markup()
    if wrong:
        said = lang("{choice}: enter a whole number from 0 to {most}.", choice=names[wrong], most=lang.number(MOST, 9))
        problem = html('<p class="wrong" role="alert" id="problem">{}</p>', said)
    fields = joined(
        html(
            '<label for="{}">{}</label><input id="{}" name="n-{}" value="{}" inputmode="numeric" autocomplete="off"{}>',
            f"{step.key}-{choice}",
            name,
            f"{step.key}-{choice}",
            choice,
            typed.get(choice, "") if wrong else counts.get(choice, ""),
            html(' aria-invalid="true" aria-describedby="problem"') if choice == wrong else Markup(),
        )
        for choice, name in names.items()
    )
    entered = lang("{n} counted", n=lang.number(sum(counts.values()), 9)) if counts else ""
    return html(
        '<details{}><summary>{} <span>{}</span></summary><form method="post" action="./hands?lang={}">{}'
        '<input type="hidden" name="ballot" value="{}">{}<p><button>{}</button></p></form></details>',
        html(" open") if wrong else Markup(),
        ballot_name(step, room, lang),
        entered,
        lang.code,
        problem,
        step.key,
        fields,
        lang("Save"),
    )


def deleted(lang: Language) -> Markup:
    return html('<h1 id="step">{}</h1><p>{}</p>', lang("The room is deleted"), lang("Nothing of it is kept."))
