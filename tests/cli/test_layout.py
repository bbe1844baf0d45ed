"""Text in columns that are no wider than the terminal, whatever the script."""

import pytest
from rich.cells import cell_len

from advisor.cli.layout import NARROWEST, WIDTH, cells, one_line, table, width, wrapped

WIDTHS = (40, 60, 80, 100, 200)
HEAD = ("Option", "Reaches the target", "Cost a month", "Lacks")
ROWS = [
    ("> Supervised fine-tuning", "75%", "$2,082 ($936 to $8,746)", "pairs of a better and a worse answer"),
    ("  検索拡張生成による回答", "7%", "$3,372", "評価用のデータセットがまだありません"),
    ("  Antidisestablishmentarianism" * 3, "1%", "$1", "e\u0301te\u0301 " * 12),
]
RIGHT = frozenset({1, 2})


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("head", [True, False])
def test_no_line_of_a_table_is_wider_than_the_terminal(columns, head, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = table([HEAD, *ROWS], right=RIGHT, head=head)
    assert max(map(cell_len, lines)) <= columns
    everything = "".join("".join(lines).split())
    for cell in [cell for row in ROWS[:2] for cell in row]:
        assert all(word in everything or len(word) > 8 or not word.isascii() for word in cell.split())


@pytest.mark.parametrize("columns", WIDTHS)
def test_no_line_of_prose_is_wider_than_the_terminal(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    for text in (
        "What the model lacks is a habit, not a fact. " * 9,
        "評価用のデータセット。" * 30,
        "x" * 300,
        "ab 評価 " * 40,
    ):
        for made in (wrapped(text, "  - ", "    "), one_line(f"    {text}")):
            assert max(map(cell_len, made.split("\n"))) <= columns
            assert made.replace("\n", "").replace(" ", "").removeprefix("-") == text.replace(" ", "")


EMOJI = ("👍🏽", "👩\u200d👩\u200d👧", "❤\ufe0f", "1\ufe0f\u20e3", "🇳🇱", "語", "語e\u0301e\u0301")


@pytest.mark.parametrize("columns", range(40, 48))
@pytest.mark.parametrize("sign", EMOJI)
def test_a_sign_of_several_parts_stays_whole_and_leaves_the_next_column_in_its_place(sign, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    head, *lines = table([("Name", "Cost"), (sign * 40, "$12"), ("plain", "$3")], right=frozenset({1}), head=True)
    assert max(map(cell_len, [head, *lines])) <= columns
    assert len({cell_len(line) for line in (head, lines[0], lines[-1])}) == 1
    assert "".join(line.replace("$12", "").strip() for line in lines[:-1]) == sign * 40
    assert not any(line.strip()[0] in "\u0301\u200d\ufe0f\u20e3🏽🇱" for line in lines)


@pytest.mark.parametrize("text", ["語" * 30 + "e\u0301" * 30, "e\u0301" * 200])
def test_signs_without_a_width_are_not_counted_and_stay_with_their_letter(text, monkeypatch):
    monkeypatch.setenv("COLUMNS", "41")
    lines = wrapped(text).split("\n")
    assert max(map(cell_len, lines)) <= 41
    assert all(cell_len(line) >= 40 for line in lines[:-2])
    assert "".join(lines) == text
    assert not any(line.startswith("\u0301") for line in lines)


def test_columns_stand_below_each_other_where_signs_are_wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    first, second = table([("検索", "a"), ("b", "c")])
    assert cell_len(first.partition("a")[0]) == cell_len(second.partition("c")[0])


def test_figures_are_not_broken_while_words_can_give_way(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    lines = table([HEAD, *ROWS[:1]], right=RIGHT, head=True)
    assert any("$2,082 ($936 to $8,746)" in line for line in lines)


def test_a_table_too_wide_for_its_words_becomes_a_list(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = table([HEAD, ROWS[0]], right=RIGHT, head=True)
    assert lines[:2] == ["  > Supervised fine-tuning", "      Reaches the target: 75%"]


def test_a_file_or_a_pipe_gets_a_width_that_never_changes(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert width() == WIDTH  # what pytest captures is no terminal
    assert one_line("word " * 60).count("\n") == 0
    for wrong in ("", "wide", "-3"):
        monkeypatch.setenv("COLUMNS", wrong)
        assert width() == WIDTH


def test_a_terminal_is_taken_to_have_a_few_columns_at_least(monkeypatch):
    monkeypatch.setenv("COLUMNS", "3")
    assert width() == NARROWEST


@pytest.mark.parametrize("text", ["plain", "één – €5", "検索", "e\u0301", "👍", "한국어", "नमस्ते"])
def test_columns_are_counted_as_a_terminal_does(text):
    assert cells(text) == cell_len(text)
