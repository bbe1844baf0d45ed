"""Lines on the screen: valid for Plotly, readable in grey and on a phone."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from advisor.charts.advice import cost_curve
from advisor.charts.specification import LineChart
from advisor.content.load import load
from advisor.language import language
from advisor.ui.parts import plots
from tests.fixtures import sample_advice

CONTENT = load()
ADVICE = sample_advice()


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def chart(code: str = "en") -> LineChart:
    found = cost_curve(ADVICE, CONTENT, language(code))
    assert found
    return found


def above(figure: dict) -> list[dict]:
    """The words above the plot, from the lowest row to the highest."""
    return sorted(figure["layout"]["annotations"], key=lambda label: label["yshift"])


@pytest.mark.parametrize("code", ["en", "nl"])
def test_plotly_accepts_the_chart(code):
    assert len(go.Figure(plots.lines(chart(code))).data) >= len(chart(code).lines)


@pytest.mark.parametrize("colour", plots.LINES)
@pytest.mark.parametrize("ground", ["#fbfaf6", "#15191b"])
def test_every_line_stands_out_on_light_and_on_dark(colour, ground):
    assert contrast(colour, ground) >= 3


def test_lines_differ_in_dash_and_marker_and_the_key_names_them():
    curves = [trace for trace in plots.lines(chart())["data"] if "name" in trace]
    styles = [(trace["line"]["dash"], trace["marker"]["symbol"]) for trace in curves]
    assert len(set(styles)) == len(styles) == 3
    key = plots.key(chart())
    for line in chart().lines:
        assert (
            f'<span class="mark {line.dash}"><span class="point {line.marker}"></span></span>{line.label}</li>' in key
        )


def test_of_two_bands_one_is_filled_and_one_outlined():
    bands = [trace for trace in plots.lines(chart())["data"] if "name" not in trace]
    assert [trace.get("fill") for trace in bands] == ["toself", None, None]


def test_the_reader_and_the_break_even_are_marked_each_in_a_row_of_its_own():
    figure = plots.lines(chart())
    axis, here, even = above(figure)
    assert axis["text"] == "USD a month, all in"
    assert here["text"] == "<b>you are here: 120,000</b>"
    assert even["text"].startswith("break-even")
    assert even["yshift"] - here["yshift"] == here["yshift"] - axis["yshift"] == plots.LABEL_PX
    rules = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "line"]
    assert [rule["x0"] for rule in rules] == [120_000, 90_000]
    assert rules[1]["y1"] > rules[0]["y1"] > 1, "each reaches up to its label"


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_words_at_the_left_fit_a_phone(code):
    figure = plots.lines(chart(code))
    assert figure["layout"]["margin"]["l"] <= 80  # of the 356 that a phone has
    assert above(figure)[0]["xshift"] == -figure["layout"]["margin"]["l"]


def test_names_are_text():
    first = chart().lines[0].model_copy(update={"label": 'say "it\'s" <b> & go'})
    changed = chart().model_copy(update={"lines": (first, *chart().lines[1:])})
    assert "&lt;b&gt; &amp; go" in plots.key(changed)
    curves = [trace for trace in plots.lines(changed)["data"] if "name" in trace]
    assert curves[0]["name"] == 'say "it\'s" &lt;b&gt; &amp; go', "Plotly reads no other entities"


def test_an_amount_under_the_mouse_reads_as_the_reader_writes_it():
    for code, start in (("en", "$"), ("nl", "US$ ")):
        curves = [trace for trace in plots.lines(chart(code))["data"] if "name" in trace]
        for curve, line in zip(curves, chart(code).lines, strict=True):
            assert curve["hovertemplate"] == "%{text}"
            assert len(curve["text"]) == len(line.y)
            assert all(text.replace("\xa0", " ").startswith(start) for text in curve["text"])


def test_a_chart_cannot_be_dragged_away_by_a_finger():
    layout = plots.lines(chart())["layout"]
    assert layout["dragmode"] is False
    assert layout["xaxis"]["fixedrange"]
    assert layout["yaxis"]["fixedrange"]
