"""The page on function calling: tools and examples in, training rows with tool calls out."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import streamlit as st

from advisor.dataset.files.bounds import APP
from advisor.dataset.files.source import Source, open_source
from advisor.dataset.files.writers import as_json, json_document
from advisor.dataset.function_calling import words
from advisor.dataset.function_calling.definitions import UnusableTools, read_tools, tokens
from advisor.dataset.function_calling.files import Written, write
from advisor.dataset.function_calling.rows import FIRST_SHORT, GOALS, Plan, example, parameters_of
from advisor.dataset.row import Note, Unusable, excerpt
from advisor.dataset.rows.cells import opened
from advisor.dataset.rows.tool_definitions import IN_USE, Definition, shortened
from advisor.dataset.sample_calls import sample_examples, sample_tools
from advisor.dataset.tokens.exact import DEFAULT_ENCODING
from advisor.interview.number_input import Wanted, read
from advisor.interview.situation import middle
from advisor.language import LANGUAGES, Language
from advisor.ui.files.stored import Full, Upload
from advisor.ui.files.upload import upload_field
from advisor.ui.navigation import go
from advisor.ui.pages.data import exports, results
from advisor.ui.pages.data.checking import Room, Settings, room
from advisor.ui.parts import number_field
from advisor.ui.parts.markup import badge, folded, heading, html, joined, link, plain, section, show, table, visible
from advisor.ui.parts.text_field import limited
from advisor.ui.session import Session

MOST_CHARACTERS = 200_000
"""Longest definitions, and examples, that the page takes: they are read anew at each press. The command takes more."""
MOST_INSTRUCTION = 2_000
MOST_FIELD = 2_000
"""Longest field of an example that is added in the form, in characters."""
MOST_REQUESTS = 10**10
SHOWN_ROWS = 3
FIELDS = ("question", "arguments", "result", "answer")
"""What is typed into the form; the tool is chosen."""


@dataclass
class Drafts:
    """What stands in the two large fields: it stays while other pages are looked at."""

    tools: str
    examples: str


def draw(session: Session) -> None:
    """The tools, the examples, what the rows are for, and the rows."""
    lang = session.lang
    heading(
        lang("Rows with tool calls"),
        back=link(lang("Your data"), "data", session, classes="back"),
        below=lang(
            "From the definitions of your tools and from examples of their use. Invented ones stand here first."
        ),
    )
    drafts = _drafts(lang)
    tools = _tools(drafts, session)
    file, source = _examples(drafts, tools, session)
    plan, requests = _plan(session)
    section(lang("4. The rows"), "rows")
    if not tools:
        show(html('<p class="empty">{}</p>', lang("Once the tools can be read, the rows stand here.")))
        return
    _tokens(tools, plan, requests, lang)
    if plan is None or source is None:
        return
    made = io.BytesIO()
    try:
        done = write(source, tools, made, plan)
    except Unusable as error:
        show(html('<p class="problem" role="alert">{}</p>', error.text(lang)))
        return
    _made(done, made.getvalue(), tools, plan, session)
    results.command(exports.tool_rows_command(file, plan, requests, lang), lang)


def _drafts(lang: Language) -> Drafts:
    """What was typed, or the invented tools and examples; those follow the language until somebody changes them."""
    kept = st.session_state.get("tool-drafts")
    own = kept if isinstance(kept, Drafts) else Drafts("", "")
    begun = isinstance(kept, Drafts)
    if not begun or own.tools in {sample_tools(code) for code in LANGUAGES}:
        own.tools = sample_tools(lang.code)
    if not begun or own.examples in {sample_examples(code) for code in LANGUAGES}:
        own.examples = sample_examples(lang.code)
    st.session_state["tool-drafts"] = own
    return own


def _area(label: str, name: str, text: str, height: int, lang: Language) -> tuple[str, bool]:
    """A large field, and whether it fits. Streamlit forgets one that is not drawn, so it begins with `text`."""
    key = f"tool-{name}-{lang.code}"
    if key not in st.session_state:
        st.session_state[key] = text
    return limited(label, "", MOST_CHARACTERS, key, lang, height=height)


def _tools(drafts: Drafts, session: Session) -> tuple[Definition, ...]:
    """The field for the definitions, and what is wrong with them; none where they cannot be used."""
    lang = session.lang
    section(
        lang("1. The tools"),
        "tools",
        lang("The list that your program sends as tools, as JSON in OpenAI's form. Others' input_schema is read, too."),
    )
    text, fits = _area(lang("Definitions of the tools (JSON)"), "definitions", drafts.tools, 260, lang)
    drafts.tools = text
    if not fits:
        return ()
    try:
        tools = read_tools(text)
    except UnusableTools as error:
        listed = joined(html("<li>{}</li>", problem.text(lang)) for problem in error.problems)
        sentence = lang.plural(
            "The tools cannot be used yet. {n} thing to mend:",
            "The tools cannot be used yet. {n} things to mend:",
            len(error.problems),
        )
        show(
            html('<div class="problem" role="alert"><p>{}</p><ul>{}</ul></div>', sentence, listed), key="tool-problems"
        )
        return ()
    names = ", ".join(tool["function"]["name"] for tool in tools)
    sentence = lang.plural("{n} tool: {names}.", "{n} tools: {names}.", len(tools), names=names)
    show(html('<p class="what" role="status">{}</p>', sentence), key="tool-names")
    return tools


def _examples(drafts: Drafts, tools: tuple[Definition, ...], session: Session) -> tuple[Upload | None, Source | None]:
    """The examples: a file, or what stands in the field, which a small form adds to."""
    lang = session.lang
    section(
        lang("2. Examples of their use"),
        "examples",
        lang("What somebody asks, the call that it needs, what the tool gave back, and the answer. Some need no tool."),
    )
    mine = room()
    file = upload_field(lang("A file with examples (JSONL, JSON or CSV)"), "tools", mine.slot("tool-examples"), lang)
    columns = lang(
        "Its fields are question, tool, arguments, result and answer; or calls, a list, where there are several."
    )
    show(html('<p class="quiet">{}</p>', columns))
    if file is not None:
        if file.size > MOST_CHARACTERS:
            text = lang("That file is too large for this page. The command below takes it, on your own machine.")
            show(html('<p class="problem" role="alert">{}</p>', text))
            results.command(exports.tool_rows_command(file, Plan(), None, lang), lang)
            return file, None
        return file, _opened(file.stored.opened(), file.name, lang)
    _take_added(lang)
    text, fits = _area(lang("Or the examples here, one a line"), "examples", drafts.examples, 260, lang)
    drafts.examples = text
    if tools:
        _form(tools, session)
    return None, _opened(io.BytesIO(text.encode("utf-8", "replace")), "", lang) if fits else None


def _opened(stream: Any, name: str, lang: Language) -> Source | None:
    try:
        return open_source(stream, name, bounds=APP)
    except Unusable as error:
        show(html('<p class="problem" role="alert">{}</p>', error.text(lang)))
        return None


def _take_added(lang: Language) -> None:
    """Put the line that the form has made under those of the field; a field cannot be changed once it is drawn."""
    line = st.session_state.pop("tool-added", "")
    if line:
        key = f"tool-examples-{lang.code}"
        before = str(st.session_state.get(key, "")).rstrip()
        st.session_state[key] = f"{before}\n{line}" if before else line
        for name in FIELDS:
            st.session_state[f"tool-form-{name}-{lang.code}"] = ""


def _form(tools: tuple[Definition, ...], session: Session) -> None:
    """One example, field by field, for who does not want to write JSON."""
    lang = session.lang
    none = lang("No tool: answer without")
    with st.expander(plain(lang("Add an example")), key="tool-form"):
        names = ["", *(tool["function"]["name"] for tool in tools)]
        typed: dict[str, Any] = {}
        question, fits = _line(lang("What somebody asks"), "question", lang)
        name = st.selectbox(
            plain(lang("The tool that it needs")),
            names,
            format_func=lambda one: visible(one or none),  # these are no Markdown
            key=f"tool-form-tool-{lang.code}",
        )
        if name:
            parameters = parameters_of(tools)[name]
            wanted = ", ".join(parameters.get("properties", {})) if isinstance(parameters, dict) else ""
            label = lang("Arguments as JSON ({names})", names=excerpt(wanted)) if wanted else lang("Arguments as JSON")
            arguments, arguments_fit = _line(label, "arguments", lang)
            result, result_fits = _line(lang("What the tool gave back (JSON or text)"), "result", lang)
            typed = {"tool": name, "arguments": opened(arguments), "result": opened(result)}
            fits = fits and arguments_fit and result_fits
        answer, answer_fits = _line(lang("The answer"), "answer", lang)
        record = {"question": question, **typed, "answer": answer}
        problem = st.container()
        if st.button(plain(lang("Add it")), key="tool-add") and fits and answer_fits:
            made = example(record, parameters_of(tools))
            if isinstance(made, Note):
                with problem:
                    text = made.text(lang)
                    show(html('<p class="problem" role="alert">{}.</p>', text[:1].upper() + text[1:]))
            else:
                st.session_state["tool-added"] = as_json(record).decode()
                st.rerun()


def _line(label: str, name: str, lang: Language) -> tuple[str, bool]:
    return limited(label, "", MOST_FIELD, f"tool-form-{name}-{lang.code}", lang)


def _plan(session: Session) -> tuple[Plan | None, int | None]:
    """What the rows are for, and how many requests a month there are; no plan where the system message is too long."""
    lang = session.lang
    section(lang("3. What the rows are for"), "goal", lang("Two goals, which want opposite things of the definitions."))
    goals = words.goal_names(lang)
    goal = st.radio(
        plain(lang("Goal")), GOALS, format_func=lambda one: plain(goals[one]), key=f"tool-goal:{session.code}"
    )
    in_use, short, requests = FIRST_SHORT, False, None
    if goal == "tokens":
        names = words.in_use_names(lang)
        less = [one for one in IN_USE if one != "full"]
        in_use = st.radio(
            plain(lang("What requests have of the definitions in use")),
            less,
            format_func=lambda one: plain(names[one]),
            key=f"tool-in-use:{session.code}",
        )
        short = st.checkbox(plain(lang("Shorter definitions in the rows, too")), key=f"tool-short:{session.code}")
        requests = _requests(session)
    instruction, fits = limited(
        lang("System message of all rows, the same as in use; none if empty"),
        "",
        MOST_INSTRUCTION,
        f"tool-instruction:{session.code}",
        lang,
    )
    return Plan(goal, in_use, short, instruction) if fits else None, requests


def _requests(session: Session) -> int | None:
    """How many requests a month carry the definitions; None where nobody knows."""
    lang = session.lang
    wanted = Wanted(1, MOST_REQUESTS, "", integer=True)
    label = lang("Requests with these tools a month, if you know")
    told = middle(session.situation.answers.get("requests_per_month"))
    text = number_field.field(label, wanted, "tool-requests", told, lang)
    number = read(text, wanted, lang, ranges=False)
    number_field.line(number_field.reading(number, text, "tool-requests", wanted, lang))
    return int(number.value) if isinstance(number.value, float) else None


def _tokens(tools: tuple[Definition, ...], plan: Plan | None, requests: int | None, lang: Language) -> None:
    """What the definitions cost in each request, and what the plan saves."""
    if plan is None:
        return
    counted, names = tokens(tools), words.in_use_names(lang)
    rows = [
        [
            html("{} {}", names[one.in_use], badge(lang("in use"))) if one.in_use == plan.sent else names[one.in_use],
            lang.number(one.as_openai, 9),
            lang.number(one.as_text, 9),
        ]
        for one in counted
    ]
    show(html("<p>{}</p>", words.advice(plan, lang)), key="tool-advice")
    head = (lang("Of the definitions"), lang("Tokens as OpenAI counts"), lang("Tokens as JSON"))
    caption = lang("Tokens of the definitions in each request")
    show(table(head, rows, caption=caption, numbers=[1, 2], kind="narrow"), key="tool-tokens")
    show(
        html(
            '<p class="what" role="status">{}</p><p class="quiet">{}</p>',
            words.saving(counted, plan, requests, lang),
            words.counting(DEFAULT_ENCODING, lang),
        ),
        key="tool-saving",
    )


def _made(done: Written, data: bytes, tools: tuple[Definition, ...], plan: Plan, session: Session) -> None:
    """How many rows there are, what to think of, what was left out, and the files."""
    lang = session.lang
    rows = lang.plural("{n} row", "{n} rows", done.rows)
    sentence = lang("{rows}, of which {n} answer without a tool.", rows=rows, n=lang.number(done.without_call, 9))
    show(
        html('<p class="what" role="status">{}</p>', sentence if done.rows else lang("Nothing was written.")),
        key="tool-made",
    )
    for note in done.notes:
        show(html('<p class="note">{}</p>', note.text(lang)))
    results.left_out([(row.line, row.why.text(lang)) for row in done.left_out], done.left_out_rows, done.unit, lang)
    if not done.rows:
        return
    first = "\n".join(data.decode().split("\n")[:SHOWN_ROWS])
    title = lang.plural("The first row", "The first {n} rows", min(SHOWN_ROWS, done.rows))
    show(folded(title, html('<pre class="file" tabindex="0">{}</pre>', first)), key="tool-first")
    with st.container(key="tool-files", horizontal=True):
        st.download_button(
            plain(lang("Download the rows")),
            data,
            file_name="tool-rows.jsonl",
            mime="application/jsonl",
            on_click="ignore",
            type="primary",
            key="take-tool-rows",
        )
        st.download_button(
            plain(lang("Download the definitions for use")),
            json_document(shortened(tools, plan.sent)) + "\n",
            file_name="tools-in-use.json",
            mime="application/json",
            on_click="ignore",
            key="take-tools",
        )
        if st.button(plain(lang("Check and convert these rows")), key="go-on-tools"):
            _check(data, room(), session)


def _check(data: bytes, mine: Room, session: Session) -> None:
    """Hand the rows to the page that checks, repairs and converts."""
    try:
        file = Upload.of("tool-rows.jsonl", data, mine.account)
    except Full as error:
        show(html('<p class="problem" role="alert">{}</p>', error.text(session.lang)))
        return
    mine.begin(file, None, Settings())
    go("data", session)
