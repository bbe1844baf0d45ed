"""Charts on the screen: valid for Plotly, readable in grey, and nothing in them is markup."""

from __future__ import annotations

from html import unescape

import plotly.graph_objects as go
import pytest
from fixtures import sample_advice

from advisor.charts import cost_comparison, cost_curve, evidence_waterfall, latency_bars
from advisor.content import load
from advisor.language import language
from advisor.ui import plots

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


def charts(code: str = "en") -> list:
    lang = language(code)
    return [
        cost_curve(ADVICE, CONTENT, lang),
        cost_comparison(ADVICE, CONTENT, lang),
        latency_bars(ADVICE, CONTENT, lang),
        evidence_waterfall(ADVICE, ADVICE.option, CONTENT, lang),
    ]


def drawn(chart) -> dict:
    return plots.lines(chart) if chart.kind == "lines" else plots.rows(chart)


@pytest.mark.parametrize("code", ["en", "nl"])
def test_plotly_accepts_every_chart(code):
    for chart in charts(code):
        figure = go.Figure(drawn(chart))
        assert len(figure.data) >= len(chart.lines if chart.kind == "lines" else chart.marks)


@pytest.mark.parametrize("colour", [*plots.LINES, *plots.TONES.values()])
@pytest.mark.parametrize("ground", ["#fbfaf6", "#15191b"])
def test_every_mark_stands_out_on_light_and_on_dark(colour, ground):
    assert contrast(colour, ground) >= 3


def test_lines_differ_in_dash_and_marker_and_carry_their_name():
    figure = plots.lines(cost_curve(ADVICE, CONTENT, language("en")))
    curves = [trace for trace in figure["data"] if "name" in trace]
    styles = [(trace["line"]["dash"], trace["marker"]["symbol"]) for trace in curves]
    assert len(set(styles)) == len(styles) == 3
    beside = {label["text"] for label in figure["layout"]["annotations"]}
    assert {"<b>SFT</b>", "Prompting", "Few-shot"} <= beside


def test_the_curve_shows_where_the_reader_is_and_the_break_even():
    figure = plots.lines(cost_curve(ADVICE, CONTENT, language("en")))
    above = " ".join(label["text"] for label in figure["layout"]["annotations"])
    assert "you are here: 120,000" in above
    assert "break-even" in above
    at = [shape["x0"] for shape in figure["layout"]["shapes"] if shape["type"] == "line"]
    assert at == [120_000, 90_000]


def test_the_waterfall_adds_up():
    chart = evidence_waterfall(ADVICE, ADVICE.option, CONTENT, language("en"))
    bars = [trace for trace in plots.rows(chart)["data"] if trace["type"] == "bar"]
    start, *steps, end = bars
    assert start["x"][0] + sum(step["x"][0] for step in steps) == pytest.approx(end["x"][0])
    for before, after in zip([start, *steps[:-1]], steps, strict=True):
        assert after["base"][0] == pytest.approx(before["base"][0] + before["x"][0])


def test_what_speaks_against_is_hatched():
    chart = evidence_waterfall(ADVICE, ADVICE.option, CONTENT, language("en"))
    bars = [trace for trace in plots.rows(chart)["data"] if trace["type"] == "bar"]
    hatched = [bool(bar["marker"]["pattern"]["shape"]) for bar in bars[1:-1]]
    assert hatched == [bar["x"][0] < 0 for bar in bars[1:-1]]


def test_the_limit_stands_in_the_picture():
    figure = plots.rows(latency_bars(ADVICE, CONTENT, language("en")))
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [3.0]
    assert any("limit" in label["text"] for label in figure["layout"]["annotations"])


def test_labels_are_text_and_fit_a_phone():
    chart = cost_comparison(ADVICE, CONTENT, language("en"))
    row = chart.marks[0].model_copy(update={"label": "<a href='x'>" + "word " * 60, "text": "<b>1</b>"})
    figure = plots.rows(chart.model_copy(update={"marks": (row, *chart.marks[1:])}))
    label = figure["layout"]["annotations"][0]["text"]
    assert "<a" not in label
    lines = label.replace("<b>", "").replace("</b>", "").split("<br>")
    assert len(lines) == plots.LABEL_LINES
    assert all(len(unescape(line)) <= plots.LABEL_WIDTH for line in lines)


def test_quotes_are_shown_as_quotes():
    chart = cost_comparison(ADVICE, CONTENT, language("en"))
    row = chart.marks[0].model_copy(update={"label": 'say "it\'s" <b> & go'})
    label = plots.rows(chart.model_copy(update={"marks": (row,)}))["layout"]["annotations"][0]["text"]
    assert 'say "it\'s" &lt;b&gt; &amp; go' in label


def test_a_chart_cannot_be_dragged_away_by_a_finger():
    for chart in charts():
        layout = drawn(chart)["layout"]
        assert layout["dragmode"] is False
        assert layout["xaxis"]["fixedrange"]
        assert layout["yaxis"]["fixedrange"]
