"""A tutorial: ten rows to train on and ten to watch with, what they cost, two curves to read, and how it ends."""

from __future__ import annotations

import streamlit as st

from advisor.charts.training_curves import training_curves
from advisor.dataset.files.writers import as_json
from advisor.dataset.notebook import epochs
from advisor.dataset.training.loss_curves import Point, Reading, lowest, read
from advisor.dataset.training.ten_rows import CURVES, PARTS, curve, marked, rows, tokens
from advisor.language import Language
from advisor.ui.parts import plots
from advisor.ui.parts.markup import folded, heading, html, joined, link, plain, section, show
from advisor.ui.session import Session

TUTORIAL_TOKENS, TUTORIAL_ROWS = 4800, 10
"""Of Microsoft's tutorial, whose bill was 48,000 tokens (the lesson's row on it, in content/lessons/resources.yaml)."""
MOST_TOKENS, MOST_ROWS = 10**9, 10**7


def draw(session: Session) -> None:
    """The track from the files to the end of the deployment."""
    lang = session.lang
    heading(
        lang("Tutorial: train on ten rows"),
        back=link(lang("Learn"), "learn", session, classes="back"),
        below=lang("The whole way at its smallest. Ten rows show how it goes; about fifty good ones are a start."),
    )
    _files(lang)
    _bill(session)
    section(lang("3. Read two curves"), "curves", lang("Look first, then say what you see."))
    for number, name in enumerate(CURVES, start=1):
        _question(number, name, session)
    _end(session)


def _files(lang: Language) -> None:
    section(
        lang("1. Two files"),
        "files",
        lang("Ten rows to train on and ten to watch with, all invented. No question stands in both."),
    )
    with st.container(key="tutorial-files", horizontal=True):
        for part in PARTS:
            st.download_button(
                plain(f"{part}.jsonl"),
                marked(part, lang.code),
                file_name=f"{part}.jsonl",
                mime="application/jsonl",
                on_click="ignore",
                key=f"take-{part}",
            )
    shown = joined(
        folded(
            html("<code>{}.jsonl</code>", part),
            html(
                '<pre class="file" tabindex="0">{}</pre>',
                "\n".join(as_json(row).decode() for row in rows(part, lang.code)),
            ),
        )
        for part in PARTS
    )
    show(shown, key="tutorial-rows")


def _bill(session: Session) -> None:
    lang = session.lang
    section(
        lang("2. The bill"),
        "bill",
        lang(
            "What is billed is the tokens of the training file times the passes over it. Azure's tutorial is filled in."
        ),
    )
    with st.container(key="tutorial-bill", horizontal=True):
        count = st.number_input(
            plain(lang("Tokens of the file")), 1, MOST_TOKENS, TUTORIAL_TOKENS, key=f"tokens:{session.code}"
        )
        n = st.number_input(plain(lang("Rows")), 1, MOST_ROWS, TUTORIAL_ROWS, key=f"rows:{session.code}")
    passes = epochs(int(n))
    sentence = lang(
        "{tokens} tokens times {passes} passes are {total} tokens billed.",
        tokens=lang.number(count),
        passes=lang.number(passes),
        total=lang.number(count * passes),
    )
    own, ours = tokens(lang.code), epochs(TUTORIAL_ROWS)
    ten = lang(
        "The ten rows above have {tokens} tokens: {total} billed.",
        tokens=lang.number(own),
        total=lang.number(own * ours),
    )
    rule = lang(
        "The passes follow the rule of OpenAI's notebook: few rows are gone through more often. Azure got the same."
    )
    show(html('<p class="what" role="status">{}</p><p>{}</p><p class="quiet">{}</p>', sentence, ten, rule), key="bill")


def answers(lang: Language) -> dict[Reading, str]:
    """What one can see in two curves."""
    return {
        "good": lang("It learnt, and has levelled off"),
        "overfitted": lang("It learns the rows by heart"),
        "going_on": lang("It would learn more if it went on"),
        "nothing_learnt": lang("It learnt nothing"),
    }


def feedback(name: str, chosen: Reading, points: list[Point], lang: Language) -> str:
    """What to say to an answer."""
    right = read(points)
    best, last = lowest(points), points[-1]
    begin = lang("Right.") if chosen == right else lang("Look again at the dashed line.")
    if right == "overfitted":
        seen = lang(
            "The loss on rows that are not trained on is lowest at step {step} ({low}) and rises to {high}, while the "
            "other falls on. Take the checkpoint nearest to step {step}, or train with fewer epochs.",
            step=lang.number(best.step),
            low=lang.number(best.validation),
            high=lang.number(last.validation),
        )
    else:
        seen = lang(
            "Both fall and end close together: {a} and {b}. Whether that is enough only the test cases say.",
            a=lang.number(last.training),
            b=lang.number(last.validation),
        )
    return f"{begin} {seen}"


def _question(number: int, name: str, session: Session) -> None:
    lang, points = session.lang, curve(name)
    plots.draw(training_curves(name, lang("Training {n}", n=number), points, lang), lang)
    known = answers(lang)
    chosen = st.radio(
        plain(lang("What do you see in training {n}?", n=number)),
        list(known),
        index=None,
        format_func=lambda value: plain(known[value]),
        key=f"curve-{name}:{session.code}",
    )
    if chosen:
        show(html('<p class="note" role="status">{}</p>', feedback(name, chosen, points, lang)), key=f"said-{name}")


def _end(session: Session) -> None:
    lang = session.lang
    section(lang("4. To the end"), "end")
    steps = [
        link(lang("Take the kit for Azure, and put both files into its folder data/"), "kit", session, kit="azure"),
        link(lang("Or fill in the form of the portal"), "portal-form", session),
        lang(
            "Train, read the curves of your own results.csv, deploy, and ask it something with the same system message."
        ),
        lang("Delete the deployment. It costs by the hour until you do."),
    ]
    show(html("<ol>{}</ol>", joined(html("<li>{}</li>", step) for step in steps)), key="tutorial-end")
