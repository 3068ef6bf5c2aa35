"""The dashboard: identity and navigation, nothing else. `app.py` serves it.

To add a page: write ``pages/<name>.py``, list it in ``ui/navigation.py``, and in
``ui/links.py`` when other pages link to it.
"""

import streamlit as st

from ui.navigation import pages
from ui.session import use_language

st.set_page_config(
    page_title="PERUT",
    page_icon="static/icon.png",
    layout="wide",
    initial_sidebar_state=260,
)
use_language()
dark = st.context.theme.type == "dark"
st.logo(
    "static/logo_dark.svg" if dark else "static/logo.svg",
    size="large",
    icon_image="static/icon.png",
)
st.navigation(pages(), expanded=True).run()
