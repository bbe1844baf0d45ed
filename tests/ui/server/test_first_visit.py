"""What the document names of Streamlit's files, for the version of Streamlit that is installed.

Streamlit may change its document and the names of its scripts in any version. The app then works as before, only
slower; these tests say what to look at.
"""

from __future__ import annotations

import re

from advisor.ui.server.first_visit import (
    DRAWN_WITH,
    FONTS,
    IMPORTED,
    SCRIPTS,
    SHEET,
    STREAMLIT,
    lighter,
    missing,
    named_files,
)

THEIRS = (STREAMLIT / "index.html").read_text("utf-8")
OURS = lighter(THEIRS)


def test_each_part_of_the_first_pages_has_one_script_that_the_document_names():
    for part in DRAWN_WITH:
        (file,) = (STREAMLIT / SCRIPTS).glob(f"{part}.*.js")
        assert f'<link rel="modulepreload" crossorigin href="./{SCRIPTS}/{file.name}">' in OURS
        assert file.name not in THEIRS


def test_no_script_that_is_named_waits_for_one_that_is_not():
    files = named_files(OURS)
    names = {file.rpartition("/")[2] for file in files}
    assert len(files) == len(set(files))
    for file in files:
        assert (STREAMLIT / file).is_file()
        if file.endswith(".js"):
            assert set(IMPORTED.findall((STREAMLIT / file).read_text("utf-8"))) <= names


def test_a_chart_or_a_table_is_asked_for_only_by_a_page_that_shows_one():
    assert not re.search("Plotly|Vega|DataFrame|DeckGl|katex|Syntax", OURS)


def test_the_fonts_of_the_look_are_named_and_streamlits_own_are_not():
    assert "SourceSans" in THEIRS
    assert "SourceSans" not in OURS
    for name in FONTS:
        assert f"./app/static/fonts/{name}.woff2" in OURS
        assert (SHEET.parent / "fonts" / f"{name}.woff2").is_file()


def test_the_style_comes_after_all_that_streamlit_adds_and_scripts_of_ours_before_it_runs():
    assert OURS.index("window.advisor.links") < OURS.index("</head>") < OURS.index(".st-key-narrow")
    assert OURS.count("<style>") == OURS.count("</style>") == 1
    assert 'id="root"' in OURS


def test_another_document_is_left_as_it_is_but_for_the_style():
    page = '<html><head><title>Streamlit</title><link rel="preload" href="./x.woff2" /></head><body></body></html>'
    assert '<link rel="preload" href="./x.woff2" />' in lighter(page)
    assert set(missing(page)) >= {f.name for p in DRAWN_WITH for f in STREAMLIT.glob(f"{SCRIPTS}/{p}.*.js")}
