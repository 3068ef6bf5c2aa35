"""The dashboard: identity and navigation, nothing else. `app.py` serves it.

To add a page: write ``pages/<name>.py``, list it here, and in ``ui/links.py`` when other pages
link to it.
"""

import streamlit as st

from analytics.i18n import _
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
st.navigation(
    [
        st.Page(
            "pages/ringkasan.py",
            title=_("Overview"),
            icon=":material/home:",
            url_path="ringkasan",
            default=True,
        ),
        st.Page("pages/peta.py", title=_("Coverage map"), icon=":material/map:", url_path="peta"),
        st.Page(
            "pages/tindak_lanjut.py",
            title=_("Follow-up"),
            icon=":material/checklist:",
            url_path="tindak_lanjut",
        ),
        st.Page(
            "pages/jangkauan.py",
            title=_("Program reach"),
            icon=":material/filter_list:",
            url_path="jangkauan",
        ),
        st.Page("pages/tren.py", title=_("Trend"), icon=":material/show_chart:", url_path="tren"),
        st.Page(
            "pages/keluarga.py",
            title=_("Household"),
            icon=":material/family_restroom:",
            url_path="keluarga",
        ),
        st.Page(
            "pages/kualitas.py",
            title=_("Data quality"),
            icon=":material/fact_check:",
            url_path="kualitas",
        ),
        st.Page("pages/data.py", title=_("Data"), icon=":material/database:", url_path="data"),
    ],
    expanded=True,
).run()
