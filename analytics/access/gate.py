"""The one door between a reader and the store: what is asked here is answered for that role."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from analytics.access.published import PUBLISHED
from analytics.access.published_impact import evaluated as published_designs
from analytics.access.release import published_months
from analytics.access.roles import Reader, Role
from analytics.access.sample import sample
from analytics.config import load_rules
from analytics.i18n import _
from analytics.numbers import month, today
from analytics.questions import QUESTIONS, Filters, desa_list, program_list
from analytics.questions.evaluate import Series, Starts
from analytics.questions.evaluation import evaluated
from analytics.store import NotForThisRole, Sealed, Snapshot, scoped


def seen_by(reader: Reader, whole: Snapshot) -> Snapshot:
    """The version as this reader may see it; every question can be asked of it.

    The camat sees all of it, a field worker the assigned desa, an outside reader nothing but
    its name: their figures come from `published`.
    """
    if reader.role is Role.CAMAT:
        return whole
    if reader.role is Role.PETUGAS:
        return scoped(whole, reader.desa)
    return Sealed(whole)


class Door:
    """One reader before one version: everything a page is told comes through here.

    Attributes:
        reader: who asks.
        seen: the version as this reader may see it (`seen_by`).
    """

    def __init__(self, reader: Reader, whole: Snapshot) -> None:
        self.reader = reader
        self.seen = seen_by(reader, whole)
        self._whole = whole

    def ask(self, name: str, filters: Filters) -> pd.DataFrame:
        """See `ask_as`."""
        return ask_as(self.reader, self._whole, name, filters)

    def months(self) -> list[date]:
        """The ends of the published months, oldest first."""
        return published_months(self._whole, today())

    def evaluated(self, filters: Filters) -> list[Series | Starts]:
        """The declared designs, fitted: for an outside reader those with a published outcome."""
        if self.reader.protected:
            return published_designs(self._whole, newest_month(self._whole, filters.as_of))
        return evaluated(self.seen, filters)

    def sample(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Households under pseudonyms, and their visits (`analytics.access.sample`).

        Raises:
            NotForThisRole: only a reviewer has it.
        """
        if self.reader.role is not Role.PENINJAU:
            raise NotForThisRole(_("The sample of households is for reviewers."))
        return sample(self._whole, self.months())

    def desa(self) -> pd.DataFrame:
        """The desa that the reader may choose from (`desa_list`): for outsiders, all of them."""
        return desa_list(self._whole if self.reader.protected else self.seen)

    def places(self) -> pd.DataFrame:
        """All desa of the kecamatan with their places (`desa_list`): geography is no secret."""
        return desa_list(self._whole)

    def programs(self) -> pd.DataFrame:
        """The programs by name (`program_list`): which ones there are is no secret."""
        return program_list(self._whole)

    def other(self, whole: Snapshot) -> Door:
        """The same reader before another version."""
        return Door(self.reader, whole)


def published(whole: Snapshot, name: str, month_end: date) -> pd.DataFrame:
    """A published table (a key of `PUBLISHED`) of a month.

    Raises:
        NotForThisRole: there is no such table, or the month is not published.
    """
    if name not in PUBLISHED:
        raise NotForThisRole(
            _(
                "This role does not see {question}; it sees {known}.",
                question=name,
                known=", ".join(PUBLISHED),
            )
        )
    if month_end not in published_months(whole, today()):
        raise NotForThisRole(
            _("{day} is not the end of a published month.", day=month_end.isoformat())
        )
    return PUBLISHED[name](whole, month_end)


def newest_month(whole: Snapshot, as_of: date) -> date:
    """The newest published month that was over on *as_of*.

    Raises:
        NotForThisRole: none was.
    """
    over = [day for day in published_months(whole, today()) if day <= as_of]
    if not over:
        raise NotForThisRole(
            _("No month that was over by {month} has been published.", month=month(as_of))
        )
    return over[-1]


def answered_for(reader: Reader, whole: Snapshot, filters: Filters) -> Filters:
    """The filters with the day that an answer is of: for an outside reader the end of a month.

    Raises:
        NotForThisRole: no month was published by then.
    """
    return (
        replace(filters, as_of=newest_month(whole, filters.as_of)) if reader.protected else filters
    )


def ask_as(reader: Reader, whole: Snapshot, name: str, filters: Filters) -> pd.DataFrame:
    """The answer to a question (`QUESTIONS`) that this reader may have.

    An outside reader gets the published table of the newest month that was over on the as-of
    date; filters that would cut it another way are refused, not ignored.

    Raises:
        NotForThisRole: with a sentence that says what the role may ask instead.
        KeyError: there is no such question.
    """
    if not reader.protected:
        return QUESTIONS[name].function(seen_by(reader, whole), filters)
    usual = load_rules().coverage.window_days
    if filters.desa or filters.programs or filters.window_days != usual:
        raise NotForThisRole(
            _(
                "This role sees fixed tables: all desa, all programs, {days} days, month by "
                "month. Ask without these filters.",
                days=usual,
            )
        )
    return published(whole, name, newest_month(whole, filters.as_of))
