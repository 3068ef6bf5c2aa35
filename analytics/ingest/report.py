"""What an import did: counts that add up, and every problem with its row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from analytics.i18n import _
from analytics.ingest.formats import RejectedSheet
from analytics.numbers import number


@dataclass(frozen=True, slots=True, order=True)
class RowProblem:
    """One problem: the row as the spreadsheet shows it (``None``: the whole sheet)."""

    row: int | None
    column: str | None
    problem: str

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "problem": self.problem}


@dataclass(slots=True)
class FileReport:
    """One sheet of one file. ``rows_read = accepted + unchanged + rejected``, always."""

    file: str
    sheet: str
    kind: str | None
    rows_read: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "sheet": self.sheet,
            "kind": self.kind,
            "rows_read": self.rows_read,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "errors": [problem.as_dict() for problem in self.errors],
            "warnings": [problem.as_dict() for problem in self.warnings],
        }


@dataclass(slots=True)
class ImportReport:
    """A whole import call.

    Attributes:
        version: the current version after the call (``None`` in a store that has none).
        batch: names this import; ``None`` when it left no trace.
        dry_run: nothing was written, whatever the counts say.
    """

    version: str | None
    batch: str | None
    files: list[FileReport]
    dry_run: bool = False
    rejected_sheets: Sequence[RejectedSheet] = ()

    def total(self, name: str) -> int:
        return sum(getattr(report, name) for report in self.files)

    @property
    def exit_code(self) -> int:
        """0: every row is in; 1: some rows were rejected, the rest is in; 2: nothing went in."""
        good = self.total("accepted") + self.total("unchanged")
        trouble = self.total("rejected") or any(report.errors for report in self.files)
        if not good:
            return 2
        return 1 if trouble else 0

    @property
    def message(self) -> str:
        """The outcome in one sentence."""
        counts = {
            name: number(self.total(name))
            for name in ("rows_read", "accepted", "unchanged", "rejected")
        }
        if self.exit_code == 2 and not self.total("rows_read"):
            return _("Nothing was imported: no row could be read.")
        if self.exit_code == 2:
            return _("Nothing was imported: all {rejected} rows were rejected.", **counts)
        if self.dry_run:
            return _(
                "Check only, nothing was saved: of {rows_read} rows {accepted} would be accepted, "
                "{unchanged} are already there, {rejected} would be rejected.",
                **counts,
            )
        if not self.total("accepted"):
            return _(
                "Nothing changed: of {rows_read} rows {unchanged} were already there and "
                "{rejected} were rejected.",
                **counts,
            )
        return _(
            "Of {rows_read} rows {accepted} were accepted, {unchanged} were already there, "
            "{rejected} were rejected.",
            **counts,
        )

    def as_dict(self) -> dict[str, Any]:
        """The object that ``import --json`` prints."""
        return {
            "version": self.version,
            "batch": self.batch,
            "files": [report.as_dict() for report in self.files],
        }
