"""Describe it: a text in one's own words becomes answers, each beside the words it rests on, to accept or to drop.

With a model of the reader's own endpoint; without one, the questions that the text may be about are looked up by words.
Nothing is sent before the reader has seen what goes where and pressed for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from time import monotonic
from typing import TYPE_CHECKING

import streamlit as st

from advisor.interview.situation import Situation, Value
from advisor.ui.files.background import PATIENCE_SECONDS, REFRESH_SECONDS, BackgroundJob, Stopped
from advisor.ui.files.expiry import note_owner
from advisor.ui.files.stored import Upload
from advisor.ui.files.upload import UploadSlot, upload_field
from advisor.ui.navigation import PART, go, page_of
from advisor.ui.pages.question import say
from advisor.ui.parts import endpoint_fields
from advisor.ui.parts.endpoint_fields import NotAllowed
from advisor.ui.parts.markup import (
    Markup,
    badge,
    folded,
    heading,
    html,
    joined,
    link,
    meter,
    plain,
    section,
    show,
)
from advisor.ui.parts.text_field import limited
from advisor.ui.server.outbound import current_outbound
from advisor.ui.session import Session, bounded, content, turn
from advisor.wording import labels

if TYPE_CHECKING:
    from advisor.content.entries import Question
    from advisor.pilot.endpoint import Client, Endpoint, EndpointError
    from advisor.pilot.intake import Filled, Hit, Intake

DESCRIBE = "describe"
"""The path of this page."""
KEPT = "own-words"
MOST_BYTES = 5_000_000
"""Largest file of rows beside a text."""


class Counting(BackgroundJob[dict[str, Value]]):
    """Rows beside a text, counted here apart from the page, before it is said what would be sent: what they answer, by
    question. They are never sent.
    """

    def __init__(self, rows: Upload) -> None:
        super().__init__(lambda _: self._count(rows), rows.size, rows)

    def _count(self, rows: Upload) -> dict[str, Value]:
        from advisor.dataset.inspection.inspect import inspect
        from advisor.dataset.readiness.answers import answers

        return answers(inspect(self.source(rows)), content())[0]


class Reading(BackgroundJob["Intake | EndpointError"]):
    """A model that reads the text, apart from the page, for answers to these questions."""

    def __init__(self, text: str, questions: Sequence[Question], client: Client) -> None:
        self.done, self.of, self.begun = 0, 1, monotonic()
        self.endpoint = client.endpoint
        super().__init__(lambda _: self._read(text, questions, client), 0)

    def _read(self, text: str, questions: Sequence[Question], client: Client) -> Intake | EndpointError:
        from advisor.pilot.endpoint import EndpointError
        from advisor.pilot.intake import read

        with client:
            try:
                return read(
                    text,
                    client,
                    content(),
                    questions,
                    progress=self._progress,
                    stop=self.stopping.is_set,
                    wait=self._wait,
                )
            except EndpointError as error:
                if error.kind == "cancelled":
                    raise Stopped from error
                return error

    @property
    def seconds_left(self) -> float | None:
        """By how long the parts took that were read so far; None before the first."""
        return (monotonic() - self.begun) / self.done * (self.of - self.done) if self.done else None

    def _progress(self, done: int, of: int) -> None:
        if not done:
            self.begun = monotonic()
        self.done, self.of = done, of
        if self.stopping.is_set():
            raise Stopped

    def _wait(self, seconds: float) -> None:
        if self.stopping.wait(seconds):
            raise Stopped


@dataclass
class Described:
    """What this session holds of it."""

    text: str = ""
    by_words: bool = False
    """Whether questions were looked up by the words of the text."""
    by_model: bool = False
    """Whether a model was to read it when one pressed last."""
    asked: bool = False
    """Whether the reader sees what would be sent, and has not agreed yet."""
    counting: Counting | None = None
    reading: Reading | None = None
    rows: UploadSlot = field(default_factory=UploadSlot)
    """A file of rows beside the text."""
    measured: dict[str, Value] = field(default_factory=dict)
    """What these rows answer, by question."""
    read: str = ""
    """The text that was read: the quotes stand in it."""

    def end(self) -> None:
        """Stop what is under way; text and rows stay, so that one can try again."""
        for job in (self.counting, self.reading):
            if job:
                job.close()
        self.counting = self.reading = None
        self.measured = {}
        self.asked = self.by_words = False

    def forget(self) -> None:
        """End it for good: the rows go, too, and the text with the session."""
        self.end()
        self.rows.clear()

    def count_rows(self) -> None:
        """Begin to count the rows, where there are some."""
        self.measured = {}
        self.counting = Counting(self.rows.file) if self.rows.file else None

    def questions(self) -> list[Question]:
        """Those that the model is asked: not those which the rows answer."""
        from advisor.dataset.readiness.answers import settled
        from advisor.pilot.intake import asked_of

        known = settled(self.measured)
        return [question for question in asked_of(content()) if question.id not in known]


def described() -> Described:
    """That of this session."""
    kept = st.session_state.get(KEPT)
    if not isinstance(kept, Described):
        kept = st.session_state[KEPT] = Described()
        note_owner(kept)
    return kept


def draw(session: Session) -> None:
    """The page: the text, what would be sent, how far it is, or the answers beside their words."""
    lang, mine = session.lang, described()
    heading(
        lang("Describe it in your own words"),
        back=link(lang("Begin"), "", session, classes="back"),
        below=lang("Paste a paragraph, a brief or a ticket. You see which questions it answers, by which words."),
    )
    st.session_state[PART] = "counted" if mine.counting else "asked" if mine.asked else "read" if mine.reading else ""
    if mine.counting is not None:
        mine.counting.thread.join(PATIENCE_SECONDS)
        if mine.counting.running:
            _count_shown(session)
            return
        _take_count(mine, mine.counting, session)
    if mine.reading is None:
        _agreement(mine, session) if mine.asked else _form(mine, session)
        return
    mine.reading.thread.join(PATIENCE_SECONDS)
    if mine.reading.running:
        _progress(session)
        return
    _outcome(mine, mine.reading, session)


def _form(mine: Described, session: Session) -> None:
    from advisor.pilot.intake import MOST_CHARACTERS

    lang, outbound = session.lang, current_outbound()
    problem = st.container()
    mine.text, fits = limited(
        lang("What is it to do, what was tried, and what stands in the way?"),
        mine.text,
        MOST_CHARACTERS,
        f"own-words:{session.code}{turn()}",
        lang,
        height=220,
        placeholder=lang(
            "for example: Our helpdesk gets 3,000 mails a day. A model is to sort them into 14 queues. With a prompt "
            "it gets 80% right; we need 95%, and names of customers must stay in Europe."
        ),
    )
    model = False
    if not outbound.nowhere:
        names = {
            "words": lang("Nobody: look for questions by its words. Nothing is sent."),
            "model": lang("A model of mine. What is sent where comes first."),
        }
        with st.container(key="answer-reader"):
            label = plain(lang("Who reads it?"))
            chosen = st.radio(
                label, list(names), int(mine.by_model), format_func=lambda key: plain(names[key]), key="reader"
            )
            model = chosen == "model"
    if model:
        endpoint_fields.fields(lang)
        upload_field(lang("Rows of yours, if you have some: they are counted here, and not sent"), "own-words-rows",
                     mine.rows, lang)  # fmt: skip
    with st.container(key="actions", horizontal=True):
        label = lang("See what would be sent") if model else lang("Look for questions")
        pressed = st.button(plain(label), type="primary", key="describe")
    if outbound.nowhere:
        with st.container(key="elsewhere"):
            endpoint_fields.sends_nowhere(_command, lang)
    if pressed and (wrong := _wrong(mine, fits, model, session)):
        say(problem, wrong)
    elif pressed:
        mine.asked, mine.by_words, mine.by_model = model, not model, model
        if model:
            mine.count_rows()
            st.rerun()
    if mine.by_words and mine.text and not model:
        _questions(mine.text, session)
    rows = link(lang("Your data"), "data", session)
    show(html('<p class="way">{} {}</p>', lang("Rows answer better than words:"), rows), key="to-data")


def _command(address: str, model: str) -> str:
    return f"advisor describe brief.txt --base-url {address} --model {model} -o answers.yaml"


def _wrong(mine: Described, fits: bool, model: bool, session: Session) -> str:
    """What has to be mended before anything can be done with the text; nothing where nothing has."""
    from advisor.pilot.endpoint import EndpointError

    lang = session.lang
    if not mine.text:
        return lang("Write a few sentences first, or paste them.")
    if not fits:
        from advisor.pilot.intake_words import too_long

        return too_long(len(mine.text), lang)
    if model:
        if mine.rows.arriving:
            return lang("The file is still on its way. Press again once it is here.")
        if mine.rows.file and mine.rows.file.size > MOST_BYTES:
            return lang("That file is too large for this page. The page Your data takes it, and measures it too.")
        try:
            endpoint_fields.typed().endpoint(current_outbound()).secret()
        except (EndpointError, NotAllowed) as error:
            return endpoint_fields.problem_of(error, lang)
    return ""


def _questions(text: str, session: Session) -> None:
    """The questions that sentences of the text may be about, each with the sentence."""
    from advisor.pilot.intake import keyword_hits

    lang, answers = session.lang, session.situation.answers
    hits = keyword_hits(text, content())
    if not hits:
        message = lang("No question has words like these. Say it in other words, or answer the questions one by one.")
        show(html('<p class="empty" role="status">{}</p>', message), key="found")
        return
    rows = joined(
        html("<p>{}</p><ul>{}</ul>", _quoted(quote.text), joined(_door(hit, session) for hit in of_it))
        for quote, of_it in groupby(hits, key=lambda hit: hit.quote)
    )
    sentence = lang.plural(
        "{n} question may be answered by your text. Open it to answer it; you come back here.",
        "{n} questions may be answered by your text. Open one to answer it; you come back here.",
        len(hits),
    )
    show(html('<p class="what" role="status">{}</p><div class="by-sentence">{}</div>', sentence, rows), key="found")
    if answers:
        with st.container(key="on", horizontal=True):
            if st.button(plain(lang("Check your answers")), key="to-check"):
                go("check", session)


def _door(hit: Hit, session: Session) -> Markup:
    """A link to a question, with what was answered to it so far."""
    question, answers = hit.question, session.situation.answers
    answer = labels.answer(question, answers[question.id], session.lang) if question.id in answers else ""
    door = link(session.lang(question.text), page_of(question), session, **{"from": DESCRIBE})
    return html("<li>{}{}</li>", door, html('<span class="quiet">{}</span>', answer) if answer else "")


def _quoted(text: str) -> Markup:
    return html("<q>{}</q>", " ".join(text.split()))


@st.fragment(run_every=REFRESH_SECONDS)
def _count_shown(session: Session) -> None:
    """How far the rows are counted, and a way to stop it; draws the whole page anew when it ends."""
    lang, counting = session.lang, described().counting
    if counting is None or not counting.running:
        st.rerun()
        return
    text = lang("Stopping …") if counting.stopping.is_set() else lang("Your rows are counted here first …")
    show(html('<div class="running"><p role="status">{}</p>{}</div>', text, meter(counting.share, text)))
    with st.container(key="actions", horizontal=True):
        if st.button(plain(lang("Stop")), key="stop"):
            counting.stop()


def _take_count(mine: Described, counting: Counting, session: Session) -> None:
    """Take what the rows answer; where they could not be counted, the form says why."""
    lang = session.lang
    mine.counting = None
    counting.close()
    if counting.result is not None:
        mine.measured = counting.result
        return
    mine.asked = False
    wrong = lang("It was stopped. Nothing was sent.")
    if counting.problem:
        wrong = counting.problem.text(lang)
    elif counting.failed:
        wrong = lang("This could not be made: a fault of this program, not of yours.")
    say(st.container(), wrong)


def _agreement(mine: Described, session: Session) -> None:
    """What would be sent, where, and what in it is about people; and the press that sends it."""
    from advisor.pilot.endpoint import EndpointError, connect
    from advisor.pilot.intake import sending
    from advisor.pilot.intake_words import answered_by_rows, consent, how_well

    lang = session.lang
    problem = st.container()
    try:
        endpoint = endpoint_fields.typed().endpoint(current_outbound())
    except (EndpointError, NotAllowed):
        mine.asked = False
        st.rerun()
    section(lang("Before anything is sent"), "consent")
    questions = mine.questions()
    lines = [
        *consent(sending(mine.text, questions), endpoint, content(), session.day, lang),
        *answered_by_rows(mine.measured, lang),
    ]
    *figures, judged = how_well(content(), lang) or ("",)
    lines += [judged] if judged else []
    show(html("<ul>{}</ul>", joined(html("<li>{}</li>", line) for line in lines)), key="consent")
    if figures:
        listed = html("<ul>{}</ul>", joined(html("<li>{}</li>", line) for line in figures))
        show(folded(lang("How well models read, as measured"), listed), key="how-well")
    show(folded(lang("Your text"), html('<p class="own-text">{}</p>', mine.text)))
    with st.container(key="actions", horizontal=True):
        agreed = st.button(plain(lang("I agree: send it")), type="primary", key="send")
        if st.button(plain(lang("Change something")), key="change"):
            mine.asked = False
            st.rerun()
    if agreed:
        try:
            client = connect(endpoint)
        except EndpointError as error:
            say(problem, error.text(lang))
            return
        mine.asked, mine.read = False, mine.text
        mine.reading = Reading(mine.text, questions, client)
        st.rerun()


@st.fragment(run_every=REFRESH_SECONDS)
def _progress(session: Session) -> None:
    """How far the model is, and a way to stop it; draws the whole page anew when it ends."""
    lang, reading = session.lang, described().reading
    if reading is None or not reading.running:
        st.rerun()
        return
    text = lang("{done} of {of} parts read", done=reading.done, of=reading.of)
    left, seconds = "", reading.seconds_left
    if reading.stopping.is_set():
        text = lang("Stopping …")
    elif seconds is not None and reading.done < reading.of:
        from advisor.pilot.consent import duration

        left = lang("Some {time} to go.", time=duration(seconds, lang))
    share = reading.done / max(1, reading.of)
    show(
        html(
            '<div class="running"><p role="status">{}</p>{}<p class="quiet">{}</p></div>',
            text,
            meter(share, text),
            left,
        )
    )
    with st.container(key="actions", horizontal=True):
        if st.button(plain(lang("Stop")), key="stop"):
            reading.stop()


def _outcome(mine: Described, reading: Reading, session: Session) -> None:
    from advisor.pilot.endpoint import EndpointError

    lang, done = session.lang, reading.result
    if done is None or isinstance(done, EndpointError):
        sentence = lang("It was stopped. What was sent is sent; nothing was kept.")
        if isinstance(done, EndpointError):
            sentence = done.text(lang)
        elif reading.problem:
            sentence = reading.problem.text(lang)
        elif reading.failed:
            sentence = lang("This could not be made: a fault of this program, not of yours.")
        problem = st.container()
        if not reading.told:
            say(problem, sentence)
            reading.told = True
        else:
            show(html('<p class="problem" role="alert" tabindex="-1">{}</p>', sentence), place=problem)
        mine.end()
        _form(mine, session)
        return
    _answers(mine, done, reading.endpoint, session)


def _answers(mine: Described, done: Intake, endpoint: Endpoint, session: Session) -> None:
    """Each answer beside the words it rests on, to be used or left; and what the rows answer."""
    from advisor.pilot.intake import quoted_answers
    from advisor.pilot.intake_words import caution, doubts, other_model, summary
    from advisor.pilot.quotes import sentence

    lang, known, measured = session.lang, content(), mine.measured
    noticed = joined(html('<p class="note">{}</p>', line) for line in other_model(done, endpoint, lang))
    show(html('<p class="what" role="status">{}</p>{}', summary(done, lang), noticed), key="read")
    if done.filled:
        show(html('<p class="quiet">{}</p>', caution(lang)))
    used: list[Filled] = []
    for question, filled in quoted_answers(done, known):
        with st.container(key=f"read-{question.id}"):
            yours = _yours(filled, session)
            doubt = joined(html(" {}", badge(text, "turn")) for text in doubts(filled, lang))
            before, behind = sentence(filled.quote, mine.read)
            show(
                html(
                    "<h3>{}</h3><p>{}{}</p><blockquote>{}<mark>{}</mark>{}</blockquote>{}",
                    lang(question.text),
                    labels.answer(question, filled.value, lang),
                    doubt,
                    before,
                    filled.quote.text,
                    behind,
                    yours,
                )
            )
            with st.container(key=f"keep-{question.id}", horizontal=True):
                if st.checkbox(
                    plain(lang("Use this answer")),
                    not yours and not filled.doubtful,
                    key=f"use-{question.id}:{session.code}",
                ):
                    used.append(filled)
                correct = link(
                    lang("Answer it yourself"),
                    page_of(question),
                    session,
                    hidden=lang(question.text),
                    **{"from": DESCRIBE},
                )
                show(html('<p class="way">{}</p>', correct))
    if measured:
        listed = joined(
            html("<li>{} {}</li>", lang(known.question(key).text), labels.answer(known.question(key), value, lang))
            for key, value in measured.items()
        )
        show(html("<h3>{}</h3><ul>{}</ul>", lang("Measured in your rows"), listed), key="measured")
    with st.container(key="actions", horizontal=True):
        if used or measured:
            label = lang.plural("Use {n} answer", "Use {n} answers", len(used) + len(measured))
            if st.button(plain(label), type="primary", key="take"):
                _take(used, measured, session)
                mine.forget()
                go("check", session)
        if st.button(plain(lang("Another text")), key="again"):
            mine.forget()
            st.rerun()
    if done.dropped:
        rows = joined(
            html(
                "<li>{} {}: {}</li>",
                labels.question_of(one.question, known, lang),
                html("<q>{}</q>", one.said),
                one.why.text(lang),
            )
            for one in done.dropped
        )
        title = lang.plural("{n} answer was dropped", "{n} answers were dropped", len(done.dropped))
        show(folded(title, html("<ul>{}</ul>", rows)), key="dropped")
    if done.unread:
        names = ", ".join(lang(known.question(one).text) for one in done.unread)
        show(html('<p class="quiet">{}</p>', lang("The model gave nothing that can be read on: {names}", names=names)))


def _yours(filled: Filled, session: Session) -> Markup:
    """What the reader has answered otherwise; nothing where nothing was, or the same."""
    answers = session.situation.answers
    if filled.question not in answers or answers[filled.question] == filled.value:
        return Markup()
    said = labels.answer(content().question(filled.question), answers[filled.question], session.lang)
    return html('<p class="quiet">{}</p>', session.lang("Your own answer: {answer}", answer=said))


def _take(used: Sequence[Filled], measured: Mapping[str, Value], session: Session) -> None:
    """Take these answers; one that the reader gave stays where the rows say otherwise."""
    situation: Situation = session.situation
    for one in used:
        situation = situation.with_answer(one.question, one.value, content())
    if measured:
        from advisor.dataset.readiness.answers import news, taken

        situation = taken(situation, news(situation, measured), replacing=False)
    situation, session.left_out = bounded(situation)
    session.skipped = tuple(key for key in session.skipped if key not in situation.answers)
    session.answer(situation)
