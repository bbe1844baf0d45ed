"""What a user typed is text on the screen, and never markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisor import ui
from advisor.language import language
from advisor.ui.parts.markup import (
    Markup,
    Words,
    esc,
    html,
    joined,
    legend,
    link,
    outside,
    plain,
    shares,
    show,
    table,
    visible,
)
from advisor.ui.session import Session

HOSTILE = "<script>alert(1)</script> & \"quotes\" 'one'"


def test_markup_characters_are_escaped():
    assert esc(HOSTILE) == ("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;quotes&#34; &#39;one&#39;")


def test_signs_that_nobody_sees_are_written_out():
    assert visible("a\u202eb\u2066c\0d\x1b\x7f\u200f") == "a\\u202Eb\\u2066c\u2400d\u241b\u2421\\u200F"


def test_tabs_line_ends_and_letters_of_other_scripts_stay():
    assert visible("één\t日本\nعربي") == "één\t日本\nعربي"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("**bold** a_b", r"\*\*bold\*\* a\_b"),
        ("[a](b) :red[x]", r"\[a\](b) :red\[x\]"),
        ("$x$ <b> `y` ~z~", r"\$x\$ \<b> \`y\` \~z\~"),
        ("# h", r"\# h"),
        ("1. x", r"1\. x"),
        ("- x", r"\- x"),
        (":smile: :material/home:", r"\:smile: \:material/home:"),
    ],
)
def test_labels_of_widgets_show_markdown_literally(text, escaped):
    assert plain(text) == escaped


def test_labels_that_are_read_out_hold_no_needless_signs():
    assert plain("From: engineering days (SFT), 1.5 - 2 #1") == "From: engineering days (SFT), 1.5 - 2 #1"


def test_a_link_carries_the_visit_and_escapes_its_text():
    session = Session()
    session.code = "nl"
    assert link("<b>", "check", session, **{"from": "verdict"}) == (
        '<a href="./check?lang=nl&amp;from=verdict" data-go="check">&lt;b&gt;</a>'
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://example.org", "data:text/html,x", None, ""])
def test_only_https_becomes_a_link(url):
    assert outside("a source", url) == "a source"


def test_an_https_source_opens_apart_and_tells_nobody_where_from():
    assert outside("a", "https://example.org/?a=1&b=2") == (
        '<a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">a</a>'
    )


def test_every_cell_of_a_table_names_its_column_for_the_phone():
    made = table(["Who", 'How "much"'], [["A", "1"]], caption="<c>", numbers=(1,))
    assert 'data-head="How &#34;much&#34;" class=num' in made
    assert "<caption>&lt;c&gt;</caption>" in made


PARTS = [("fine_tune", 0.25, "Fine-tune"), ("not_yet", 0.0, "Not yet"), ("dont", 0.75, "Don't")]


def test_the_verdict_that_is_named_is_the_solid_part_and_comes_first_in_bar_and_legend():
    for leader in ("fine_tune", "dont"):
        for made in (shares(PARTS, leader, "label"), legend(PARTS, leader, language("en"))):
            kinds = re.findall(r'class="part ([^"]*)"', made)
            assert kinds[0] == f"{leader} leader"
            assert not any("leader" in kind for kind in kinds[1:])
    assert "Don&#39;t <strong>75%</strong>" in legend(PARTS, "dont", language("en"))


def test_shares_leave_out_what_is_nothing():
    made = shares(PARTS, "dont", "label")
    assert made.count('class="part') == 2
    assert "width:25.00%" in made


def test_a_word_of_the_field_explains_itself_once_and_what_stands_beside_it_is_text():
    words = Words(language("en"))
    first = words(f"The median {HOSTILE}, the median")
    assert first.count('<span class="term">') == 1
    assert first.endswith(f"{esc(HOSTILE)}, the median")
    button = first[first.index("<button") : first.index("</button>")]
    assert button.endswith(">median")
    assert 'aria-description="The middle value: half of the cases lie below it, half above."' in button
    assert words("the median again") == "the median again"


def test_words_are_explained_in_the_readers_language():
    shown = Words(language("nl"))("De mediaan in deciban")
    assert ">mediaan</button>" in shown
    assert "De middelste waarde" in shown
    assert ">deciban</button>" in shown


def test_a_value_that_nobody_escaped_is_shown_literally():
    assert html("<b>{}</b>{:.1f}%", HOSTILE, 2) == f"<b>{esc(HOSTILE)}</b>2.0%"
    assert joined(["<b>", html("<i>{}</i>", "<u>"), "\u202e"]) == "&lt;b&gt;<i>&lt;u&gt;</i>\\u202E"
    assert Markup() + "<b>" == "&lt;b&gt;"
    assert "<b>" not in table(["<b>"], [["<b>"]], caption="<b>")


@pytest.mark.parametrize("text", [f"<p>{HOSTILE}</p>", "".join([esc(HOSTILE)])])
def test_text_that_may_not_be_escaped_never_reaches_the_page(text):
    with pytest.raises(TypeError):
        show(text)


def test_only_show_puts_html_on_the_page():
    pages = [file for file in Path(ui.__path__[0]).rglob("*.py") if "parts" in file.parts or "pages" in file.parts]
    assert len(pages) > 30
    assert [
        file.name for file in pages if re.search(r"\bst\.html\(|\)\.html\(|\w\.html\(", file.read_text("utf-8"))
    ] == ["markup.py"]
