"""How the advisor decides, and how often it is right: prose, the calibration chart, and where each number stands."""

from __future__ import annotations

from advisor.cases import TUNING
from advisor.charts.calibration import calibration
from advisor.content.entries import Learned, Passage, WeighedTerm
from advisor.content.evidence import everyday, evidence_cases
from advisor.content.sources import source_name
from advisor.engine.terms import NATS
from advisor.engine.verdict import SCENARIOS
from advisor.language import Language
from advisor.ui.parts.markup import Words, folded, heading, html, joined, link, outside, section, show, table
from advisor.ui.parts.plots import draw as draw_chart
from advisor.ui.session import Session, content
from advisor.wording import labels
from advisor.wording.scores import score_heads, score_names

STRONGEST = 2
"""Outcomes named for each statement: those that it makes most and least likely."""


def draw(session: Session) -> None:
    """The passages of `content/lessons/decision.yaml` with their figures, and what belongs below some of them."""
    lang, learned = session.lang, content().learned
    back = link(lang("Learn"), "learn", session, classes="back")
    heading(
        lang("How the advisor decides, and how often it is right"),
        back=back,
        below=lang("For those who want to check it, and to disagree with a number."),
    )
    if learned is None:
        show(html('<p class="empty">{}</p>', lang("No weights have been fitted; make weights does it.")))
        return
    below = {"right": _scores, "calibration": _calibration, "rates": _rates, "shares": _terms, "disagree": _places}
    numbers = figures(learned, lang)
    for passage in content().passages:
        _passage(passage, numbers, lang)
        if passage.id in below:
            below[passage.id](learned, lang)


def figures(learned: Learned, lang: Language) -> dict[str, str]:
    """Every figure that a passage may name, as the reader writes it."""
    scores, percent, number = learned.scores, lang.percent, lang.number
    outcomes = [*(case.outcome for case in content().cases), *(case.outcome for case in evidence_cases())]
    weighed = [question for question in everyday() if question.kind == "weighs"]
    return {
        "options": number(len(content().options)),
        "scenarios": number(SCENARIOS),
        "cases": number(scores["advice"].cases),
        "terms": number(len(learned.terms)),
        "scale": percent(learned.scale),
        "published": percent(sum(outcome in TUNING for outcome in outcomes) / len(outcomes)),
        "weighed": number(len(weighed)),
        "sent": number(sum(question.outcome in TUNING for question in weighed)),
        "right": percent(scores["advice"].acceptable),
        "two": percent(scores["advice"].first_two),
        "yes_no": percent(scores["advice"].yes_no),
        "expert": percent(scores["expert_only"].acceptable),
        "constant": percent(scores["best_constant"].acceptable),
        "in_sample": percent(scores["advice_in_sample"].acceptable),
        "hidden": percent(scores["hidden"].acceptable),
        "everyday": number(scores["advice_everyday"].cases),
        "agreed": percent(scores["advice_everyday"].acceptable),
        "bare": percent(scores["out_of_fold"].acceptable),
    }


def _passage(passage: Passage, numbers: dict[str, str], lang: Language) -> None:
    words = Words(lang)
    section(lang(passage.title), passage.id)
    paragraphs = joined(html("<p>{}</p>", words(lang(text, **numbers))) for text in passage.text)
    show(html('<div class="prose">{}</div>', paragraphs))


def _scores(learned: Learned, lang: Language) -> None:
    names = score_names(lang)
    rows = [
        (
            names[name],
            lang.number(score.cases),
            lang.percent(score.acceptable),
            lang.percent(score.first_two),
            lang.percent(score.yes_no),
            lang.number(score.brier, 2),
        )
        for name in names
        if (score := learned.scores.get(name))
    ]
    head = score_heads(lang)
    caption = lang("How often each way to decide is right")
    show(
        folded(lang("The figures as a table"), table(head, rows, caption=caption, numbers=range(1, 6), kind="figures"))
    )


def _calibration(learned: Learned, lang: Language) -> None:
    draw_chart(calibration(learned.advice_calibration, lang), lang)


def _rates(learned: Learned, lang: Language) -> None:
    gathered = dict(zip(learned.outcomes, learned.gathered, strict=True))
    rows = [
        (labels.outcome_name(rate.id, content(), lang), lang.percent(rate.share), lang.percent(gathered[rate.id]))
        for rate in content().base_rates
    ]
    head = (lang("Ends with"), lang("Assumed of those who ask"), lang("Among the cases"))
    caption = lang("The mix that is assumed, and that of the cases")
    show(folded(lang("The mix as a table"), table(head, rows, caption=caption, numbers=(1, 2), kind="figures")))


def _terms(learned: Learned, lang: Language) -> None:
    """Every statement with what it makes likelier and less likely."""
    weights = {term.id: term.weights for term in learned.terms}
    rows = [_term(term, weights[term.id], learned.outcomes, lang) for term in content().weighed]
    head = (lang("Statement"), lang("Likelier (decibans)"), lang("Less likely (decibans)"), lang("Sources"))
    caption = lang("What each statement does to the shares, next to the mean of all outcomes")
    show(
        folded(
            lang.plural("The {n} statement and its weights", "All {n} statements and their weights", len(rows)),
            table(head, rows, caption=caption, kind="figures"),
        )
    )


def _term(
    term: WeighedTerm, weights: tuple[float, ...], outcomes: tuple[str, ...], lang: Language
) -> tuple[object, ...]:
    order = sorted(zip(weights, outcomes, strict=True))
    least, most = order[:STRONGEST], order[::-1][:STRONGEST]
    sources = [content().source(name) for name in term.sources]
    return (
        lang(term.because),
        _weights(most, lang),
        _weights(least, lang),
        joined((outside(source_name(source.title, content(), lang), source.url) for source in sources), "; "),
    )


def _weights(pairs: list[tuple[float, str]], lang: Language) -> str:
    return "; ".join(
        lang("{option} {decibans}", option=_short(name, lang), decibans=labels.signed(weight / NATS, lang))
        for weight, name in pairs
    )


def _short(outcome: str, lang: Language) -> str:
    return labels.in_sentence(labels.option_name(labels.NAMED_AFTER[outcome], content(), lang))


def _places(_: Learned, lang: Language) -> None:
    """Which number stands in which file."""
    rows = [
        (lang("a price or a speed"), "content/facts/"),
        (lang("an assumption, such as the price of a working day"), "content/assumptions.yaml"),
        (lang("what closes an option or holds it up"), "content/rules/"),
        (lang("what experts say of a statement"), "content/weights/terms.yaml"),
        (lang("what the cases made of it: written by make weights"), "content/weights/learned.json"),
        (lang("the mix of those who ask"), "content/weights/base-rates.yaml"),
        (lang("a published case and its answers"), "content/cases/, content/evidence/"),
    ]
    cells = [(name, html("<code>{}</code>", place)) for name, place in rows]
    show(table((lang("You doubt"), lang("It stands in")), cells, caption=lang("Where each number is written")))
