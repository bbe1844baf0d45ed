"""RAG tuning on the page "Your data": rows that answer from a passage or decline, and what predictions are worth."""

from __future__ import annotations

import streamlit as st

from advisor.dataset.inspection.inspect import Inspection
from advisor.dataset.rag.files import Scored, Written, refusal_sentence, refusal_sentences
from advisor.dataset.rag.rows import Class, class_names, instruct
from advisor.language import Language
from advisor.ui.pages.data import exports, results
from advisor.ui.pages.data.checking import Check, Room, Settings
from advisor.ui.pages.data.job import Wish, outcome
from advisor.ui.parts import number_field
from advisor.ui.parts.markup import html, meter, plain, section, show, table
from advisor.ui.parts.text_field import limited
from advisor.ui.session import Session

FORMS = frozenset({"rag", "autotrain_qa"})
"""Formats with questions and the passages that answer them, or do not."""
FIRST_SHARE = 20
"""Percentage of rows that decline to begin with."""
MOST_SENTENCE = 300
"""Longest sentence with which a model declines, in characters."""
MOST_INSTRUCTION = 2_000


def take_rows(check: Check, inspection: Inspection, mine: Room, session: Session) -> None:
    """Rows for tuning a model that answers from passages, with a share of refusals to choose."""
    lang = session.lang
    file = check.file
    text = lang(
        "Conversations that teach a model to answer from the passage, or to decline where it does not hold the answer. "
        "More rows that decline make it cautious, fewer make it bold; each costs something."
    )
    show(html("<p>{}</p>", text))
    last = mine.asked("rag", (FIRST_SHARE, "", "", 0))
    left, middle, right = st.columns([1, 2, 1])
    with left:
        percent = number_field.whole(lang("Rows that decline (%)"), 100, "share", last[0], lang)
    with middle:
        sentence, sentence_fits = _sentence(last[1], refusal_sentence(lang), "rows", session)
    with right:
        seed = number_field.whole(lang("Seed"), exports.MOST_SEED, "rag-seed", last[3], lang)
    usual = instruct(sentence or refusal_sentence(lang), lang)
    instruction, instruction_fits = limited(
        lang("System message of all rows"),
        last[2],
        MOST_INSTRUCTION,
        f"instruction:{session.code}",
        lang,
        placeholder=usual,
    )
    dial = exports.Dial((percent or 0) / 100, sentence, instruction, seed or 0)
    wish = None
    if percent is not None and seed is not None and sentence_fits and instruction_fits:
        wish = Wish(
            (percent, sentence, instruction, seed, lang.code),  # sentences left out are those of the language
            lambda work: exports.answering(work, file, dial, lang),
            file.size,
            lang("Prepare the rows"),
            exports.rows_command(file, exports.called(file, "rag", "jsonl"), dial, lang),
        )
    done = outcome("rag", wish, check, mine, session)
    if done is None:
        return
    rows = lang.plural("{n} row", "{n} rows", done.done.rows)
    written = lang("{rows} written, of which {share} decline.", rows=rows, share=lang.percent(done.done.share))
    show(html('<p class="what" role="status">{}</p>', written))
    for note in done.done.notes:
        show(html('<p class="note">{}</p>', note.text(lang)))
    results.links(lang, (done.export, lang("Download the rows")))
    if st.button(plain(lang("Go on with these rows")), key="go-on-rag"):
        mine.begin(done.export.file, None, Settings(check.settings.platform))
        st.rerun()
    _left_out(done.done, lang)
    results.command(exports.rows_command(file, done.export.file, dial, lang), lang)


def _sentence(last: str, usual: str, place: str, session: Session) -> tuple[str, bool]:
    """The sentence with which the model declines, empty for the usual one; and whether it fits."""
    label = session.lang("What the model says to decline")
    return limited(label, last, MOST_SENTENCE, f"sentence:{place}:{session.code}", session.lang, placeholder=usual)


def predictions(check: Check, mine: Room, session: Session) -> None:
    """The section on a file with predictions: what they are worth, in five classes."""
    if not check.predictions:
        return
    lang = session.lang
    file = check.file
    section(
        lang("What the predictions are worth"),
        "predictions",
        lang("An answer counts as right if it contains the right answer word for word; check a few by hand."),
    )
    last_sentence, last_exact, *_ = mine.asked("score", ("", False))
    sentence, fits = _sentence(last_sentence, " / ".join(refusal_sentences()), "score", session)
    exact = st.checkbox(plain(lang("Count only exact answers as right")), last_exact, key=f"exact:{session.code}")
    wish = None
    if fits:
        wish = Wish(
            (sentence, exact, lang.code),
            lambda work: exports.judged(work, file, sentence, exact, lang),
            file.size,
            lang("Score the predictions"),
            exports.score_command(file, sentence, exact, lang),
        )
    done = outcome("score", wish, check, mine, session)
    if done is None:
        return
    _classes(done.done, lang)
    results.links(
        lang, (done.table, lang("Download the table (CSV)")), (done.rows, lang("Download the class of each row (CSV)"))
    )
    _left_out(done.done, lang)
    results.command(exports.score_command(file, sentence, exact, lang), lang)


def _classes(scored: Scored, lang: Language) -> None:
    """The five classes as a table with bars, and the shares among questions with an answer and among those without."""
    classes = scored.classes
    names, percentages, intervals = class_names(lang), classes.percentages, classes.intervals
    right = percentages["correct"] + percentages["correct_refusal"]
    sentence = lang(
        "{share} of {predictions} are as they should be.",
        share=lang.percent(right / 100),
        predictions=lang.plural("{n} prediction", "{n} predictions", classes.total),
    )
    show(html('<p class="what" role="status">{}</p>', sentence))
    rows = []
    for key, n in classes.counts.items():
        low, high = (lang.percent(end) for end in intervals[key])
        share = lang.percent(percentages[key] / 100)
        bar = html('<div class="bar">{}</div>', meter(n / classes.total, share, _tone(key)))
        rows.append([names[key], lang.number(n, 9), html("{} {}", bar, share), f"{low} – {high}"])
    head = (lang("What became of them"), lang("Rows"), lang("Share of the rows"), lang("With 95% confidence between"))
    caption = lang("What the predictions are worth")
    show(table(head, rows, caption=caption, numbers=[1, 2, 3], kind="classes"), key="classes")
    for among, text in (
        (classes.answerable, lang("Of the questions that have an answer:")),
        (classes.unanswerable, lang("Of the questions that have none:")),
    ):
        if among:
            shares = "; ".join(f"{lang.percent(n / 100)} {names[key].lower()}" for key, n in among.items())
            show(html("<p>{} {}.</p>", text, shares))


def _tone(key: Class) -> str:
    return {"wrong": "against", "hallucination": "against", "skipped": "doubt"}.get(key, "")


def _left_out(done: Written | Scored, lang: Language) -> None:
    results.left_out([(row.line, row.why.text(lang)) for row in done.left_out], done.left_out_rows, done.unit, lang)
