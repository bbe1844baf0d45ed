"""The script that Streamlit runs for each click."""

from advisor.ui.shell import run

run()
