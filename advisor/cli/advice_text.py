"""An advice, the questions, the facts and the cases as plain text or JSON, for a terminal and for other programs.

Sentences come from `advisor.wording`; here they are only laid out. What a user typed is data: `layout` replaces signs
that a terminal would obey.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from advisor import wording
from advisor.cli.layout import bullets, table, wrapped
from advisor.content.entries import Assumption, Question, Score
from advisor.content.load import Content
from advisor.engine.advice import Advice, OptionResult, advice_data
from advisor.language import Language
from advisor.wording import labels, summaries
from advisor.wording.comparisons import counts, expected
from advisor.wording.labels import in_sentence
from advisor.wording.next_steps import beside_the_plan
from advisor.wording.scores import score_heads, score_names, second_step_names
from advisor.wording.today import today

if TYPE_CHECKING:
    from advisor.cases import Benchmark, CaseResult

MOST_LISTED = 8
"""Most flips, routes or steps that are listed; the rest is counted."""


def _part(title: str, lines: Sequence[str]) -> list[str]:
    return ["", wrapped(title), *lines] if lines else []


def advice_text(advice: Advice, content: Content, lang: Language) -> str:
    """The whole advice: one sentence first, then why, the options, what would change it, and what to do next."""
    name = wording.project(advice)
    bill = today(advice, content, lang)
    message = [
        bill.said if not bill.question else f"{bill.said} {bill.question}",
        wording.reservations(advice, content, lang),
        wording.stability(advice, lang),
        wording.share_of_teams(advice, content, lang),
        wording.meanwhile(advice, content, lang),
    ]
    gaps = [
        f"{gap.what[:1].upper()}{gap.what[1:]}. {gap.brings_back}"
        for gap in wording.missing_for_verdict(advice, content, lang)
        if advice.verdict == "not_yet"
    ]
    plan = [
        wrapped(
            " ".join(text for text in (step.what, *step.how, step.until, step.share, step.effort) if text),
            f"  {number}. ",
            " " * len(f"  {number}. "),
        )
        for number, step in enumerate(wording.plan_steps(advice, content, lang), 1)
    ]
    steps = [
        wrapped(step.text, f"  {number}. ", " " * len(f"  {number}. "))
        for number, step in enumerate(beside_the_plan(advice, content, lang), 1)
    ]
    lines = [
        *([wrapped(name), ""] if name else []),
        wrapped(wording.headline(advice, content, lang)),
        wrapped(" ".join(sentence for sentence in message if sentence)),
        *_warnings(advice, content, lang),
        *_part(lang("Why"), _reasons(advice, content, lang)),
        *_switched_off(advice, content, lang),
        *_part(wording.missing_title(advice, lang), bullets(gaps)),
        *_part(lang("The plan: {plan}", plan=wording.plan_headline(advice, content, lang)), plan),
        *_part(
            lang("Options, best first (medians, and in brackets where 80% of situations lie)"),
            _options(advice, content, lang),
        ),
        *_part(lang("Whose prices these are"), bullets(_price_routes(advice, content, lang))),
        *_part(lang("What is priced and ends"), bullets(wording.endings(advice, content, lang))),
        *_part(lang("Cheaper without training (requests to the model, USD a month)"), _variants(advice, lang)),
        *_part(lang("What would change the verdict"), _flips(advice, content, lang, of_verdict=True)),
        *_part(summaries.only_the_option(advice, lang), _flips(advice, content, lang, of_verdict=False)),
        *_part(
            lang("Comparisons like yours"),
            bullets(text for text in (counts(advice, lang), expected(advice, lang)) if text),
        ),
        *_part(
            lang("Who still trains and serves it on {date}", date=lang.date(advice.at)),
            _first(bullets(_routes(advice, content, lang)), lang),
        ),
        *_part(lang("What to do next"), _first(steps, lang)),
        "",
        *_left_out(advice, content, lang),
        *_next_question(advice, content, lang),
        wrapped(
            lang(
                "As of {date}, with content {version}. Figures are estimates; --json has what each rests on.",
                date=lang.date(advice.at),
                version=advice.content_version,
            )
        ),
    ]
    return "\n".join(lines)


def _warnings(advice: Advice, content: Content, lang: Language) -> list[str]:
    """What a reader must know of the day before anything else."""
    return [line for warning in wording.warnings(advice, content, lang) for line in ("", wrapped(warning))]


def advice_json(advice: Advice) -> str:
    """The whole advice as JSON, as `advisor.report.data` describes it."""
    return _json(advice_data(advice))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)


def _routes(advice: Advice, content: Content, lang: Language) -> list[str]:
    """The open routes that can carry out the recommended option; none where the verdict asks for no tuning."""
    able = {route.route for route in advice.routes if advice.option in route.options}
    return [
        " ".join(
            (
                f"{route.who}, {route.model} ({route.methods}): {route.state}",
                *route.conditions,
                _named(route.sources, lang),
            )
        ).rstrip()
        for route in wording.routes(advice, content, lang)
        if route.open and route.route in able and advice.verdict != "dont"
    ]


def _first(lines: list[str], lang: Language) -> list[str]:
    """The first `MOST_LISTED` lines, and how many there are beyond them."""
    rest = len(lines) - MOST_LISTED
    message = lang.plural(
        "and {n} more, in the report and in --json", "and {n} more, in the report and in --json", rest
    )
    return [*lines[:MOST_LISTED], f"  {message}"] if rest > 0 else lines


def _reasons(advice: Advice, content: Content, lang: Language) -> list[str]:
    """What the reasons are for, and each of them below it."""
    return [
        line
        for group in wording.told_reasons(advice, content, lang)
        for line in (wrapped(group.lead), *bullets(_reason(reason, lang) for reason in group.reasons))
    ]


def _flips(advice: Advice, content: Content, lang: Language, *, of_verdict: bool) -> list[str]:
    """What one answer changed would change: the verdict, or the option alone."""
    told = wording.flips(advice, content, lang)
    return _first(bullets(flip.sentence for flip in told if flip.changes_verdict == of_verdict), lang)


def _reason(reason: wording.ReasonText, lang: Language) -> str:
    notes = "; ".join(note for note in (reason.weight, reason.evidence) if note)
    parts = (reason.sentence, f"({notes})", reason.taught, _named(reason.sources, lang))
    return " ".join(part for part in parts if part)


def _switched_off(advice: Advice, content: Content, lang: Language) -> list[str]:
    line = wording.switched_off(advice, content, lang)
    return ["", wrapped(line)] if line else []


def _named(sources: Iterable[wording.SourceText], lang: Language) -> str:
    """Sources in brackets, each with when it was seen; empty where there are none."""
    names = [", ".join(part for part in (source.title, source.details(lang)) if part) for source in sources]
    return f"[{'; '.join(names)}]" if names else ""


def _options(advice: Advice, content: Content, lang: Language) -> list[str]:
    heads = wording.heads(lang)
    head = (f"  {heads.option}", heads.share, heads.month, heads.slow, lang("Lacks"))
    rows = (_option(result, advice, content, lang) for result in advice.ranking)
    return table([head, *rows], right=frozenset({1, 2, 3}), head=True)


def _price_routes(advice: Advice, content: Content, lang: Language) -> list[str]:
    """The route whose prices stand for each option that trains and that nothing holds up, or that is recommended."""
    shown = [result for result in advice.ranking if not result.blocked or result.option == advice.option]
    lines = [
        (labels.option_name(result.option, content, lang), wording.price_route(result, content, lang))
        for result in shown
    ]
    return [lang("{option}: {sentence}", option=option, sentence=sentence) for option, sentence in lines if sentence]


def _option(result: OptionResult, advice: Advice, content: Content, lang: Language) -> tuple[str, ...]:
    mark = ">" if result.option in (advice.option, *advice.tie) else " "
    often = max((block.share for block in result.blocked_by), default=0.0) / 2
    gates = [content.rule(block.rule).blocks for block in result.blocked_by if result.blocked and block.share >= often]
    message = wording.compared(result, content, lang)
    return (
        f"{mark} {message.name}",
        message.share,
        message.month.in_line(lang),
        message.slow.middle,
        "; ".join(dict.fromkeys(lang(gate.missing) for gate in gates if gate)),
    )


def _variants(advice: Advice, lang: Language) -> list[str]:
    """Caching, batch and a smaller model, where the answers do not rule them out; empty where nothing is cheaper."""
    result = wording.prompted_today(advice)
    shown = [variant for variant in result.variants if variant.allowed or variant.untested] if result else []
    rows = [
        (
            f"  {labels.variant_name(variant.id, lang)}",
            wording.amount(variant.usd_month, lang).in_line(lang),
            variant.model,
            lang("quality not tested yet") if variant.untested else "",
        )
        for variant in shown
    ]
    return table(rows, right=frozenset({1})) if len(rows) > 1 else []


def _left_out(advice: Advice, content: Content, lang: Language) -> list[str]:
    """Answers to what is no longer asked, by name."""
    if not advice.dropped:
        return []
    names = ", ".join(labels.left_out(key, content, lang) for key in advice.dropped)
    return [wrapped(lang("Some answers are no longer asked for and were left out: {names}", names=names))]


def _next_question(advice: Advice, content: Content, lang: Language) -> list[str]:
    if advice.next_question is None:
        return [wrapped(lang("No question left open can change the verdict."))]
    key = advice.next_question.question
    text = lang(
        "The question to answer next: {question} ({id})",
        question=labels.question_of(key, content, lang),
        id=key,
    )
    return [wrapped(text)]


def questions_text(content: Content, lang: Language) -> str:
    """Every question and assumption as a file of answers to fill in: YAML that `advisor advise` reads, all unknown."""
    lines = [
        _comment(
            lang(
                "Write an answer behind each colon: one of the words listed, a number, or a range [low, high]. "
                "Leave it empty if you do not know."
            )
        ),
        *(_entry(question, _allowed(question, lang), content, lang) for question in content.questions),
        "\n"
        + _comment(
            lang("Assumptions behind the estimates. Leave them empty to keep the range given, or write your own value.")
        ),
        *(_entry(assumption, _usual(assumption, lang), content, lang) for assumption in content.assumptions),
    ]
    return "\n".join(lines)


def questions_json(content: Content, lang: Language) -> str:
    """Every question and assumption as in `content/`, with its texts in the reader's language."""
    entries = {"questions": content.questions, "assumptions": content.assumptions}
    return _json(
        {
            kind: [_translated(entry.model_dump(mode="json", exclude_defaults=True), lang) for entry in listed]
            for kind, listed in entries.items()
        }
    )


TEXTS = frozenset({"text", "help", "why", "means", "unit", "note", "prior_note"})


def _translated(entry: dict[str, Any], lang: Language) -> dict[str, Any]:
    choices = [_translated(choice, lang) for choice in entry.get("choices", ())]
    texts = {key: lang(value) for key, value in entry.items() if key in TEXTS}
    return {**entry, **texts, **({"choices": choices} if choices else {})}


def _comment(text: str, indent: str = "") -> str:
    return wrapped(text, f"# {indent}", f"#   {indent}" if indent else "# ")


def _entry(entry: Question | Assumption, allowed: Iterable[str], content: Content, lang: Language) -> str:
    condition = getattr(entry, "when", None)
    applies = [lang("Only where {condition}.", condition=condition_text(condition, content, lang))] if condition else []
    return "\n".join(
        ["", _comment(lang(entry.text)), *(_comment(line, "  ") for line in (*allowed, *applies)), f"{entry.id}:"]
    )


COMPARED = re.compile(r"(\w+)\s*(=|<>)\s*'(\w+)'")
LISTED = re.compile(r"(\w+) IN \(('\w+'(?:, '\w+')*)\)")


def condition_text(condition: str, content: Content, lang: Language) -> str:
    """When a question is asked, in words around the ids that a file of answers holds; as it is where it is involved."""
    if "(" in LISTED.sub("", condition):
        return condition
    either: list[list[tuple[str, str, list[str]]]] = []
    for part in condition.split(" OR "):
        together = [_compared(comparison.strip(), content) for comparison in part.split(" AND ")]
        if either and len(together) == len(either[-1]) == 1 and together[0][:2] == either[-1][0][:2]:
            either[-1][0][2].extend(together[0][2])  # one question with another value
        else:
            either.append(together)
    return labels.any_of(
        [labels.all_of([_comparison(*comparison, lang) for comparison in part], lang) for part in either], lang
    )


def _compared(text: str, content: Content) -> tuple[str, str, list[str]]:
    """The question, how it is compared, and with what."""
    match = COMPARED.fullmatch(text)
    if match:
        return match[1], match[2], [match[3]]
    if listed := LISTED.fullmatch(text):
        return listed[1], "=", re.findall(r"\w+", listed[2])
    for question in content.questions:
        if question.type == "several" and text in question.columns:
            return question.id, "has", [text.removeprefix(f"{question.id}_")]
    return text, "has", ["yes"]


def _comparison(question: str, sign: str, values: Sequence[str], lang: Language) -> str:
    names = {"question": question, "value": labels.any_of([f'"{value}"' for value in values], lang)}
    if sign == "<>":
        return lang("{question} is not {value}", **names)
    return lang("{question} has {value}", **names) if sign == "has" else lang("{question} is {value}", **names)


def _allowed(question: Question, lang: Language) -> list[str]:
    match question.type:
        case "number":
            assert question.minimum is not None
            assert question.maximum is not None
            return [
                lang(
                    "a number from {low} to {high}, in {unit}",
                    low=f"{question.minimum:g}",
                    high=f"{question.maximum:.12g}",
                    unit=lang(question.unit or ""),
                )
            ]
        case "yes_no":
            return [lang("yes or no")]
        case "text" if question.names:
            return [lang("names: one a line, with commas between, or as a list")]
        case "text":
            return [lang("text")]
        case _:
            several = [lang("any of these, as a list: [first, second]")] if question.type == "several" else []
            return [*several, *(f"{choice.id}: {lang(choice.text)}" for choice in question.choices)]


def _usual(assumption: Assumption, lang: Language) -> list[str]:
    usual = lang(
        "usually {low} to {high}, in {unit}",
        low=lang.number(assumption.prior.p10),
        high=lang.number(assumption.prior.p90),
        unit=lang(assumption.unit),
    )
    ranges = ((lang(choice.text), f"[{choice.p10:g}, {choice.p90:g}]") for choice in assumption.choices)
    return [usual, *(lang("{what}: {volume}", what=what, volume=span) for what, span in ranges)]


def cases_text(result: Benchmark, content: Content, lang: Language) -> str:
    """How the advisor does on published cases: figures, then a line for each case with why."""
    n = len(result.results)
    counted = Counter(case.agreement for case in result.results)
    head = [
        lang(
            "{share} of {n} published cases: the outcome is the published one or an acceptable one.",
            n=n,
            share=lang.percent(result.right_share),
        ),
        lang(
            "{same} name the published option, {verdict} another option of the same verdict, {other} another verdict.",
            same=counted["option"],
            verdict=counted["verdict"],
            other=counted["none"],
        ),
        lang("{share}: fine-tune or not was said rightly.", share=lang.percent(result.tuning_share)),
        lang(
            "Brier score of the share that ends in training: {score} (0 is perfect, 0.25 is a coin).",
            score=lang.number(result.brier),
        ),
    ]
    learned = [*_scores(result, lang), *_second_step(result, lang), *_calibration(result, lang)]
    return "\n".join(
        [*(wrapped(line) for line in head), *learned, "", *(_case(case, content, lang) for case in result.results)]
    )


def _scores(result: Benchmark, lang: Language) -> list[str]:
    """The learned shares beside simpler ways to decide, a line each."""
    scores = [(name, score) for key, name in score_names(lang).items() if (score := getattr(result, key)) is not None]
    return _score_table(lang("Shares"), scores, lang)


def _second_step(result: Benchmark, lang: Language) -> list[str]:
    """What follows a failure, on the cases that say what was tried and fell short, beside what is always the same."""
    names = second_step_names(lang)
    scores = [(names[way], score) for way, score in (result.second_step or {}).items() if way in names]
    return _score_table(lang("After a step that fell short"), scores, lang)


def _score_table(title: str, scores: list[tuple[str, Score]], lang: Language) -> list[str]:
    if not scores:
        return []
    rows = [
        (
            name,
            lang.number(score.cases),
            *(lang.percent(share) for share in (score.acceptable, score.first_two, score.yes_no)),
            lang.number(score.brier),
        )
        for name, score in scores
    ]
    return ["", *table([(title, *score_heads(lang)[1:]), *rows], right=frozenset(range(1, 6)), head=True)]


def _calibration(result: Benchmark, lang: Language) -> list[str]:
    """What was said of training beside what happened."""
    if not result.calibration:
        return []
    head = (lang("Share that ends in training"), lang("cases"), lang("said"), lang("happened"))
    rows = [
        ("", lang.number(row.cases), lang.percent(row.said), lang.percent(row.happened)) for row in result.calibration
    ]
    note = lang("These are published cases, gathered to spread over outcomes: the table says nothing about users.")
    return ["", *table([head, *rows], right=frozenset({1, 2, 3}), head=True), wrapped(note)]


def _case(result: CaseResult, content: Content, lang: Language) -> str:
    values = {
        "title": result.title,
        "advice": labels.advised(result.verdict, result.option, content, lang),
        "stability": lang.percent(result.stability),
        "published": in_sentence(labels.outcome_name(result.published, content, lang)),
    }
    also = labels.any_of(
        [in_sentence(labels.outcome_name(outcome, content, lang)) for outcome in result.acceptable], lang
    )
    message = (
        lang("{title}: {advice} with {stability}; published: {published}, would also do: {also}.", also=also, **values)
        if also
        else lang("{title}: {advice} with {stability}; published: {published}.", **values)
    )
    why = lang("No reason weighs; the base rates decide.")
    if result.reason:
        why = lang((content.rule if result.gate else content.term)(result.reason).because)
    mark = _mark(result, lang)
    return wrapped(f"{mark}  {message} {why}", "", "    ")


def _mark(result: CaseResult, lang: Language) -> str:
    """How far the advice agrees with what came out."""
    if not result.right:
        return lang("WRONG")
    match result.agreement:
        case "option":
            return lang("same")
        case "verdict":
            return lang("other option")
        case _:
            return lang("other verdict")
