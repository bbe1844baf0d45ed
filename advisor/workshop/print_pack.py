"""What a workshop on paper needs: cases to hand out, cards to hold up, a score sheet, and the guide of whoever leads.

What gives an outcome away stands in the guide alone, which begins a page of its own and says so on every sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from advisor.content.entries import Workshop, WorkshopStep
from advisor.content.load import Content
from advisor.language import Language, language
from advisor.report.model import Block, Column, Items, LetterCard, Paper, Paragraph, Run, Sheet, Table
from advisor.wording import VERDICTS
from advisor.workshop.case_texts import CaseTexts, case_texts
from advisor.workshop.debate import Step
from advisor.workshop.mode_sheets import quiz_sheet
from advisor.workshop.paper_parts import listed, outcome, paragraph, section
from advisor.workshop.programme import Wishes, expected_minutes, programme
from advisor.workshop.step_words import asked, choice_name, choice_names, cue, heading, step_name, task

SIZES = (12.0, 11.0, 10.0, 9.0, 8.5, 8.0)
"""Points of the text, the largest first."""
LETTERS = dict(zip(VERDICTS, "ABC", strict=True))
MOST_NUMBERED = 4
"""Choices of a question that is answered by number."""
CASES_ABREAST = 4
"""Cases beside each other on the score sheet for options."""


def print_pack(title: str, plan: Workshop, wishes: Wishes, day: date, code: str, content: Content) -> Paper:
    """The pack for a workshop that does what is wished by a plan, with the advice of a day; in this language."""
    lang = language(code)
    steps = programme(plan, wishes, content)
    ids = dict.fromkeys(step.case for step in steps if step.case)
    known = {case: texts for case in ids if (texts := case_texts(case, day, code, content))}
    return Paper(
        lang=lang.code,
        above=lang("Fine-Tune Advisor: print pack for a workshop on paper"),
        title=title,
        intro=_intro(lang),
        sheets=(
            *(_handout(case, known[case], steps, content, lang) for case in _debated(steps) if case in known),
            *_mode_sheets(steps, known, content, lang),
            *((_cards(content, lang),) if _debated(steps) else ()),
            *_score_sheet(steps, known, content, lang),
            _guide(steps, content, lang),
            *(_outcome(case, texts, lang) for case, texts in known.items()),
            *_quiz_answers(steps, content, lang),
        ),
        sizes=SIZES,
        footer=lang("Content version {version}, as known on {date}", version=content.version, date=lang.date(day)),
        page_of=lang("Page {page} of {pages}"),
        written=day.isoformat(),
    )


def _debated(steps: Sequence[Step]) -> list[str]:
    """The cases on which people vote twice."""
    return [step.case for step in steps if step.kind == "first"]


def _mode_sheets(
    steps: Sequence[Step], known: dict[str, CaseTexts], content: Content, lang: Language
) -> tuple[Sheet, ...]:
    """What is handed out beside the cases that are debated; nothing on it says what is right, or came out."""
    kinds = {step.kind: step for step in steps}
    sheets = []
    questions = _on_paper(content)
    asked_of_all = [step for step in steps if step.kind == "ask" and step.about in questions]
    if story := kinds.get("story"):
        texts = known.get(story.case)
        facts = paragraph(texts.facts if texts else lang("Whoever leads tells the case."))
        table = _to_answer("together", asked_of_all, lang("Answer taken"), content, lang)
        answers = section(step_name("ask", lang), paragraph(task("ask", lang)), table)
        title = texts.name if texts else step_name("story", lang)
        sheets.append(Sheet(id="story", title=title, sections=(section("", facts), answers)))
    if "own" in kinds:
        asked_of_teams = [Step("own", about=question) for question in questions]
        table = _to_answer("own", asked_of_teams, lang("Our answer"), content, lang)
        later = lang("Leave open what does not fit your project. Put the answers into the advisor afterwards.")
        name = _to_write(lang("What your team is called"))
        sheets.append(
            Sheet(id="own", title=step_name("own", lang), sections=(section("", paragraph(later), name, table),))
        )
    if "quiz" in kinds:
        quiz = [step for step in steps if step.kind == "quiz"]
        parts = tuple(section(asked(step, content, lang), paragraph(_numbered(step, content, lang))) for step in quiz)
        sheets.append(Sheet(id="quiz", title=step_name("quiz", lang), sections=parts))
    if monday := kinds.get("monday"):
        able = paragraph(_numbered(monday, content, lang))
        blocks = (paragraph(task("monday", lang)), able, _to_write(lang("On Monday I will …")))
        sheets.append(Sheet(id="monday", title=step_name("monday", lang), sections=(section("", *blocks),)))
    return tuple(sheets)


def _on_paper(content: Content) -> list[str]:
    """The questions that stand on paper: all but those of cost and speed alone, figures that people look up later."""
    entries = [entry for entry in content.must_asks if {*entry.where} != {"gap"}]
    return [*dict.fromkeys(question for entry in entries for question in entry.questions)]


def _numbered(step: Step, content: Content, lang: Language) -> str:
    names = choice_names(step, content, lang).values()
    return " ".join(f"{number}. {name.rstrip('.')}." for number, name in enumerate(names, 1))


def _to_write(label: str) -> Table:
    """A line to write on."""
    return Table(id="line", columns=(Column(label=label, to_fill=True),), rows=(((),),))


def _to_answer(name: str, steps: Sequence[Step], head: str, content: Content, lang: Language) -> Table:
    """Questions with their choices, and room to write the answer."""
    columns = (
        Column(label=lang("Question"), width=2),
        Column(label=lang("Choices"), width=5.5),
        Column(label=head, width=1.3, to_fill=True),
    )
    rows = tuple(
        ((Run(text=heading(step, steps, content, lang)),), (Run(text=_numbered(step, content, lang)),), ())
        for step in steps
    )
    return Table(id=name, columns=columns, rows=rows, small=True)


def _quiz_answers(steps: Sequence[Step], content: Content, lang: Language) -> tuple[Sheet, ...]:
    sheet = quiz_sheet(steps, (), {}, content, lang)
    below = _kept_back(lang)
    return (
        (
            sheet.model_copy(
                update={"id": "quiz-answers", "title": lang("Answers to the quiz"), "below": below, "begins_page": True}
            ),
        )
        if sheet
        else ()
    )


def _intro(lang: Language) -> tuple[Block, ...]:
    return (
        paragraph(lang("No phone, no network and no account: people read, talk and hold up cards.")),
        *listed([
            lang("One page a case, to hand out. It does not say what came out."),
            lang("Cards A, B and C. Print the page once for each person, and cut along the lines."),
            lang("A score sheet, to write down how many held up what."),
            lang("The guide of whoever leads, with what came out. Keep its pages back: each says so."),
        ]),
        paragraph(
            lang(
                "Afterwards the counts can be entered: open a room with the same cases, and choose Counts by hand on "
                "the page of whoever leads. The report of the room then shows them."
            )
        ),
    )  # fmt: skip


def _lettered(content: Content, lang: Language) -> list[str]:
    return [f"{letter}: {choice_name(verdict, content, lang)}" for verdict, letter in LETTERS.items()]


def _handout(case: str, texts: CaseTexts, steps: Sequence[Step], content: Content, lang: Language) -> Sheet:
    """A case as people get it: nothing on it says what came out."""
    kinds = {step.kind for step in steps}
    knew = tuple((Run(text=f"{question} ", style="strong"), Run(text=answer)) for question, answer in texts.knew)
    own = Table(
        id="own",
        columns=(
            Column(label=lang("Your vote")),
            Column(label=lang("A, B or C"), width=0.6, to_fill=True),
            Column(label=lang("Why, in one line"), width=3, to_fill=True),
        ),
        rows=tuple(((Run(text=step_name(kind, lang)),), (), ()) for kind in ("first", "second")),
    )
    sections = [
        section("", paragraph(texts.facts)),
        section(lang("What the team knew"), Items(numbered=False, items=knew)),
        section(
            lang("What would you say?"),
            Paragraph(runs=(Run(text=", ".join(_lettered(content, lang)), style="strong"),)),
            paragraph(lang("Decide alone and write it down. Hold up your card when you are asked to.")),
            own,
        ),
    ]
    if "option" in kinds:
        options = choice_names(Step("option", case), content, lang).values()
        numbered = ", ".join(f"{number}. {name}" for number, name in enumerate(options, 1))
        sections.append(section(task("option", lang), paragraph(numbered)))
    return Sheet(id=case, title=texts.name, below=texts.level, sections=tuple(sections))


def _cards(content: Content, lang: Language) -> Sheet:
    cards = tuple(
        LetterCard(letter=letter, name=choice_name(verdict, content, lang)) for verdict, letter in LETTERS.items()
    )
    return Sheet(id="cards", title=lang("Cards to hold up"), cards=cards)


def _score_sheet(
    steps: Sequence[Step], known: dict[str, CaseTexts], content: Content, lang: Language
) -> tuple[Sheet, ...]:
    """A row for each vote in three, and a column a case for what to do first; a row a question of the quiz."""

    def name(step: Step) -> str:
        return f"{known[step.case].name}: {step_name(step.kind, lang)}" if step.case else step_name(step.kind, lang)

    told = [step for step in steps if step.choices and (not step.case or step.case in known)]
    columns = (
        Column(label=lang("Which vote"), width=3),
        *(Column(label=label, to_fill=True) for label in _lettered(content, lang)),
    )
    rows = tuple(((Run(text=name(step)),), (), (), ()) for step in told if step.kind != "option")
    sections = [
        section(
            "",
            paragraph(lang("Count the cards of each letter twice, and write down how many there were.")),
            Table(id="score", columns=columns, rows=rows),
        )
    ]
    asked = [step for step in told if step.kind == "option"]
    for few in (asked[at : at + CASES_ABREAST] for at in range(0, len(asked), CASES_ABREAST)):
        heads = (
            Column(label=lang("Choice"), width=2),
            *(Column(label=known[step.case].name, to_fill=True) for step in few),
        )
        options = choice_names(few[0], content, lang).values()
        table = Table(
            id="options", columns=heads, rows=tuple(((Run(text=one),), *(() for _ in few)) for one in options)
        )
        sections.append(section(task("option", lang), table))
    if not told:
        sections = []
    numbered = [step for step in steps if step.kind in ("quiz", "monday")]
    if numbered:
        numbers = range(1, MOST_NUMBERED + 1)
        columns = (
            Column(label=lang("Which vote"), width=3),
            *(Column(label=str(number), to_fill=True) for number in numbers),
        )
        named = [(Run(text=heading(step, steps, content, lang)),) for step in numbered]
        table = Table(id="numbered", columns=columns, rows=tuple((name, *(() for _ in numbers)) for name in named))
        sections.append(section(lang("Hands for each number"), table))
    sheet = Sheet(id="score", title=lang("Score sheet"), sections=tuple(sections))
    return (sheet,) if sections else ()


def _kept_back(lang: Language) -> str:
    return lang("For whoever leads only: keep this page back")


def _guide(steps: Sequence[Step], content: Content, lang: Language) -> Sheet:
    debated, repeated = _debated(steps), {"ask": lang("each question"), "quiz": lang("each question")}
    once: dict[tuple[WorkshopStep, bool], Step] = {}
    for step in steps:
        once.setdefault((step.kind, step.case in debated), step)
    rows = tuple(
        tuple(
            (Run(text=text),)
            for text in (
                _each(step, lang("each case") if step.case in debated else repeated.get(step.kind, ""), lang),
                lang.number(step.minutes),
                paper_cue(step.kind, lang),
            )
        )
        for step in once.values()
    )
    agenda = Table(
        id="agenda",
        columns=(
            Column(label=lang("Step"), width=2),
            Column(label=lang("Minutes"), align="right", width=0.8),
            Column(label=lang("What to do and say"), width=5),
        ),
        rows=rows,
    )
    whole = lang(
        "{minutes} by the plan. The minutes are our suggestion.",
        minutes=lang("{n} min", n=lang.number(expected_minutes(steps, content))),
    )
    asked = tuple(
        (Run(text=f"{question} ", style="strong"), Run(text=answer)) for question, answer in usual_questions(lang)
    )
    return Sheet(
        id="guide",
        title=lang("Guide of whoever leads"),
        below=_kept_back(lang),
        sections=(
            section(lang("What it is for"), *listed(goals(lang))),
            section(lang("Minutes, and what to say"), paragraph(whole), agenda),
            section(lang("Usual questions"), Items(numbered=False, items=asked)),
        ),
    )


def _outcome(case: str, texts: CaseTexts, lang: Language) -> Sheet:
    """A case as whoever leads needs it: what came out, where that stands, and what the advisor says."""
    flips = texts.flips or (lang("No single other answer would turn this advice."),)
    return Sheet(
        id=f"outcome-{case}",
        title=lang("What came out: {case}", case=texts.name),
        below=_kept_back(lang),
        sections=(
            section("", paragraph(texts.facts)),
            section(
                step_name("outcome", lang),
                *outcome(texts, lang),
            ),
            section(
                step_name("advice", lang),
                Paragraph(runs=(Run(text=texts.headline, style="strong"),)),
                *listed(texts.reasons),
                paragraph(texts.plan),
            ),
            section(step_name("flip", lang), *listed(flips)),
        ),
    )


def _each(step: Step, each: str, lang: Language) -> str:
    name = step_name(step.kind, lang)
    return f"{name} ({each})" if each else name


def paper_cue(kind: WorkshopStep, lang: Language) -> str:
    """What whoever leads may do or say in a step on paper. Our suggestion."""
    match kind:
        case "lobby":
            return lang("Hand out the cards. Late people may still join; give each the case that is on.")
        case "case":
            return lang("Hand out the case. Read the facts aloud, and ask which of them matters most. Do not answer.")
        case "first":
            return lang("Ask for silence: everybody decides alone. Then all hold up a card at once; count each letter.")
        case "second":
            return lang("Everybody votes again, also those who stay with their choice. Count each letter again.")
        case "option":
            return lang("Now the remedy, not the verdict: read the options aloud, and count hands for each.")
    return cue(kind, lang)


def goals(lang: Language) -> tuple[str, ...]:
    """What people take home. Our suggestion."""
    return (
        lang("People see that the facts of a project decide whether to fine-tune."),
        lang("They tell apart what is missing: knowledge, behaviour, or a way to measure either."),
        lang("They change their mind for a reason, and can name it."),
        lang("They know what to try first in a project of their own."),
    )


def usual_questions(lang: Language) -> tuple[tuple[str, str], ...]:
    """What rooms may ask, and what may be answered: our suggestion, of what the advisor itself says."""
    return (
        (
            lang("Is the advisor always right?"),
            lang("No. It is held against published cases, and the page of each case says where the two differ."),
        ),
        (
            lang("Would a larger model not do?"),
            lang("Sometimes. An evaluation set shows whether it closes the gap, before anybody trains."),
        ),
        (
            lang("Does fine-tuning not teach the model our facts?"),
            lang(
                "Hardly: training changes how a model answers more than what it knows, and facts in weights cannot be "
                "edited. A document that is looked up can."
            ),
        ),
        (
            lang("How many examples do we need?"),
            lang(
                "That depends on task and method. Set a test aside first, train on growing parts of the data, and see "
                "whether more still helps."
            ),
        ),
        (
            lang("What if our data may not leave the house?"),
            lang("That closes some routes, not the question: an open model can be trained on machines of your own."),
        ),
        (
            lang("Why did the room and the advisor differ?"),
            lang("Ask which fact each leaned on, and look at which other answer would turn the advice."),
        ),
    )
