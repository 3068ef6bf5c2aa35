"""Files → a new version of the store, or a report of why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

from analytics.config import load_rules
from analytics.i18n import _
from analytics.ingest.formats import RejectedSheet
from analytics.ingest.load import KIND_ORDER, SheetLoader
from analytics.ingest.mapping import MappingError
from analytics.ingest.reference import desa_index, reference
from analytics.ingest.report import FileReport, ImportReport, RowProblem
from analytics.ingest.sources import Sheet, SourceFile, UnreadableFile, read_source
from analytics.numbers import number
from analytics.numbers import today as today_here
from analytics.store import Store
from analytics.store.draft import Draft

Progress = Callable[[float, str], None]


def import_files(
    store: Store,
    files: Sequence[SourceFile | Path],
    *,
    kind: str | None = None,
    mapping: str | None = None,
    dry_run: bool = False,
    simulated: bool = False,
    replace_simulated: bool = False,
    today: date | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring files into the store: all good rows in one new version, the others with a reason.

    Args:
        files: workbooks, CSV files and form exports, in any order.
        kind: read every file as this kind of sheet instead of recognising it.
        mapping: name of the mapping file to read exports with.
        dry_run: check everything, change nothing.
        simulated: the rows are simulated; the store says so from then on.
        replace_simulated: when the current version holds simulated data, start without it.
        today: dates after it are in the future (default: today in Asia/Makassar).
        progress: called with a share done (0–1) and what is being done.

    Returns:
        The report; ``report.exit_code`` is 0, 1 or 2 as on the command line.

    Raises:
        StoreError: the store is busy, broken, full or without its key; nothing was changed.
    """
    say = progress or (lambda _share, _what: None)
    sources = [SourceFile.of(file) for file in files]
    say(0.0, _("Reading files"))
    reports, sheets, left_out = _read(sources, kind, mapping, say)
    if not any(sheet.table.num_rows for sheet in sheets):
        return ImportReport(store.current().version_id, None, reports, dry_run)
    known = len(store.recovered)
    with store.writing(lambda: say(0.0, _("Waiting for another import to finish"))):
        fresh = replace_simulated and store.current().simulated
        draft = store.draft(simulated=simulated, fresh=fresh)
        try:
            work = _Import(store, draft, today or today_here(), simulated, say)
            loaded, rejected = work.load(sheets)
            reports = _in_file_order(sources, reports + loaded)
            _mention(reports, left_out)
            for sentence in store.recovered[known:]:
                reports[0].warnings.append(RowProblem(None, None, sentence))
            return work.finish(reports, rejected, dry_run)
        finally:
            draft.discard()


def _read(
    sources: Sequence[SourceFile], kind: str | None, mapping: str | None, say: Progress
) -> tuple[list[FileReport], list[Sheet], dict[str, list[str]]]:
    """The usable sheets, a report for each file or sheet of no use, and what was left out."""
    reports: list[FileReport] = []
    sheets: list[Sheet] = []
    left_out: dict[str, list[str]] = {}
    rules = load_rules()
    for position, source in enumerate(sources):
        say(0.3 * position / len(sources), _("Reading {file}", file=source.name))
        try:
            content = read_source(source, kind=kind, mapping=mapping, rules=rules)
        except (UnreadableFile, MappingError) as problem:
            reports.append(_unusable(source.name, "", kind, str(problem)))
            continue
        if content.ignored:
            left_out[source.name] = content.ignored
        for sheet in content.sheets:
            if sheet.problem:
                reports.append(_unusable(sheet.file, sheet.sheet, sheet.kind, sheet.problem))
            elif sheet.table.num_rows == 0:
                empty = FileReport(sheet.file, sheet.sheet, sheet.kind)
                empty.warnings.append(RowProblem(None, None, _("The sheet has no rows")))
                reports.append(empty)
            else:
                sheets.append(sheet)
    return reports, sheets, left_out


def _mention(reports: Sequence[FileReport], left_out: dict[str, list[str]]) -> None:
    """Say with the first sheet of each file which parts of it were not read."""
    for report in reports:
        for part in left_out.pop(report.file, []):
            report.warnings.append(RowProblem(None, None, _("Not read: {part}", part=part)))


def _unusable(file: str, sheet: str, kind: str | None, problem: str) -> FileReport:
    return FileReport(file, sheet, kind, errors=[RowProblem(None, None, problem)])


def _in_file_order(sources: Sequence[SourceFile], reports: list[FileReport]) -> list[FileReport]:
    order = {source.name: position for position, source in reversed(list(enumerate(sources)))}
    return sorted(reports, key=lambda report: order.get(report.file, len(order)))


class _Import:
    def __init__(
        self, store: Store, draft: Draft, today: date, simulated: bool, say: Progress
    ) -> None:
        self.store = store
        self.draft = draft
        self.today = today
        self.simulated = simulated
        self.say = say
        self.batch_no = draft.next_batch_no()

    def load(self, sheets: list[Sheet]) -> tuple[list[FileReport], list[RejectedSheet]]:
        self.draft.begin()
        rules = load_rules()
        desa = desa_index(self.draft)
        ordered = sorted(sheets, key=lambda sheet: KIND_ORDER.index(sheet.kind))
        total = sum(sheet.table.num_rows for sheet in ordered)
        reports, rejected, done = [], [], 0
        for sheet in ordered:
            self.say(
                0.3 + 0.5 * done / total, _("Checking {sheet}", sheet=sheet.sheet or sheet.file)
            )
            known = reference(self.draft, desa, rules, self.today)
            loaded = SheetLoader(self.draft, sheet, known, self.batch_no).load()
            reports.append(loaded.report)
            if loaded.rejected:
                rejected.append(loaded.rejected)
            done += sheet.table.num_rows
        return reports, rejected

    def finish(
        self, reports: list[FileReport], rejected: list[RejectedSheet], dry_run: bool
    ) -> ImportReport:
        report = ImportReport(None, None, reports, dry_run, rejected)
        if dry_run:
            self.draft.rollback()
            report.version = self.store.current().version_id
            return report
        report.batch = self.draft.batch_id
        changed = bool(report.total("accepted"))
        if changed:
            self.say(0.85, _("Updating the tables"))
            self.draft.commit(
                self.batch_no, {name: report.total(name) for name in _COUNTS}, self.simulated
            )
            report.version = self.draft.version_id
        else:
            self.draft.rollback()
            report.version = self.store.current().version_id
        # Report and rejects first: nothing is published that could not be accounted for. The
        # report comes before the rows it speaks of, so that a kill in between leaves none astray.
        self.store.keep_report(
            self.draft.batch_id,
            {
                **report.as_dict(),
                "imported_at": datetime.now(UTC).isoformat(),
                "message": report.message,
                "simulated": self.simulated,
            },
        )
        if rejected:
            self.store.keep_rejects(self.draft.batch_id, [asdict(sheet) for sheet in rejected])
        if changed:
            self.say(0.95, _("Saving the new version"))
            files = number(len({r.file for r in report.files}))
            rows = number(report.total("accepted"))
            self.draft.publish(
                _("Import of {files} files: {rows} rows accepted", files=files, rows=rows)
            )
        self.store.settle_report()
        self.say(1.0, report.message)
        return report


_COUNTS = ("rows_read", "accepted", "unchanged", "rejected")


def rejected_sheets(store: Store, batch_id: str) -> list[RejectedSheet]:
    """The rejected rows of an earlier import, as they were read; empty when it had none."""
    kept = store.rejects(batch_id) or []
    return [RejectedSheet(**sheet) for sheet in kept]
