"""What the steps beside a debate show to everybody: one case answered together, verdicts of teams, quiz, last word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.cases import shown
from advisor.content.load import load
from advisor.content.sources import day
from advisor.language import Language
from advisor.ui.parts.markup import Markup, html, joined, outside
from advisor.ui.workshop.watching import Watching
from advisor.workshop.ballots import answer_name, quiz_of, right_choice
from advisor.workshop.debate import DESCRIBED, Step
from advisor.workshop.own_case import Team
from advisor.workshop.quiz import Explained, explained
from advisor.workshop.room_answers import Agreed, VerdictLines, disputes, situation_of, verdict_of
from advisor.workshop.step_words import choice_names
from advisor.workshop.store import Room

ONE_COLUMN = 7
"""Choices that fit the projector below each other."""
ROOMY = 9
"""Verdicts that fit the wall with their reasons; of more these stand on the team's own phone alone."""


def choices_listed(step: Step, lang: Language) -> Markup:
    """What there is to choose from, in the order in which phones have it."""
    names = choice_names(step, load(), lang)
    items = joined(html("<li>{}</li>", name) for name in names.values())
    return html('<ol class="choices{}">{}</ol>', html(" many") if len(names) > ONE_COLUMN else Markup(), items)


def taken(room: Room, watching: Watching, lang: Language) -> Markup:
    """The answer that is taken, and what was published of the case."""
    agreed = watching.agreed(room).get(room.step.about)
    if agreed is None:
        return Markup()
    parts_shown = [html('<p class="taken">{}</p>', _taken(agreed, lang))]
    case = next((case for case in shown(load()) if case.id == room.step.case), None)
    if case and agreed.question.id in case.answers:
        value = case.answers[agreed.question.id]
        given = published(room.step, value, lang)
        parts_shown.append(
            html('<p class="quiet">{}</p>', lang("We read from the publication: {answer}", answer=given))
        )
    return joined(parts_shown)


def published(step: Step, value: object, lang: Language) -> str:
    """What a published case answers to a question."""
    from advisor.interview.answers_file import read_situation
    from advisor.wording import labels

    read = read_situation({step.about: value}, load()).answers[step.about]
    return labels.answer_of(step.about, read, load(), lang)


def _taken(agreed: Agreed, lang: Language) -> str:
    if not agreed.taken:
        return lang("No answer is taken: two have as many votes, or nobody voted. Whoever leads may choose one.")
    name = answer_name(agreed.question, agreed.taken, load(), lang)
    if agreed.picked:
        return lang("Taken: {answer} (chosen by whoever leads)", answer=name)
    return lang("Taken: {answer}", answer=name)


def agreed_shown(room: Room, watching: Watching, lang: Language) -> Markup:
    """The verdict on the answers of the room, and where it disagreed."""
    agreed, content = watching.agreed(room), load()
    lines = verdict_of(situation_of(agreed.values(), content), room.day, content, lang)
    rows = joined(
        html(
            '<li><b>{}</b> {} <span class="turned">{}</span></li>',
            one.question,
            one.differed,
            one.then,
        )
        for one in disputes(agreed, room.day, content, lang)
    )
    if not rows:
        return joined((verdict(lines, lang), html("<p>{}</p>", lang("The room disagreed on nothing."))))
    return joined(
        (verdict(lines, lang), html('<h2>{}</h2><ul class="disputes">{}</ul>', lang("Where we disagreed"), rows))
    )


def verdict(lines: VerdictLines, lang: Language) -> Markup:
    """A verdict with its reasons, in a few lines."""
    reasons = joined(html("<li>{}</li>", reason) for reason in lines.reasons)
    kind = lines.verdict.replace("_", "-")
    why = html("<h2>{}</h2><ul>{}</ul>", lang("Why"), reasons) if reasons else Markup()
    return html('<p class="verdict {}">{}</p>{}<p>{}</p>', kind, lines.headline, why, lines.plan)


def wall(room: Room, watching: Watching, lang: Language) -> Markup:
    """The verdicts of all teams."""
    teams = [team for team in watching.teams(room) if team.situation.answers]
    if not teams:
        return html("<p>{}</p>", lang("No team has answered."))
    brief = len(teams) > ROOMY
    cards = joined(_card(team, number, brief, room, lang) for number, team in enumerate(teams, 1))
    return html('<ul class="wall{}">{}</ul>', html(" brief") if brief else Markup(), cards)


def _card(team: Team, number: int, brief: bool, room: Room, lang: Language) -> Markup:
    lines = verdict_of(team.situation, room.day, load(), lang)
    reasons = "" if brief else joined(html("<li>{}</li>", reason) for reason in lines.reasons)
    unfinished = html('<p class="quiet">{}</p>', lang("Not all questions answered")) if team.left else Markup()
    return html(
        '<li class="{}"><h2>{}</h2><p class="first">{}</p><ul>{}</ul>{}</li>',
        lines.verdict.replace("_", "-"),
        team_name(team, number, lang),
        lines.first,
        reasons,
        unfinished,
    )


def team_name(team: Team, number: int, lang: Language) -> str:
    return team.name or lang("Team {n}", n=number)


def quiz_shown(step: Step, lang: Language) -> Markup:
    """The right answer and why, once the votes are shown."""
    quiz = quiz_of(step, load())
    if quiz is None:
        return html("<p>{}</p>", lang("This question is no longer in this program. Go on to the next step."))
    right = choice_names(step, load(), lang)[right_choice(quiz)]
    return html('<p class="verdict fine-tune">{}</p>{}', lang("Right: {answer}", answer=right), why(quiz.id, lang))


def why(question: str, lang: Language) -> Markup:
    """The explanation of a question of the quiz, with its sources."""
    told: Explained = explained(question, load(), lang)
    others = joined(html("<div><dt>{}</dt><dd>{}</dd></div>", *word) for word in told.words[1:])
    sources = joined(
        html(
            "{}{} ({})",
            ", " if place else "",
            outside(lang(source.title) if source.ours else source.title, source.url),
            day(source.date, lang),
        )
        for place, source in enumerate(told.sources)
    )
    said = html("<p>{}</p>", told.why) if told.why else html("<dl>{}</dl>", others)
    return html('{}<p class="quiet">{} {}</p>', said, lang("Source:"), sources or lang("the glossary of this program"))


def written(lines: Sequence[str], lang: Language) -> Markup:
    """What people wrote, without names."""
    items = joined(html("<li>{}</li>", line) for line in lines)
    return html('<ul class="written">{}</ul>', items) if lines else html("<p>{}</p>", lang("Nobody wrote anything."))


def story(room: Room) -> Mapping[str, str]:
    """The case that whoever leads described, where this step is about it."""
    return {"name": room.story_name, "facts": room.story} if room.step.case == DESCRIBED else {}
