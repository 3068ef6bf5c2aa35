"""The look that the theme cannot say, and Streamlit's own words in the reader's language."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from analytics.charts import theme
from analytics.i18n import _, language

STYLE = Path(__file__).with_name("style.css")
SCRIPT_ADDRESS = "app/static/words.js"


def dress() -> None:
    """Style the page and translate what Streamlit says by itself (`static/words.js`)."""
    theme.dark.set(st.context.theme.type == "dark")
    st.html(STYLE)
    colours = theme.palette()
    st.html(
        f"<style>:root {{ --perut-muted: {colours.muted_ink}; --perut-link: {colours.accent_ink}; "
        f"--perut-line: {colours.grid}; }}</style>"
    )
    st.html(theme.RESPONSIVE_CSS)
    words = escape(json.dumps(streamlit_words(), ensure_ascii=False), quote=True)
    with st.container(key="words"):
        st.html(
            f'<div id="perut-words" data-language="{language.get()}" data-words="{words}" '
            f'data-later="{" ".join(_needed_later())}"></div>'
            f'<script src="{SCRIPT_ADDRESS}"></script>',
            unsafe_allow_javascript=True,
        )


@cache
def _needed_later() -> tuple[str, ...]:
    """Addresses of Streamlit's own scripts that charts and tables need.

    The browser fetches them when the first page is done, so that the next one need not wait.
    """
    folder = Path(st.__file__).with_name("static") / "static" / "js"
    names = ("PlotlyChart.*.js", "DataFrame.*.js", "ArrowDataFrame.*.js")
    found = [path.name for name in names for path in sorted(folder.glob(name))]
    return tuple(f"static/js/{name}" for name in found)


def streamlit_words() -> dict[str, str]:
    """Texts that Streamlit puts on the screen, and what they should say.

    ``{n}`` stands for whatever is there. In English nothing needs to be replaced.
    """
    if language.get() == "en":
        return {}
    return {
        "Upload": _("Choose files"),
        "Add files": _("Add files"),
        "Drag and drop a file here": _("or drop a file here"),
        "Drag and drop files here": _("or drop files here"),
        "{n} per file": _("up to {n} per file"),
        "{n} files are not allowed.": _("{n} files are not allowed."),
        "No results": _("Nothing found"),
        "{n} options available.": _("{n} choices."),
        "{n} option available.": _("{n} choice."),
        "Dismiss": _("Close"),
        "Clear all": _("Clear all"),
        "Clear value": _("Clear"),
        "Clear date": _("Clear"),
        "Clear entry": _("Clear"),
        "Choose date": _("Choose a date"),
        "Choose date range": _("Choose the days"),
        "{n} start date": _("{n}, beginning"),
        "{n} end date": _("{n}, end"),
        "Open": _("Open"),
        "Selected values": _("Chosen"),
        "Remove {n}": _("Remove {n}"),
        "Select...": _("Choose …"),
        "Choose an option": _("Choose …"),
        "Choose options": _("Choose …"),
        "Help for {n}": _("Help: {n}"),
        "day, {n} start date": _("day of the beginning, {n}"),
        "month, {n} start date": _("month of the beginning, {n}"),
        "year, {n} start date": _("year of the beginning, {n}"),
        "day, {n} end date": _("day of the end, {n}"),
        "month, {n} end date": _("month of the end, {n}"),
        "year, {n} end date": _("year of the end, {n}"),
        "day, {n}": _("day, {n}"),
        "month, {n}": _("month, {n}"),
        "year, {n}": _("year, {n}"),
        "Scroll tabs left": _("Tabs before"),
        "Scroll tabs right": _("More tabs"),
        "Navigate to home page": _("To the first page"),
        "file upload": _("file"),
        "Record screen": _("Record the screen"),
        "Made with Streamlit v": _("Made with Streamlit v"),
        "Copy version to clipboard": _("Copy the version"),
        "Press Enter to apply": _("Press Enter"),
        "Press Enter to search": _("Press Enter"),
        "Search": _("Search"),
        "Download as CSV": _("Download as CSV"),
        "Show/hide columns": _("Choose columns"),
        "Fullscreen": _("Full screen"),
        "Close fullscreen": _("Leave full screen"),
        "Sort ascending": _("Sort ascending"),
        "Sort descending": _("Sort descending"),
        "Autosize": _("Fit the width"),
        "Pin column": _("Pin the column"),
        "Unpin column": _("Unpin the column"),
        "Hide column": _("Hide the column"),
        "Format": _("Format"),
        "Statistics": _("Statistics"),
        "Copy column name": _("Copy the column’s name"),
        "Clear selection": _("Clear the selection"),
        "Previous Result": _("Previous"),
        "Next Result": _("Next"),
        "Close Search": _("Close the search"),
        "Type to search": _("Type to search"),
        "Copy to clipboard": _("Copy"),
        "Copied": _("Copied"),
        "Copied!": _("Copied"),
        "Copy": _("Copy"),
        "Running...": _("Working …"),
        "Stop": _("Stop"),
        "Rerun": _("Load again"),
        "Print": _("Print"),
        "Settings": _("Settings"),
        "Theme": _("Theme"),
        "Light": _("Light"),
        "Dark": _("Dark"),
        "System": _("As the device"),
        "Main menu": _("Menu"),
        "Close": _("Close"),
        "Cancel": _("Cancel"),
        "Collapse sidebar": _("Close the menu"),
        "Expand sidebar": _("Open the menu"),
        "Sidebar": _("Menu and filters"),
        "App pages": _("Pages"),
        "Skip to main content": _("Skip to the content"),
        "Page not found": _("There is no such page"),
        "The page that you have requested does not seem to exist. Running the app's main page.": _(
            "This is the first page instead."
        ),
        "Connection error": _("The connection was lost"),
        "Connection timed out.": _("The connection was lost."),
        "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in "
        "your terminal:": _("The dashboard on this computer was stopped. Start it again:"),
        "Use arrow keys to navigate dates. Enter to select. Escape to close.": _(
            "Arrow keys move between days, Enter chooses, Escape closes."
        ),
    }
