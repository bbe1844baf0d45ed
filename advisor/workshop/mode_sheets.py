"""What a paper tells of what a room did beside a debate: one case answered together, projects, a quiz, last words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from advisor.content.load import Content
from advisor.language import Language
from advisor.report.model import Block, Column, Items, Paragraph, Run, Section, Sheet, Table, Text
from advisor.workshop.ballots import answer_name, quiz_of, right_choice
from advisor.workshop.debate import CONFIDENCES, Step
from advisor.workshop.own_case import Team
from advisor.workshop.paper_parts import listed, paragraph, section, strong
from advisor.workshop.quiz import explained
from advisor.workshop.room_answers import Agreed, VerdictLines, disputes, situation_of, verdict_of
from advisor.workshop.step_words import asked, choice_names, confidence_name, step_name, task
from advisor.workshop.store import Vote
from advisor.workshop.tallies import Hands, tallied, written_in


def cell(text: str) -> Text:
    return (Run(text=text),)


def verdict_blocks(lines: VerdictLines) -> tuple[Block, ...]:
    return strong(lines.headline), *listed(lines.reasons), paragraph(lines.plan)


def together_sections(agreed: Mapping[str, Agreed], day: date, content: Content, lang: Language) -> list[Section]:
    """The verdict on what a room answered, its answers, and where it disagreed."""
    lines = verdict_of(situation_of(agreed.values(), content), day, content, lang)
    answered = [one for one in agreed.values() if one.counts]
    table = Table(
        id="answers",
        columns=(
            Column(label=lang("Question"), width=3),
            Column(label=lang("Answer taken"), width=2),
            Column(label=lang("All answers"), width=3),
        ),
        rows=tuple((cell(lang(one.question.text)), _taken(one, content, lang), _counts(one, content, lang))
                   for one in answered),
    )  # fmt: skip
    differed = [f"{one.question} {one.differed} {one.then}" for one in disputes(agreed, day, content, lang)]
    parts = [section(step_name("agreed", lang), *verdict_blocks(lines))]
    parts += [section(lang("Where we disagreed"), *listed(differed))] if differed else []
    return [*parts, section(lang("What we answered"), table)] if answered else parts


def _taken(agreed: Agreed, content: Content, lang: Language) -> Text:
    if not agreed.taken:
        return cell(lang("None: a tie"))
    name = answer_name(agreed.question, agreed.taken, content, lang)
    return cell(lang("{answer} (chosen by whoever leads)", answer=name) if agreed.picked else name)


def _counts(agreed: Agreed, content: Content, lang: Language) -> Text:
    names = [f"{answer_name(agreed.question, choice, content, lang)} {lang.number(n, 9)}"
             for choice, n in agreed.counts.most_common()]  # fmt: skip
    return cell("; ".join(names))


def teams_sheet(teams: Sequence[Team], day: date, content: Content, lang: Language) -> Sheet:
    """The verdicts of all teams. What a team is called is shown as it was typed."""
    rows = []
    for number, team in enumerate(teams, 1):
        lines = verdict_of(team.situation, day, content, lang)
        name: Text = (Run(text=team.name, style="own"),) if team.name else cell(lang("Team {n}", n=number))
        rows.append((name, cell(lines.first), cell(" ".join(lines.reasons))))
    columns = (
        Column(label=lang("Team")), Column(label=lang("Verdict"), width=1.5), Column(label=lang("Why"), width=4)
    )  # fmt: skip
    block: Block = (
        Table(id="teams", columns=columns, rows=tuple(rows)) if rows else paragraph(lang("No team has answered."))
    )
    return Sheet(id="teams", title=lang("Projects of our own"), sections=(section("", block),), begins_page=False)


def quiz_sheet(
    steps: Iterable[Step], votes: Sequence[Vote], hands: Hands, content: Content, lang: Language
) -> Sheet | None:
    """The questions of the quiz with the answers of the room: how many had each right, and nobody's score."""
    parts = []
    for step in steps:
        quiz = quiz_of(step, content)
        if quiz is None:
            continue
        counts = tallied(votes, step.key) + Counter(hands.get(step.key, {}))
        right = right_choice(quiz)
        known = lang("{right} of {n} had it right.", right=lang.number(counts[right], 9),
                     n=lang.number(counts.total(), 9)) if counts else ""  # fmt: skip
        answer = Paragraph(runs=(Run(text=f"{choice_names(step, content, lang)[right]}. ", style="strong"),
                                 Run(text=known)))  # fmt: skip
        parts.append(section(asked(step, content, lang), answer, *explanation(quiz.id, content, lang)))
    title = step_name("quiz", lang)
    return Sheet(id="quiz", title=title, sections=tuple(parts), begins_page=False) if parts else None


def explanation(question: str, content: Content, lang: Language) -> tuple[Block, ...]:
    """Why the right answer is right, and who says so."""
    told = explained(question, content, lang)
    words = tuple((Run(text=f"{word}: ", style="strong"), Run(text=meaning)) for word, meaning in told.words[1:])
    why: Block = paragraph(told.why) if told.why else Items(numbered=False, items=words)
    sources = [Run(text=lang(one.title) if one.ours else one.title, url=one.url) for one in told.sources]
    between = [run for source in sources for run in (Run(text="; "), source)][1:]
    named = between or [Run(text=lang("the glossary of this program"))]
    return why, Paragraph(runs=(Run(text=f"{lang('Source:')} ", style="quiet"), *named))


def monday_sheet(step: Step, votes: Sequence[Vote], content: Content, lang: Language) -> Sheet:
    """What people will do, without their names."""
    counts = tallied(votes, step.key)
    names = choice_names(step, content, lang)
    columns = (Column(label=lang("Choice"), width=2), Column(label=lang("How many chose what"), align="right"))
    table = Table(id="monday", columns=columns, rows=tuple(
        (cell(name), cell(lang.number(counts[choice], 9))) for choice, name in names.items()
    ))  # fmt: skip
    lines = tuple((Run(text=line, style="own"),) for line in written_in(votes, step))
    written = (section(lang("On Monday I will …"), Items(numbered=False, items=lines)),) if lines else ()
    sections = (section("", paragraph(task("monday", lang)), table), *written)
    return Sheet(id="monday", title=step_name("monday", lang), sections=sections, begins_page=False)


def sure_table(steps: Sequence[Step], votes: Sequence[Vote], lang: Language) -> tuple[Block, ...]:
    """How sure people were on each of these ballots; nothing where nobody said so."""
    counts = {step.key: Counter(vote.confidence for vote in votes if vote.ballot == step.key) for step in steps}
    if not any(count[number] for count in counts.values() for number in CONFIDENCES):
        return ()
    columns = (
        Column(label=lang("How sure people were"), width=2),
        *(Column(label=step_name(step.kind, lang), align="right") for step in steps),
    )
    rows = tuple(
        (cell(confidence_name(number, lang)), *(cell(lang.number(counts[step.key][number], 9)) for step in steps))
        for number in CONFIDENCES
    )
    return (Table(id="sure", columns=columns, rows=rows),)
