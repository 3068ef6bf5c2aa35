"""What can the data prove by itself of the Indeks Inovasi Daerah?"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from analytics.questions.coverage_change import coverage_change
from analytics.questions.filters import Filters
from analytics.questions.resolution import resolution
from analytics.questions.sql import sql_of
from analytics.questions.trend import trend
from analytics.store import Snapshot

PEOPLE_DAYS = 365
BEFORE_MONTHS = 12
COLUMNS = ("no", "value", "counted", "out_of", "from_on", "to_on", "state", "left_out")


def innovation(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """The indicators of which the store holds the proof itself, with their numbers.

    - ``28`` days until a result: the median days from noting a barrier to resolving it
      (Kaplan–Meier, open ones count); not how long a visit takes.
    - ``33a`` people: members of the households that received a program at the door within a
      year, each household once. A household without a number of members counts as none.
    - ``33b`` units: share (%) of the desa whose coverage rose beyond chance within a year
      (`coverage_change`); a desa without data on both days counts as not risen.
    - ``33f`` periods: quarters in a row, up to the last one that is over, in which coverage
      rose. Quarters whose window began before the first visit are left out: coverage climbs in
      them whatever is done.
    - ``34`` monitoring: 1 as soon as there is data, for the dashboard is the internal report.

    Returns:
        One row per indicator: ``no, value`` (missing = cannot be told), ``counted, out_of``
        (its two numbers, where it has them), ``from_on, to_on`` (the days it is about),
        ``state`` (``ok``, ``no_data``, ``few``: too few resolved barriers), ``left_out`` (33a:
        households without a number of members; 33b: desa that could not be compared).
    """
    rows = [
        _days(snapshot, filters),
        _people(snapshot, filters),
        _units(snapshot, filters),
        _periods(trend(snapshot, filters), filters),
        _report(snapshot, filters),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def proof_row(no: str, value: float | None, to_on: date, **more: object) -> Mapping[str, object]:
    """One row of `innovation`; *more* are columns of it."""
    from_on = more.pop("from_on", None)
    return {
        "no": no,
        "value": value,
        "counted": None,
        "out_of": None,
        "from_on": pd.Timestamp(from_on) if isinstance(from_on, date) else pd.NaT,
        "to_on": pd.Timestamp(to_on),
        "state": "no_data" if value is None else "ok",
        "left_out": 0,
        **more,
    }


def _days(snapshot: Snapshot, filters: Filters) -> Mapping[str, object]:
    table = resolution(snapshot, filters)
    whole = table[table["by"] == "all"]
    if whole.empty or pd.isna(whole["median_days"].iloc[0]):
        return proof_row("28", None, filters.as_of)
    row = whole.iloc[0]
    if row["few"]:  # a median of two or three proves nothing
        few = proof_row("28", None, filters.as_of, counted=row["resolved"], out_of=row["barriers"])
        return {**few, "state": "few"}
    return proof_row(
        "28",
        float(row["median_days"]),
        filters.as_of,
        counted=row["resolved"],
        out_of=row["barriers"],
    )


def _people(snapshot: Snapshot, filters: Filters) -> Mapping[str, object]:
    since = filters.as_of - timedelta(days=PEOPLE_DAYS)
    parameters = {**filters.parameters(), "since": since}
    found = snapshot.query(sql_of("innovation_people"), parameters).iloc[0]
    if not found["households"]:
        return proof_row("33a", None, filters.as_of, from_on=since + timedelta(days=1))
    return proof_row(
        "33a",
        float(found["people"]),
        filters.as_of,
        from_on=since + timedelta(days=1),
        counted=int(found["households"]),
        left_out=int(found["without_members"]),
    )


def _units(snapshot: Snapshot, filters: Filters) -> Mapping[str, object]:
    before = months_earlier(filters.as_of, BEFORE_MONTHS)
    started = first_whole_day(snapshot, filters)
    if started is None:
        return proof_row("33b", None, filters.as_of)
    if before < started < filters.as_of - timedelta(days=filters.window_days):
        before = started  # less than a year of data: as far back as the windows do not overlap
    elif before < started:
        return proof_row("33b", None, filters.as_of)
    table = coverage_change(snapshot, filters, before)
    rising = int((table["direction"] == "rising").sum())
    return proof_row(
        "33b",
        100 * rising / len(table) if len(table) else None,
        filters.as_of,
        from_on=before,
        counted=rising,
        out_of=len(table),
        left_out=int(table["p_value"].isna().sum()),
    )


def first_whole_day(snapshot: Snapshot, filters: Filters) -> date | None:
    """The first day whose whole window has data; ``None`` without any visit."""
    started = snapshot.query(sql_of("trend_start"), filters.parameters())["started_on"].iloc[0]
    return None if pd.isna(started) else started.date() + timedelta(days=filters.window_days)


def _periods(months: pd.DataFrame, filters: Filters) -> Mapping[str, object]:
    if months.empty:
        return quarters_row(months, filters.as_of)
    # The first month may have begun at its end, so a window is whole when it opens after it.
    opens = months["month_end"] - pd.Timedelta(days=filters.window_days)
    whole = months[opens >= months["month_end"].min()]
    return quarters_row(whole, filters.as_of)


def quarters_row(months: pd.DataFrame, as_of: date) -> Mapping[str, object]:
    """The row ``33f`` from month ends whose windows are whole (columns of `trend`)."""
    if months.empty:
        return proof_row("33f", None, as_of)
    over = months[months["month_end"].map(is_quarter_end) & months["coverage"].notna()]
    values = over.sort_values("month_end")["coverage"].tolist()
    if len(values) < 2:
        return proof_row("33f", None, as_of)
    rises = 0
    for earlier, later in zip(reversed(values[:-1]), reversed(values[1:]), strict=True):
        if later <= earlier:
            break
        rises += 1
    return proof_row(
        "33f",
        float(rises),
        over["month_end"].max().date(),
        from_on=over["month_end"].min().date(),
        counted=rises,
        out_of=len(values) - 1,
    )


def is_quarter_end(day: pd.Timestamp) -> bool:
    """Whether a day is the last one of March, June, September or December."""
    last = calendar.monthrange(day.year, day.month)[1]
    return day.month % 3 == 0 and day.day == last


def months_earlier(day: date, months: int) -> date:
    """The same day *months* earlier, or the last day of that month."""
    count = day.year * 12 + day.month - 1 - months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _report(snapshot: Snapshot, filters: Filters) -> Mapping[str, object]:
    upto = replace(filters, desa=(), programs=())
    months = trend(snapshot, upto)
    has_data = bool(months["active"].sum())
    return proof_row("34", 1.0 if has_data else None, filters.as_of)
