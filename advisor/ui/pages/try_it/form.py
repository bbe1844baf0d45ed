"""The short form that plans a pilot: which rows, which server, which ways to ask. One step at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from advisor.content.load import CONTENT_DIR
from advisor.dataset.files.bounds import APP
from advisor.dataset.row import Unusable, excerpt
from advisor.interview.number_input import Wanted, read, text_of
from advisor.language import Language
from advisor.pilot.endpoint import EndpointError
from advisor.ui.files.upload import upload_field
from advisor.ui.navigation import PART, go
from advisor.ui.pages.data.checking import Room, Upload, room
from advisor.ui.pages.question import say
from advisor.ui.pages.try_it import TRY_IT, runs
from advisor.ui.parts import endpoint_fields, number_field
from advisor.ui.parts.endpoint_fields import NotAllowed
from advisor.ui.parts.markup import Markup, esc, folded, html, note, plain, show, visible
from advisor.ui.server.outbound import current_outbound
from advisor.ui.session import Session, content
from advisor.wording.sizes import size

if TYPE_CHECKING:
    from advisor.dataset.files.source import Source
    from advisor.pilot.arms import Arm
    from advisor.pilot.held_out import Divided
    from advisor.pilot.judging import Metric
    from advisor.pilot.setup import Setup
    from advisor.pilot.tariff import Tariff

FORM = "pilot-form"
MOST_BYTES = 5_000_000
"""Largest file of rows that the page divides while one waits; the command takes any."""
MOST_DOCUMENTS = 2_000_000
MOST_PROMPT = 8_000
PREPARED = ("support-intents", "sentiment")
"""Rows of ours, in `content/pilot/`."""
OWN = "own"
MOST_ROWS = 200
USUAL_ROWS = 60
MOST_USD = 10_000.0
MOST_TOKENS = 10**9
USUAL_TOKENS = 1_000_000
USUAL_USD = 1.0
DOLLARS = Wanted(0.0, MOST_USD, "")
TOKENS = Wanted(0, MOST_TOKENS, "", integer=True)
MOST_VERSIONS = 4
"""Prompts that are tried in one pilot: each asks every row once more."""
MOST_DRAWS = 10
"""Draws of the examples that are asked from this page; the command takes more."""
MOST_PATTERN = 1_000
MOST_ANSWER = 100_000
USUAL_ANSWER = 256
"""Tokens of an answer, at most."""


@dataclass
class Form:
    """What was filled in so far; with the session it goes."""

    step: int = 0
    source: str = ""
    """`OWN`, or one of `PREPARED`."""
    name: str = ""
    """Of the file."""
    rows: int = USUAL_ROWS
    divided: Divided | None = None
    prompts: tuple[str, ...] = ()
    """Versions of instructions, in place of those in the rows."""
    pattern: str = ""
    """What an answer is searched for, where an expression judges it."""
    tolerance: float = 0.0
    """How far off a number may be, as a share of the right one."""
    most_tokens: int = USUAL_ANSWER
    tuned: str = ""
    curve: bool = False
    draws: int = 1
    """Of fixed examples; each but the first asks every row once more."""
    left_out: frozenset[str] = frozenset()
    """Ids of arms that are not wanted."""
    documents: tuple[str, ...] = ()


def form() -> Form:
    """That of this session."""
    kept = st.session_state.get(FORM)
    if not isinstance(kept, Form):
        kept = st.session_state[FORM] = Form()
    return kept


def draw(session: Session) -> None:
    """The steps that are done in a line each, and the one that is to do."""
    st.session_state[PART] = f"step-{form().step}"
    with st.container(key="pilot-form"):
        _draw(session)


def _draw(session: Session) -> None:
    lang, mine = session.lang, form()
    steps: list[tuple[str, Callable[[Form, Session], None]]] = [
        (lang("Your rows"), _rows),
        (lang("The server that answers"), _server),
        (lang("What is compared"), _ways),
    ]
    done = (_rows_said, _server_said)
    for place, say_done in enumerate(done[: mine.step]):
        with st.container(key=f"done-{place}", horizontal=True, vertical_alignment="center"):
            show(html('<p class="state"><strong>{}.</strong> {}</p>', place + 1, say_done(mine, lang)))
            if st.button(plain(lang("Change")), type="tertiary", key=f"back-to-{place}"):
                mine.step = place
                st.rerun()
    title, asks = steps[mine.step]
    show(html("<h2>{}</h2>", lang("Step {n} of {all}: {title}", n=mine.step + 1, all=len(steps), title=title)))
    asks(mine, session)


def _next(lang: Language, key: str) -> bool:
    with st.container(key="actions", horizontal=True):
        return st.button(plain(lang("Next")), type="primary", key=key)


# The rows


def _rows(mine: Form, session: Session) -> None:
    lang, problem = session.lang, st.container()
    names = {
        OWN: lang("A file of mine: questions with the right answers"),
        "support-intents": lang("To look around: questions to a web shop, of many kinds (made up)"),
        "sentiment": lang("To look around: reviews, positive or negative (made up)"),
    }
    with st.container(key="answer-source"):
        chosen = st.radio(
            plain(lang("Which rows are asked?")),
            list(names),
            list(names).index(mine.source or OWN),
            format_func=lambda one: plain(names[one]),
            key=f"pilot-source:{session.code}",
            label_visibility="collapsed",
        )
    data, file, examples = room(), None, None
    if chosen == OWN:
        file = upload_field(lang("Rows to ask"), "pilot-rows", data.slot("pilot-rows"), lang)
        show(
            html(
                '<p class="quiet">{}</p>',
                lang(
                    "JSONL, JSON, CSV or Parquet, as on the page Your data, up to {size}. Some rows are held out and "
                    "asked; the others may be shown to the model as examples.",
                    size=size(MOST_BYTES, lang),
                ),
            )
        )
        with st.expander(plain(lang("Examples from another file, and how many rows"))):
            examples = upload_field(lang("Examples, if they are in a file of their own"), "pilot-examples",
                                    data.slot("pilot-examples"), lang)  # fmt: skip
            most = number_field.whole(lang("Rows held out, at most"), MOST_ROWS, "pilot-most-rows", mine.rows, lang)
    else:
        most = mine.rows
    if not _next(lang, "rows-next"):
        return
    mine.rows = max(1, min(most or USUAL_ROWS, MOST_ROWS))
    try:
        _divide(mine, str(chosen), file, examples, data, session)
    except Unusable as error:
        say(problem, error.text(lang))
        return
    mine.step = 1
    st.rerun()


def _divide(
    mine: Form, chosen: str, file: Upload | None, examples: Upload | None, data: Room, session: Session
) -> None:
    """Raises `Unusable`."""
    from advisor.dataset.files.source import open_source
    from advisor.pilot.held_out import divide

    lang = session.lang
    shown: Source | None
    if chosen == OWN:
        if data.arriving:
            raise Unusable("The file is still on its way. Press again once it is here.")
        if file is None:
            raise Unusable("Choose a file first, or take rows of ours.")
        asked, shown, name = _source(file), _source(examples) if examples else None, file.name
    else:
        folder = CONTENT_DIR / "pilot"
        asked, shown = (
            open_source((folder / f"{chosen}.{part}.jsonl").read_bytes(), f"{chosen}.{part}.jsonl")
            for part in ("held-out", "examples")
        )
        name = chosen
    mine.divided = divide(asked, lang, shown, most=mine.rows)
    mine.source, mine.name, mine.left_out = chosen, name, frozenset()


def _source(file: Upload) -> Source:
    from advisor.dataset.files.source import open_source

    if file.size > MOST_BYTES:
        raise Unusable("That file is too large for this page. The command advisor pilot takes it, on your own machine.")
    return open_source(file.stored.opened(), file.name, bounds=APP)


def _rows_said(mine: Form, lang: Language) -> str:
    if mine.divided is None:
        return ""
    names = {"support-intents": lang("Questions to a web shop"), "sentiment": lang("Reviews")}
    return lang(
        "{name}: {rows} are asked, {examples} may be shown",
        name=visible(names.get(mine.source, mine.name)),
        rows=lang.plural("{n} row", "{n} rows", len(mine.divided.held_out)),
        examples=lang.plural("{n} example", "{n} examples", len(mine.divided.examples)),
    )


# The server


def _server(mine: Form, session: Session) -> None:
    lang, problem = session.lang, st.container()
    show(
        html(
            '<p class="quiet">{}</p>',
            lang("Any server that speaks OpenAI's API: OpenAI, Azure, vLLM, Ollama, llama.cpp. Nothing is sent yet."),
        )
    )
    typed = endpoint_fields.fields(lang, vectors=True)
    if not _next(lang, "server-next"):
        return
    try:
        typed.endpoint(current_outbound()).secret()
    except (EndpointError, NotAllowed) as error:
        say(problem, endpoint_fields.problem_of(error, lang))
        return
    mine.step = 2
    st.rerun()


def _server_said(mine: Form, lang: Language) -> str:
    typed = endpoint_fields.typed()
    return visible(lang("{model} at {host}", model=typed.model, host=typed.base_url))


# What is compared


def metric_names(lang: Language) -> dict[str, str]:
    """How an answer is held against the right one."""
    return {
        "label": lang("It is the right label"),
        "exact": lang("It is the same, to the letter"),
        "normalised": lang("It contains the right words, whatever case and signs"),
        "last_line": lang("Its last line is right"),
        "json": lang("Its JSON fields are right"),
        "number": lang("Its number is right"),
        "pattern": lang("What an expression of yours finds in it is right"),
        "likeness": lang("It has many words in common"),
        "classes": lang("Right, or declined where it should be"),
    }


def _ways(mine: Form, session: Session) -> None:
    from advisor.pilot.sentences import arm_name

    lang, problem = session.lang, st.container()
    divided = mine.divided
    if divided is None:
        mine.step = 0
        st.rerun()
    _one_row(divided, lang)
    names = metric_names(lang)
    metric = st.selectbox(
        plain(lang("When is an answer right?")),
        list(names),
        list(names).index(divided.metric.name) if divided.metric.name in names else 0,
        format_func=lambda one: plain(names[one]),
        key=f"pilot-metric:{session.code}",
    )
    show(html('<p class="quiet">{}</p>', lang("Proposed from how the right answers of your rows look.")))
    unread: list[str] = []
    how = _metric(mine, divided, str(metric), unread, session)
    arms = _arms(mine, divided)
    show(html("<h3>{}</h3>", lang("Ways to ask")))
    show(html('<p class="state">{}</p>', lang("As it is now is always among them: the others are held against it.")))
    left_out = set()
    for arm in arms[1:]:
        if not arm.is_whole:  # with fewer examples, for the curve: it goes with the way that has all
            continue
        name = f"{arm_name(arm, lang)}: {_why(arm, lang)}"
        if not st.checkbox(plain(name), arm.id not in mine.left_out, key=f"pilot-arm-{arm.id}:{session.code}"):
            left_out.add(arm.id)
    mine.left_out = frozenset(left_out)
    _more(mine, session)
    kinds = {arm.kind for arm in arms if arm.id not in mine.left_out and arm.is_whole}
    wanted = [arm for arm in arms if arm.id not in mine.left_out and arm.kind in kinds]
    prices, budget = _money(mine, wanted, unread, session)
    _power(len(divided.held_out), sum(arm.is_whole for arm in wanted) - 1, lang)
    with st.container(key="actions", horizontal=True):
        pressed = st.button(plain(lang("See what would be sent")), type="primary", key="ways-next")
    if not pressed:
        return
    if unread:
        say(problem, lang("“{field}”: that is no number. Write one, or leave the field empty.", field=unread[0]))
        return
    try:
        setup = _setup(divided, wanted, how, mine.most_tokens, prices, budget)
        name = runs.create(setup, divided, _passages(mine), mine.source in PREPARED, runs.visitor())
    except runs.NoRoom as full:
        say(problem, runs.no_room(full, lang))
    except (EndpointError, NotAllowed) as error:
        say(problem, endpoint_fields.problem_of(error, lang))
    except Unusable as error:
        say(problem, error.text(lang))
    else:
        go(TRY_IT, session, run=name)


def _metric(mine: Form, divided: Divided, name: str, unread: list[str], session: Session) -> Metric:
    """How answers are judged, with what an expression or a number needs besides."""
    from advisor.pilot.judging import Metric

    lang, proposed = session.lang, divided.metric
    if name == "pattern":
        mine.pattern = (
            st.text_input(
                plain(
                    lang("The expression (RE2). What its first group finds, or all of it, has to be the right answer")
                ),
                mine.pattern,
                max_chars=MOST_PATTERN,
                key=f"pilot-pattern:{session.code}",
                autocomplete="off",
                placeholder=lang("for example: {example}", example=r"Total: (\d+)"),
            )
            or ""
        )
    if name == "number":
        label = lang("How far off it may be, in % of the right number")
        percent = _number(
            label, Wanted(0.0, 100.0, "%"), "pilot-tolerance", round(mine.tolerance * 100, 9), unread, lang
        )
        mine.tolerance = (percent or 0.0) / 100
    if name == proposed.name and name not in ("number", "pattern"):
        return proposed
    return Metric.model_validate({"name": name, "tolerance": mine.tolerance, "pattern": mine.pattern})


def _power(rows: int, comparisons: int, lang: Language) -> None:
    """Which difference so many rows can show, and how that is known."""
    from advisor.pilot.power import DIFFERING, smallest_difference
    from advisor.pilot.sentences import points, power_lines

    least = smallest_difference(rows, DIFFERING[1], max(1, comparisons))
    n = lang.plural("{n} row", "{n} rows", rows)
    sentence = (
        lang("{rows} are too few to tell two ways apart. Ask more of them.", rows=n)
        if least is None
        else lang(
            "{rows} show that one way is better where it gets some {points} more of 100 right. What differs less may "
            "stay unseen; more rows show more.",
            rows=n,
            points=points(least, lang),
        )
    )
    how = html("<p>{}</p>", " ".join(power_lines(rows, max(1, comparisons), lang)))
    show(html("{}{}", note(sentence), folded(lang("How we know"), how)), key="power")


def _one_row(divided: Divided, lang: Language) -> None:
    """One row as it is asked, so that one sees whether the file was read as it was meant."""
    from advisor.pilot.arms import question

    row = divided.held_out[0]
    inside = html(
        "<dl><div><dt>{}</dt><dd>{}</dd></div><div><dt>{}</dt><dd>{}</dd></div></dl>",
        lang("Asked"),
        excerpt(question(row["messages"])),
        lang("Right"),
        excerpt(str(row["gold"])),
    )
    show(html('<div class="sample"><p>{}</p>{}</div>', lang("The first row, as it is read:"), inside), key="one-row")
    if divided.leaked:
        sentence = lang.plural(
            "{n} example was left out: a row that is asked is the same, or nearly.",
            "{n} examples were left out: rows that are asked are the same, or nearly.",
            divided.leaked,
        )
        show(html('<p class="quiet">{}</p>', sentence))
    if divided.unseen:
        from advisor.pilot.sentences import unseen_sentence

        show(html('<p class="quiet">{}</p>', unseen_sentence(divided.unseen, lang)))


def _arms(mine: Form, divided: Divided) -> tuple[Arm, ...]:
    from advisor.pilot.setup import Wishes, usual_arms

    wishes = Wishes(
        prompts=tuple(filter(str.strip, mine.prompts)),
        documents=mine.documents,
        tuned_model=mine.tuned.strip(),
        curve=mine.curve,
        draws=mine.draws,
    )
    return usual_arms(divided, wishes, embeds=bool(endpoint_fields.typed().embedding_model))


def _why(arm: Arm, lang: Language) -> str:
    """What a way to ask changes, for who never heard of it."""
    return {
        "as_is": lang("your rows as they stand"),
        "prompt": lang("the instructions that you wrote"),
        "structured": lang("the model can only answer in the form that you need"),
        "few_shot": lang("the same solved questions stand before each question"),
        "few_shot_retrieved": lang("the solved questions that are most like it stand before it"),
        "rag": lang("what your documents say on it stands before the question"),
        "classifier": lang("it learns from your examples, here; no model answers"),
        "tuned": lang("the model that you tuned answers"),
    }[arm.kind]


def _more(mine: Form, session: Session) -> None:
    """Ways that need something from the reader, and the curve."""
    lang = session.lang
    typed = endpoint_fields.typed()
    with st.expander(plain(lang("More: a better prompt, documents, a tuned model, fewer or other examples"))):
        prompts = _versions(mine, session)
        most_tokens = number_field.whole(
            lang("Longest answer, in tokens"), MOST_ANSWER, "pilot-answer", mine.most_tokens, lang
        )
        text = lang(
            "What is longer is cut off, and then mostly wrong. A model that thinks before it answers needs more."
        )
        show(html('<p class="quiet">{}</p>', text))
        tuned = st.text_input(
            plain(lang("A model that you tuned, by its name on that server")),
            mine.tuned,
            max_chars=endpoint_fields.MOST_NAME,
            key=f"pilot-tuned:{session.code}",
            autocomplete="off",
        )
        draws = _draws(mine, lang)
        curve, documents = mine.curve, mine.documents
        if typed.embedding_model:
            file = upload_field(lang("Documents in which answers stand (plain text)"), "pilot-documents",
                                room().slot("pilot-documents"), lang)  # fmt: skip
            documents = _documents(file, lang)
            curve = st.checkbox(
                plain(lang("Also with fewer examples, to see whether more would help")),
                mine.curve,
                key=f"pilot-curve:{session.code}",
            )
        else:
            text = lang("Documents, and fewer examples, need a model for embeddings: see step 2.")
            show(html('<p class="quiet">{}</p>', text))
    mine.most_tokens = max(1, most_tokens or USUAL_ANSWER)
    now = (prompts, tuned or "", curve, documents, draws)
    if now != (mine.prompts, mine.tuned, mine.curve, mine.documents, mine.draws):
        mine.prompts, mine.tuned, mine.curve, mine.documents, mine.draws = now
        st.rerun()


def _draws(mine: Form, lang: Language) -> int:
    """How many draws of fixed examples are asked, and what each takes; 1 where there are no others to draw."""
    from advisor.pilot.setup import SHOTS

    divided = mine.divided
    if divided is None or len(divided.examples) <= SHOTS or f"few_shot-{SHOTS}" in mine.left_out:
        return 1
    draws = number_field.whole(lang("Draws of the fixed examples"), MOST_DRAWS, "pilot-draws", mine.draws, lang)
    text = lang(
        "Other examples may score otherwise. Each draw beyond the first asks all {rows} rows once more, with others; "
        "five show how far scores spread.",
        rows=lang.number(len(divided.held_out)),
    )
    show(html('<p class="quiet">{}</p>', text))
    return max(1, min(draws or 1, MOST_DRAWS))


def _versions(mine: Form, session: Session) -> tuple[str, ...]:
    """A field for each version of a prompt, and one for another behind those that are filled in."""
    lang, kept = session.lang, []
    for place, text in enumerate((*mine.prompts, "")[:MOST_VERSIONS]):
        label = (
            lang("Another version of it ({n})", n=place + 1)
            if place
            else lang("A better prompt: instructions in place of those in your rows")
        )
        name = f"pilot-prompt-{place + 1}:{session.code}"
        kept.append(st.text_area(plain(label), text, max_chars=MOST_PROMPT, height=110, key=name) or "")
    while kept and not kept[-1].strip():
        kept.pop()
    return tuple(kept)


def _documents(file: Upload | None, lang: Language) -> tuple[str, ...]:
    if file is None:
        return ()
    wrong = ""
    if file.size > MOST_DOCUMENTS:
        wrong = lang("Documents of up to {size} are taken here.", size=size(MOST_DOCUMENTS, lang))
    else:
        try:
            return (file.stored.opened().read().decode("utf-8-sig"),)
        except UnicodeDecodeError:
            wrong = lang("{name} is no plain text in UTF-8.", name=file.name)
    show(html('<p class="problem" role="alert">{}</p>', wrong))
    return ()


def _passages(mine: Form) -> list[str]:
    from advisor.pilot.setup import cut_into_passages

    return cut_into_passages(mine.documents)


@dataclass(frozen=True)
class Budget:
    """What a run may spend; None: not bounded by that."""

    usd: float | None = None
    tokens: int | None = None


def _money(mine: Form, arms: list[Arm], unread: list[str], session: Session) -> tuple[dict[str, Tariff], Budget]:
    """The price of each model, asked for where none is known, and what the run may spend."""
    from advisor.pilot.setup import answering, tariffs

    lang = session.lang
    try:
        endpoint = endpoint_fields.typed().endpoint(current_outbound())
    except (EndpointError, NotAllowed):
        mine.step = 1
        st.rerun()
    prices = tariffs(endpoint, arms, content(), session.day)
    models = answering(endpoint, arms)
    vector_model = endpoint.embedding_model if any(arm.embeds for arm in arms) else ""
    show(html("<h3>{}</h3>", lang("What it may cost")))
    if models - set(prices) and not endpoint.on_this_machine:
        text = lang("No price is known there. Give dollars for a million tokens, or nothing if you pay by the hour.")
        show(html('<p class="quiet">{}</p>', text))
        left, right = st.columns(2)
        with left:
            given = _number(lang("Price of what goes in"), DOLLARS, "pilot-price-in", None, unread, lang)
        with right:
            taken = _number(lang("Price of what comes out"), DOLLARS, "pilot-price-out", None, unread, lang)
        if given is not None and taken is not None:
            prices |= {model: _tariff(given, taken, session.day) for model in models - set(prices)}
    if vector_model and vector_model not in prices and models <= set(prices):
        label = lang("Price of a million tokens that become vectors")
        vectors = _number(label, DOLLARS, "pilot-price-vectors", None, unread, lang)
        if vectors is not None:
            prices[vector_model] = _tariff(vectors, 0.0, session.day)
    if models <= set(prices):
        label, nothing = lang("Stop before it passes so many dollars"), lang("No budget: only the rows bound the bill.")
        return prices, Budget(usd=_number(label, DOLLARS, "pilot-budget-usd", USUAL_USD, unread, lang, nothing))
    label, nothing = lang("Stop before it passes so many tokens"), lang("No budget: only the rows bound the run.")
    tokens = _number(label, TOKENS, "pilot-tokens", USUAL_TOKENS, unread, lang, nothing)
    return prices, Budget(tokens=None if tokens is None else int(tokens))


def _tariff(given: float, taken: float, day: date) -> Tariff:
    from advisor.pilot.tariff import Tariff

    return Tariff(input_usd_mtok=given, output_usd_mtok=taken, seen=day)


def amount(label: str, name: str, lang: Language, first: float | None = None) -> float | None:
    """A field for dollars, with the line that says how it was read; None while it holds no number."""
    return _number(label, DOLLARS, f"pilot-{name}", first, [], lang, lang("Give a number."))


def _number(
    label: str, wanted: Wanted, name: str, first: float | None, unread: list[str], lang: Language, nothing: str = ""
) -> float | None:
    """A field for a number that may stay empty, with a line for `nothing`, or for what it was read as. The label of one
    that holds no number is put among the `unread`.
    """
    text = number_field.field(label, wanted, name, first, lang)
    number = read(text, wanted, lang, ranges=False)
    value = number.value if isinstance(number.value, float) else None
    if text and value is None:
        unread.append(label)
    plainly = value is not None and text == text_of(value, wanted, lang)
    number_field.line(
        Markup() if plainly else number_field.reading(number, text, name, wanted, lang) if text else esc(nothing)
    )
    return value


def _setup(
    divided: Divided, arms: list[Arm], metric: Metric, most_tokens: int, prices: dict[str, Tariff], budget: Budget
) -> Setup:
    """Raises `EndpointError`, `NotAllowed`, and `Unusable`."""
    from advisor.pilot.setup import Setup

    if metric.name == "pattern" and not metric.pattern.strip():
        raise Unusable("Write the expression that finds what is to be right in an answer.")
    endpoint = endpoint_fields.typed().endpoint(current_outbound())
    return Setup(
        base_url=endpoint.base_url,
        model=endpoint.model.strip(),
        embedding_model=endpoint.embedding_model,
        arms=tuple(arms),
        metric=metric,
        most_tokens=most_tokens,
        tariffs=prices,
        budget_usd=budget.usd,
        budget_tokens=budget.tokens,
        labels=divided.labels,
        answer_schema=divided.schema,
    )
