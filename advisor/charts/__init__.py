"""Charts as specifications: what is drawn, with which words; screen and PDF each draw them.

A chart stands in the module called as what it is about. On the screen `advisor.ui.parts.plots` draws lines and
`advisor.ui.parts.bars` rows; in the report `content/report/charts.typ` draws both. `colours` has the palette of all.
"""
