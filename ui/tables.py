"""Tables: one list of columns says how a table looks on the page and in its workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.export.xlsx import ColumnSpec, SheetSpec, workbook
from analytics.i18n import _, ngettext
from ui.explain import Explanation, command_of
from ui.protection import protection
from ui.session import taken_away
from ui.view import View

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind = Literal["text", "count", "bar", "share", "score", "decimal", "date", "plain"]
_IN_WORKBOOK = {
    "count": "integer",
    "bar": "integer",
    "share": "percent",
    "score": "decimal",
    "decimal": "decimal",
    "date": "date",
    "plain": "integer",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column to show: its key in the table, its heading, and what it holds.

    ``kind``: text; count (``1.234``); bar (a count with a bar); share (0–1, ``45,6%`` with a
    bar); score (0–100 with a bar); decimal; date (``15/12/2025``); plain (an unformatted number).
    ``width`` in pixels, or ``small``, ``medium``, ``large``.
    """

    key: str
    label: str
    kind: Kind = "text"
    width: int | Literal["small", "medium", "large"] | None = None
    pinned: bool = False


def show_table(
    frame: pd.DataFrame, columns: Sequence[Column], *, key: str, name: str, **options: Any
) -> Any:
    """A sortable, searchable table; *name* says what it is to a screen reader."""
    rows = ngettext("table with {count} row", "table with {count} rows", len(frame))
    return st.dataframe(
        frame,
        hide_index=True,
        key=key,
        placeholder="–",
        alt=f"{name}, {rows}",
        column_order=[column.key for column in columns],
        column_config={column.key: _configured(column, frame) for column in columns},
        **options,
    )


def _configured(column: Column, frame: pd.DataFrame) -> Any:
    config = st.column_config
    shared: dict[str, Any] = {"label": column.label, "width": column.width}
    pinned = column.pinned or None
    if column.kind == "bar":
        values = frame[column.key].dropna()
        most = max(int(values.max()), 1) if len(values) else 1
        made = config.ProgressColumn(**shared, format="localized", min_value=0, max_value=most)
    elif column.kind == "share":
        made = config.ProgressColumn(
            **shared, format="percent", min_value=0, max_value=1, step=0.001
        )
    elif column.kind == "score":
        made = config.ProgressColumn(**shared, format="localized", min_value=0, max_value=100)
    elif column.kind == "date":
        made = config.DateColumn(**shared, format="DD/MM/YYYY")
    elif column.kind == "text":
        made = config.TextColumn(**shared, pinned=pinned)
    else:
        number_format = "plain" if column.kind == "plain" else "localized"
        step = 0.1 if column.kind == "decimal" else 1
        made = config.NumberColumn(**shared, pinned=pinned, format=number_format, step=step)
    return made


def table_workbook(
    view: View,
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    name: str,
    explanations: Sequence[Explanation] = (),
) -> bytes:
    """The whole table as a workbook that says where it comes from and how it was counted."""
    specs = [
        ColumnSpec(
            column.key,
            column.label,
            _IN_WORKBOOK.get(column.kind, "text"),
            60 if column.width == "large" else None,
        )
        for column in columns
    ]
    version = view.snapshot.version_id
    about = [
        (_("View"), f"{view.snapshot.area_name} · {view.scope()}"),
        (_("Rows"), numbers.number(len(frame))),
        (_("Data through"), numbers.day(view.snapshot.data_through)),
        (_("Version of the data"), version),
    ]
    for explanation in explanations:
        about.append((_("Definition"), explanation.definition.replace("**", "")))
        about.append((_("Command"), command_of(view, explanation)))
    if view.reader.protected:
        about.append((_("Protection"), protection()))
    sheet = SheetSpec(name, frame, specs)
    return workbook([sheet], simulated=view.snapshot.simulated, about=about)


def download_table(
    view: View,
    frame: pd.DataFrame | Callable[[], pd.DataFrame],
    columns: Sequence[Column],
    *,
    key: str,
    name: str,
    label: str | None = None,
    explanations: Sequence[Explanation] = (),
) -> None:
    """A button for `table_workbook`; the workbook is made when somebody asks for it."""

    def made() -> bytes:
        table = frame() if callable(frame) else frame
        return table_workbook(view, table, columns, name=name, explanations=explanations)

    name_of_file = f"{key}_{view.filters.as_of}.xlsx"
    st.download_button(
        label or _("Download the table"),
        taken_away(made, name_of_file, logged=True),
        name_of_file,
        XLSX,
        key=f"{key}_xlsx",
        icon=":material/download:",
        on_click="ignore",
        type="secondary" if label else "tertiary",
    )
