"""The pages of somebody in the room: joining, the step that the room is at, and the vote."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import urlencode

from advisor.content.load import load
from advisor.language import LANGUAGES, Language
from advisor.report.model import Paper
from advisor.ui.parts.markup import Markup, html, joined
from advisor.ui.workshop.documents import languages
from advisor.ui.workshop.modes import verdict
from advisor.ui.workshop.paper_page import paper_markup
from advisor.ui.workshop.shown import asked, facts, heading, knew, step_shown, texts_of
from advisor.ui.workshop.visitors import MOST_NICKNAME, MOST_WHY
from advisor.ui.workshop.watching import Watching
from advisor.workshop.ballots import most
from advisor.workshop.ballots import parts as parts_of
from advisor.workshop.case_texts import case_texts
from advisor.workshop.codes import in_halves
from advisor.workshop.debate import CONFIDENCES, Step
from advisor.workshop.own_case import Team, team_of
from advisor.workshop.person_report import score_said
from advisor.workshop.quiz import score
from advisor.workshop.room_answers import verdict_of
from advisor.workshop.step_words import choice_name, choice_names, confidence_name
from advisor.workshop.step_words import heading as asked_in
from advisor.workshop.store import Participant, Room, Vote

REFRESH_SECONDS = 8
"""How often a browser without script asks again, while there is nothing to fill in."""
CASE_STEPS = ("case", "story", "first", "pairs", "second", "option")
"""Steps in which people need the facts of the case before their eyes."""
DEBATED = ("entry", "first", "second", "option", "exit")
"""Votes of a debate: how sure one is, and why, belong to them."""


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
            "keeps your nickname, if you give one, until {date} at most. Whoever leads the room sees them, and may "
            "show the room what was written, without nicknames. There is no account and no tracking; a cookie tells "
            "your votes from those of others.",
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
    room: Room, person: Participant, own: dict[str, Vote], watching: Watching, lang: Language, message: str = ""
) -> Markup:
    """The step that the room is at, as this person sees it. `message` is what came of a vote that was just sent."""
    texts = texts_of(room, lang)
    parts = [html('<p class="note" role="alert">{}</p>', message)] if message else []
    parts += [heading(room, lang, texts)]
    if room.state.paused:
        parts.append(html('<p class="note">{}</p>', lang("The room is paused.")))
    parts.append(asked(room, lang))
    if room.step.kind in CASE_STEPS:
        parts.append(facts(room, texts))
    if room.step.kind == "own":
        parts.append(_own_case(room, person, own, lang))
    elif room.step.votes and not room.state.shown:
        parts.append(_ballot(room, person, room.step, own.get(room.step.key), lang))
    if room.step.kind == "wall" and room.state.shown:
        parts.append(_own_verdict(room, own, lang))
    parts.append(step_shown(room, watching, lang))
    if texts and room.step.kind in CASE_STEPS and room.step.kind != "story":
        parts.append(knew(texts, lang))
    if room.step.kind == "ask":
        told = html("<details><summary>{}</summary>{}</details>", lang("Read the case again"), facts(room, texts))
        parts.append(told)
    parts.append(_every_case(room, own, lang) if room.step.kind == "end" else _own(room, own, lang))
    if room.step.kind == "end":
        parts.append(_own_page(room, lang))
    parts.append(_score(room, own, lang))
    return joined(parts)


def _own_case(room: Room, person: Participant, own: dict[str, Vote], lang: Language) -> Markup:
    """The next question of a team, and what it has answered so far."""
    team = team_of(own, load())
    if team is None:
        told = html(
            '<p class="quiet">{}</p>',
            lang(
                "Only one phone of each team does this; the others look on. Everybody in the room will see your team's "
                "name and its verdict, and not your answers."
            ),
        )
        return joined((told, _ballot(room, person, room.step, None, lang)))
    given = [step for key in team.situation.answers if (step := Step("own", about=key))]
    parts = [html('<p class="above">{}</p>', own[room.step.key].why)]
    if team.left:
        step = Step("own", about=team.left)
        parts.append(html('<h2 id="asked" tabindex="-1">{}</h2>', asked_in(step, room.steps, load(), lang)))
        parts.append(_ballot(room, person, step, None, lang))
    else:
        parts.append(html('<p class="voted">{}</p>', lang("Your answers are in. The verdicts come all at once.")))
    changes = joined(
        html(
            "<details><summary>{} <b>{}</b></summary>{}</details>",
            asked_in(step, room.steps, load(), lang),
            _chosen(step, own[step.key].choice, lang),
            _form(room, person, step, own[step.key], lang),
        )
        for step in given
        if step.key in own
    )
    may = room.state.open and not room.state.paused
    return joined((*parts, html("<h2>{}</h2>{}", lang("Your answers"), changes) if given and may else Markup()))


def _own_verdict(room: Room, own: dict[str, Vote], lang: Language) -> Markup:
    """Where a team goes on in the app, with its answers."""
    team = team_of(own, load())
    if team is None or not team.situation.answers:
        return Markup()
    lines = verdict_of(team.situation, room.day, load(), lang)
    return html(
        '<section class="mine"><h2>{}</h2>{}<p><a href="{}">{}</a></p></section>',
        lang("Your own project"),
        verdict(lines, lang),
        in_the_app(team, room, lang, "../"),
        lang("Go on in the advisor, with your answers"),
    )


def in_the_app(team: Team, room: Room, lang: Language, up: str) -> str:
    """The address of a team's verdict in the app, as of the day of the room; `up` leads from a page to the app."""
    return f"{up}verdict?{urlencode({'a': team.address, 'lang': lang.code, 'at': room.day.isoformat()})}"


def _own_page(room: Room, lang: Language) -> Markup:
    """The way to what somebody takes home."""
    return html(
        '<h2>{}</h2><p>{}</p><form method="post" action="./{}/mine"><button class="main">{}</button></form>',
        lang("To take home"),
        lang(
            "A page of your own with your votes, what came out and where to read on, until {date}.",
            date=lang.date(room.expires.date()),
        ),
        room.code,
        lang("My own page"),
    )


def own_page(room: Room, paper: Paper, address: str, lang: Language) -> Markup:
    """What somebody takes home, with its address, which only they have."""
    secret = address.rpartition("/")[2]
    others = joined(
        html('<a href="./{}?lang={}" lang="{}" hreflang="{}">{}</a>', secret, code, code, code, name)
        for code, name in LANGUAGES.items()
        if code != lang.code
    )
    tools = html(
        '<p><a href="./{}/report.pdf?lang={}">{}</a> · <a href="./{}/report.md?lang={}">{}</a> · {}</p>'
        '<label for="address">{}</label><input id="address" readonly value="{}">'
        '<p class="quiet">{}</p>',
        secret,
        lang.code,
        lang("As PDF"),
        secret,
        lang.code,
        lang("As Markdown"),
        others,
        lang("The address of this page"),
        address,
        lang(
            "It works until {date}, or until whoever leads deletes the room. Whoever has it sees this page, so keep it "
            "to yourself.",
            date=lang.date(room.expires.date()),
        ),
    )
    return paper_markup(paper, tools)


def _score(room: Room, own: dict[str, Vote], lang: Language) -> Markup:
    """How many somebody had right, which nobody else sees."""
    if room.step.kind not in ("quiz", "end"):
        return Markup()
    had = score(own, room.steps, room.state.revealed, load())
    if not had.answered:
        return Markup()
    return html('<p class="score">{}</p>', score_said(had.right, had.answered, lang))


def _chosen(step: Step, choice: str, lang: Language) -> str:
    """What a vote chose, in words."""
    names = choice_names(step, load(), lang)
    return "; ".join(names.get(one, one) for one in parts_of(choice))


def filling_in(room: Room, own: dict[str, Vote]) -> bool:
    """Whether this person has a form before them, which must not be taken away."""
    if room.step.kind == "own":
        waits = (team := team_of(own, load())) is None or bool(team.left)
    else:
        waits = room.step.key not in own
    return room.step.votes and room.state.open and not room.state.paused and waits


def _ballot(room: Room, person: Participant, step: Step, vote: Vote | None, lang: Language) -> Markup:
    """The form to vote with, or what was voted."""
    open_now = room.state.open and not room.state.paused
    if vote is None:
        return _form(room, person, step, None, lang) if open_now else html("<p>{}</p>", lang("Voting is closed."))
    said = lang("Your vote: {choice}", choice=_chosen(step, vote.choice, lang))
    voted = html('<p class="voted">{}</p>', said)
    if not open_now:
        return joined((voted, html("<p>{}</p>", lang("Voting is closed."))))
    form = _form(room, person, step, vote, lang)
    return html("{}<details><summary>{}</summary>{}</details>", voted, lang("Change it"), form)


def _form(room: Room, person: Participant, step: Step, vote: Vote | None, lang: Language) -> Markup:
    """A ballot: what there is to choose, how sure one is of a case debated, and a line of text where one is asked."""
    named = step.kind == "own" and not step.about
    fields = [] if named else [_choices(step, person, vote, lang)]
    if step.kind in DEBATED:
        sure = joined(
            _radio("confidence", number, confidence_name(number, lang), vote is not None and vote.confidence == number)
            for number in CONFIDENCES
        )
        fields.append(html('<fieldset class="sure"><legend>{}</legend>{}</fieldset>', lang("How sure are you?"), sure))
    if label := _line_asked(step, lang):
        fields.append(
            html(
                '<label for="why">{}</label><input id="why" name="why" maxlength="{}" value="{}" autocomplete="off"{}>',
                label,
                MOST_NICKNAME if named else MOST_WHY,
                vote.why if vote else "",
                html(" required") if named else Markup(),
            )
        )
    return html(
        '<form class="ballot" method="post" action="./{}/vote" data-ballot="{}">'
        '<input type="hidden" name="ballot" value="{}"><input type="hidden" name="vote" value="{}">{}'
        '<button class="main">{}</button></form>',
        room.code,
        step.key,
        step.key,
        secrets.token_hex(8),
        joined(fields),
        lang("Answer")
        if step.kind in ("ask", "own", "quiz") and not named
        else lang("Vote")
        if step.kind in DEBATED
        else lang("Send"),
    )


def _line_asked(step: Step, lang: Language) -> str:
    """What a line of text is asked for; empty where none is."""
    match step.kind:
        case "monday":
            return lang("On Monday I will …")
        case "own":
            return "" if step.about else lang("What your team is called")
        case kind if kind in DEBATED:
            return lang("Why, in one line (if you like)")
    return ""


def _choices(step: Step, person: Participant, vote: Vote | None, lang: Language) -> Markup:
    """What there is to choose. What has an order of its own stands in it, for all alike."""
    names, content = choice_names(step, load(), lang), load()
    held = parts_of(vote.choice) if vote else ()
    many = most(step, content)
    if many == 1:
        order = shuffled(names, person) if step.kind in DEBATED else [*names]
        inputs = [_radio("choice", choice, names[choice], choice in held, required=True) for choice in order]
        legend = html('<legend class="unseen">{}</legend>', lang("Your choice"))
    else:
        inputs = [_tick(choice, name, choice in held) for choice, name in names.items()]
        legend = html("<legend>{}</legend>", lang("Up to {n} of them", n=lang.number(many)))
    return html('<fieldset data-most="{}">{}{}</fieldset>', many, legend, joined(inputs))


def _tick(choice: str, text: str, chosen: bool) -> Markup:
    mark = html(" checked") if chosen else Markup()
    return html('<label class="choice"><input type="checkbox" name="pick-{}"{}>{}</label>', choice, mark, text)


def _radio(name: str, value: object, text: str, chosen: bool, *, required: bool = False) -> Markup:
    marks = html("{}{}", " required" if required else "", " checked" if chosen else "")
    return html('<label class="choice"><input type="radio" name="{}" value="{}"{}>{}</label>', name, value, marks, text)


def shuffled(choices: Iterable[str], person: Participant) -> list[str]:
    """The choices in an order of this person's own, the same each time: the first of a list is chosen too often."""
    return sorted(choices, key=lambda choice: sha256(f"{person.id} {choice}".encode()).digest())


def _own(room: Room, own: dict[str, Vote], lang: Language) -> Markup:
    """What this person voted, where the votes of all are shown."""
    keys = room.shows
    steps = {step.key: step for step in room.steps}
    if room.step.votes and room.state.shown and room.step.kind in ("ask", "quiz", "monday"):
        keys = (room.step.key,)
    elif room.step.kind in ("agreed", "wall"):
        return Markup()
    choices = [_chosen(steps[key], own[key].choice, lang) for key in keys if key in own and key in steps]
    if not choices or not room.state.shown:
        return Markup()
    return html('<p class="voted">{}</p>', lang("Your vote: {choice}", choice=" → ".join(choices)))


def _every_case(room: Room, own: dict[str, Vote], lang: Language) -> Markup:
    """What this person voted on each case, beside what came out."""
    rows = []
    for case in room.cases:
        texts = case_texts(case, room.day, lang.code, load())
        votes = [own[step.key] for step in room.steps if step.case == case and step.choices and step.key in own]
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
