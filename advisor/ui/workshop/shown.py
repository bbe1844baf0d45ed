"""What a step shows to everybody, on phones and on the projector alike."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.content.load import load
from advisor.language import Language, language
from advisor.ui.parts.markup import Markup, html, joined, outside
from advisor.ui.workshop import modes
from advisor.ui.workshop.documents import bars
from advisor.ui.workshop.watching import Watching
from advisor.workshop import step_words
from advisor.workshop.case_texts import CaseTexts, case_texts
from advisor.workshop.debate import DESCRIBED, Step
from advisor.workshop.step_words import choice_name, choice_names
from advisor.workshop.store import Room
from advisor.workshop.tallies import Hands, moved, series, shift, written_in

MOST_BARS = 4
"""Choices of a ballot of which each has a bar, also if nobody chose it."""
MOST_WAYS = 4
"""Ways in which people changed their mind that are shown."""


def texts_of(room: Room, lang: Language) -> CaseTexts | None:
    """What may be told of the case of this step; None where it is about none, or about one that is gone."""
    return case_texts(room.step.case, room.day, lang.code, load()) if room.step.case else None


def heading(room: Room, lang: Language, texts: CaseTexts | None) -> Markup:
    """What step it is, and of which case: by the short title, which gives nothing away."""
    above = html('<p class="above">{} · {}</p>', texts.name, texts.level) if texts else Markup()
    if room.step.case == DESCRIBED:
        above = html('<p class="above">{}</p>', room.story_name)
    named = step_words.heading(room.step, room.steps, load(), lang)
    return html('{}<h1 id="step" tabindex="-1">{}</h1>', above, named)


def asked(room: Room, lang: Language) -> Markup:
    return html('<p class="task">{}</p>', step_words.asked(room.step, load(), lang))


def step_shown(room: Room, watching: Watching, lang: Language) -> Markup:
    """What belongs to this step, beyond its question: facts, votes once they are shown, advice, outcome."""
    texts = texts_of(room, lang)
    if room.step.case not in ("", DESCRIBED) and texts is None:
        return html("<p>{}</p>", lang("This case is no longer in this program. Go on to the next step."))
    match room.step.kind:
        case "shift" | "end":
            return _compared(room, watching, lang)
        case "advice":
            return joined((_advice(texts, lang), _options(room, watching, lang))) if texts else Markup()
        case "outcome":
            if not texts:
                return Markup()
            told = Step("advice", room.step.case).key in {one.key for one in room.steps}  # with these bars below it
            return joined((_outcome(texts, lang), Markup() if told else _options(room, watching, lang)))
        case "flip":
            return _flips(texts, lang) if texts else Markup()
        case "agreed" | "wall" if not room.state.shown:
            return html("<p>{}</p>", lang("The verdict is not shown yet."))
        case "agreed":
            return modes.agreed_shown(room, watching, lang)
        case "wall":
            return modes.wall(room, watching, lang)
        case _ if room.step.votes and room.state.shown:
            return joined((_votes(room, room.step, watching, lang), _said_to_it(room, watching, lang)))
        case _:
            return Markup()


def _said_to_it(room: Room, watching: Watching, lang: Language) -> Markup:
    """What stands below the votes of a step: which answer is taken or right, or what people wrote."""
    match room.step.kind:
        case "ask":
            return modes.taken(room, watching, lang)
        case "quiz":
            return modes.quiz_shown(room.step, lang)
        case "monday":
            return modes.written(written_in(watching.votes(room), room.step), lang)
    return Markup()


def facts(room: Room, texts: CaseTexts | None) -> Markup:
    """What is known of the case of this step."""
    told = room.story if room.step.case == DESCRIBED else texts.facts if texts else ""
    return html('<p class="facts">{}</p>', told) if told else Markup()


def knew(texts: CaseTexts, lang: Language) -> Markup:
    """The answers of the team, behind a tap: most people vote by the facts above."""
    rows = joined(html("<div><dt>{}</dt><dd>{}</dd></div>", question, answer) for question, answer in texts.knew)
    return html("<details><summary>{}</summary><dl>{}</dl></details>", lang("What the team knew"), rows)


def _votes(room: Room, step: Step, watching: Watching, lang: Language) -> Markup:
    """The votes of a ballot; of a long one only what somebody chose."""
    counts = series(watching.votes(room), watching.hands(room), [step], lang)
    names = choice_names(step, load(), lang)
    if len(names) > MOST_BARS:
        names = {choice: name for choice, name in names.items() if any(one[choice] for one in counts.values())}
    if not names:
        return html("<p>{}</p>", lang("Nobody voted."))
    return joined((bars(names, counts, lang), by_hand(counts, step, watching.hands(room), lang)))


def by_hand(counts: Mapping[str, object], step: Step, hands: Hands, lang: Language) -> Markup:
    """Marks bars that stand alone, without what they are called, where they were counted by hand."""
    marked = len(counts) == 1 and step.key in hands
    return html('<p class="quiet">{}</p>', lang("Counted by hand.")) if marked else Markup()


def _compared(room: Room, watching: Watching, lang: Language) -> Markup:
    """Two ballots beside each other, and how people moved between them."""
    ballots = room.shows
    if not ballots:
        return Markup()
    if not room.state.shown:
        return html("<p>{}</p>", lang("The votes are not shown yet."))
    votes = watching.votes(room)
    hands = watching.hands(room)
    steps = [next(step for step in room.steps if step.key == key) for key in ballots]
    counts = series(votes, hands, steps, lang)
    drawn = joined((bars(choice_names(steps[0], load(), lang), counts, lang), by_hand(counts, steps[0], hands, lang)))
    if len(ballots) < 2:
        return drawn
    moves = shift(votes, *ballots)
    ways = joined(
        html("<li>{}</li>", lang("{before} → {after}: {n}", before=choice_name(before, load(), lang),
                                 after=choice_name(after, load(), lang), n=lang.number(n, 9)))
        for before, after, n in moves.ways[:MOST_WAYS]
    )  # fmt: skip
    said = moved(moves, lang.code, by_hand=any(key in hands for key in ballots))
    return html('{}<p class="moved">{}</p><ul class="ways">{}</ul>', drawn, said, ways)


def _options(room: Room, watching: Watching, lang: Language) -> Markup:
    """What the room would have done first, where it was asked."""
    step = Step("option", room.step.case)
    if not room.state.shown or step.key not in {one.key for one in room.steps}:
        return Markup()
    return html("<h2>{}</h2>{}", lang("What the room chose"), _votes(room, step, watching, lang))


def _advice(texts: CaseTexts, lang: Language) -> Markup:
    reasons = joined(html("<li>{}</li>", reason) for reason in texts.reasons)
    return html(
        '<p class="verdict {}">{}</p><h2>{}</h2><ul>{}</ul><p>{}</p>',
        texts.verdict.replace("_", "-"),
        texts.headline,
        lang("Why"),
        reasons,
        texts.plan,
    )


def _outcome(texts: CaseTexts, lang: Language) -> Markup:
    return html(
        '<p class="verdict">{}</p><p>{}</p><p>{}</p><p class="quiet">{} {}, <cite>{}</cite>, {}, {}</p>',
        texts.outcome,
        texts.lesson,
        texts.held_against,
        lang("Source:"),
        outside(texts.source, texts.url),
        texts.title,
        texts.year,
        texts.strength,
    )


def _flips(texts: CaseTexts, lang: Language) -> Markup:
    if not texts.flips:
        return html("<p>{}</p>", lang("No single other answer would turn this advice."))
    return html("<ul>{}</ul>", joined(html("<li>{}</li>", flip) for flip in texts.flips))


def spoken_by(room: Room) -> Language:
    """The language of the room: of the projector, and of who has chosen none."""
    return language(room.lang)
