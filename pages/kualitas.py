"""Kualitas data: which records are worth looking at together? A help, not an accusation."""

import streamlit as st

from analytics.i18n import _
from ui import quality
from ui.page import run_page
from ui.view import View


def body(view: View) -> None:
    st.markdown(
        _(
            "Good records make help visible. This page shows where records could become better, "
            "and with whom to talk about it; what stands out often has a good reason."
        )
    )
    quality.overview(view)


run_page("Data quality", body, uses=("per", "jendela", "desa"))
