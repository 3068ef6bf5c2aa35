"""What a page is given: the data's version, the filters, and one way to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from analytics import numbers
from analytics.access.gate import Door
from analytics.access.roles import Reader, Role
from analytics.config import Rules, load_rules
from analytics.i18n import LANGUAGES, _, language, ngettext
from analytics.questions import Filters, household_facts
from analytics.store import NotForThisRole, Snapshot, Store
from ui import answers
from ui.choice import PARAMETERS, Choice, period_start, to_parameters
from ui.session import LANGUAGE_PARAMETER, ROLE_PARAMETER, SWITCH


@dataclass(frozen=True, slots=True)
class View:
    """One page as it is looked at now.

    Attributes:
        kept_in: the store; use `store`, which asks for the role first.
        door: what the reader may be told.
        choice: what the reader chose, defaults left open; `filters` is the same, filled in.
        desa, programs: code → name of everything the reader may choose from.
    """

    kept_in: Store
    door: Door
    choice: Choice
    today: date
    desa: Mapping[str, str]
    programs: Mapping[str, str]

    @property
    def reader(self) -> Reader:
        return self.door.reader

    @property
    def snapshot(self) -> Snapshot:
        """The data's version as the reader may see it."""
        return self.door.seen

    @property
    def store(self) -> Store:
        """The store itself: imports, versions, reports. Raises `NotForThisRole`."""
        if not self.reader.administers:
            raise NotForThisRole(_("This role may not change the data or see how it is kept."))
        return self.kept_in

    @property
    def folder(self) -> str:
        """Which store this is, as a key for what is kept between two runs."""
        return str(self.kept_in.folder)

    def store_to_correct(self, household_id: str) -> Store:
        """The store, for a correction of a household that the reader may see.

        Raises:
            NotForThisRole: the role may not correct, or does not see the household.
        """
        facts = household_facts(self.snapshot, self.filters, household_id)
        if not self.reader.may_correct or facts.empty:
            raise NotForThisRole(_("This role may not correct this household."))
        return self.kept_in

    def store_to_record(self) -> Store:
        """The store, for the status of a barrier; which ones, `snapshot` says.

        Raises:
            NotForThisRole: the role may not correct anything.
        """
        if not self.reader.may_correct:
            raise NotForThisRole(_("This role may not record the status of a barrier."))
        return self.kept_in

    @property
    def filters(self) -> Filters:
        return self.choice.filters(self.today)

    @property
    def rules(self) -> Rules:
        return load_rules()

    @property
    def empty(self) -> bool:
        """Nothing was imported yet."""
        return self.snapshot.imports == 0

    def ask(self, question: str, **changes: Any) -> pd.DataFrame:
        """The table of a question (`QUESTIONS`) for the filters, some of them changed."""
        filters = replace(self.filters, **changes)
        return answers.ask(self.door, self.folder, question, filters)

    def link(self, **changes: Any) -> dict[str, str]:
        """URL parameters of this view with some of its choices (`Choice`) changed."""
        parameters = to_parameters(replace(self.choice, **changes))
        if language.get() != LANGUAGES[0]:
            parameters[LANGUAGE_PARAMETER] = language.get()
        if self.reader.via == SWITCH and self.reader.role is not Role.CAMAT:
            parameters[ROLE_PARAMETER] = self.reader.role.value
        return parameters

    def scope(self, uses: tuple[str, ...] = PARAMETERS) -> str:
        """The view in words: ``Per 15 Desember 2025 · 90 hari terakhir · semua 23 desa``.

        Only the filters in *uses* are mentioned.
        """
        filters = self.filters
        said = {
            "per": _("As of {day}", day=numbers.day(filters.as_of)),
            "jendela": self._window(),
            "desa": self._chosen_desa(),
            "program": ", ".join(filters.programs),
        }
        return " · ".join(said[name] for name in uses if said[name])

    def _window(self) -> str:
        filters = self.filters
        if self.choice.period:
            return _(
                "since {day} ({days} days)",
                day=numbers.day(period_start(self.choice.period, filters.as_of)),
                days=numbers.number(filters.window_days),
            )
        return _("last {days} days", days=numbers.number(filters.window_days))

    def _chosen_desa(self) -> str:
        names = [self.desa[code] for code in self.choice.desa]
        if not names:
            return ngettext("all {count} desa", "all {count} desa", len(self.desa))
        if len(names) <= 3:
            return ", ".join(names)
        return ngettext("{count} desa", "{count} desa", len(names))
