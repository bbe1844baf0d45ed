"""What one takes away: the report in three forms, the dataset template, the answers, and the command that repeats it."""

from __future__ import annotations

import streamlit as st

from advisor import wording
from advisor.advice import Advice
from advisor.interview import write_yaml
from advisor.ui.markup import esc, section, show
from advisor.ui.visit import Visit


def report(advice: Advice, here: Visit) -> None:
    pass


def everything(advice: Advice, here: Visit) -> None:
    lang = here.lang
    section(lang("Take it with you"), "take")
    with st.container(key="downloads", horizontal=True):
        st.download_button(
            lang("Answers (YAML)"),
            write_yaml(here.situation),
            file_name="answers.yaml",
            mime="application/yaml",
            on_click="ignore",
            key="answers-file",
        )
    show(f"<p>{esc(lang('The same answers on the same day give the same verdict. This command repeats it:'))}</p>")
    st.code(wording.repeat_command(advice), language="bash")
