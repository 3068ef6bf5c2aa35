"""What a stopped writer left behind: completed or cleared by the next one, and said.

The pending report is the journal. It is kept before a version is published and becomes final
after the pointer names that version, so it tells at any moment how far the import had come:

- no manifest yet: nothing was published; the report goes, and what belongs to it;
- a manifest, but the pointer still names the parent: everything is whole and only the last step
  is missing, so it is done now;
- the pointer names it: only the report has to become final.

All of it runs under the writer's lock, where no import can be under way.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import filelock

from analytics.i18n import _
from analytics.store.files import fsync_folder, get_json, put
from analytics.store.layout import PENDING, Layout, VersionInfo, number_of

_log = logging.getLogger(__name__)
_RESTORE_SECONDS = 60.0
READY = ".ready"
"""In a folder that is being restored: everything is in it and checked; it may take its place."""


def recover(layout: Layout) -> list[str]:
    """Finish or clear what a stopped writer left; what a person should know of it, in sentences.

    Raises ``OSError`` when the disk is full or the folder cannot be written to.
    """
    said: list[str] = []
    stopped = layout.drafts.exists()
    if stopped:
        shutil.rmtree(layout.drafts)
    if completed := _complete(layout):
        said.append(
            _(
                "An earlier import was stopped at its very end. All of it is in version {version}, "
                "which is current now.",
                version=completed,
            )
        )
    _point_to_the_only_version(layout)
    dropped = settle_reports(layout)
    if (stopped or dropped) and not completed:
        said.append(
            _(
                "An earlier import was stopped before it was finished (the computer or the program "
                "was switched off). Nothing of it was kept; import its files again."
            )
        )
    # A restore that was stopped before the store made way for it: this store stays.
    (restoring(layout) / READY).unlink(missing_ok=True)
    _clear(layout)
    for sentence in said:
        _log.warning("%s", sentence)
    return said


def _complete(layout: Layout) -> str | None:
    """Let the pointer name a version that was published but for this step."""
    for report in layout.reports.glob(f"b-*{PENDING}"):
        try:
            version_id = str(get_json(report)["version"])
            info = VersionInfo.read(layout.manifest(version_id), layout.pointed())
        except (OSError, ValueError, KeyError, TypeError):
            continue  # not published, or unreadable: it stays, and `verify` says so
        next_in_line = version_id == layout.version_ids()[0] and info.parent in (
            None,
            layout.pointed(),
        )
        if info.batch_id == report.stem and not info.is_current and next_in_line:
            put(layout.pointer, f"{version_id}\n".encode())
            return version_id
    return None


def _point_to_the_only_version(layout: Layout) -> None:
    """The very first version of a store was stopped before it got its pointer."""
    ids = layout.version_ids()
    if len(ids) == 1 and not layout.pointer.exists():
        put(layout.pointer, f"{ids[0]}\n".encode())


def settle_reports(layout: Layout) -> int:
    """Make reports of published versions final and drop those of others; how many were dropped."""
    pending = sorted(layout.reports.glob(f"b-*{PENDING}"))
    dropped = 0
    for path in pending:
        try:
            report = get_json(path)
            rows = layout.rejects / f"{path.stem}.sealed"
            landed = report["version"] in layout.version_ids() and (
                rows.exists() or not any(file["rejected"] for file in report["files"])
            )
        except (ValueError, KeyError, TypeError):
            landed = True  # unreadable: keep it, `verify` will say so
        if landed:
            path.replace(path.with_suffix(".json"))
        else:
            # The rows first: without its report nobody would know that they are there.
            (layout.rejects / f"{path.stem}.sealed").unlink(missing_ok=True)
            path.unlink()
            dropped += 1
    if pending:
        # Else a later rollback could outlive this rename, and the import look unfinished.
        fsync_folder(layout.reports)
    return dropped


def _clear(layout: Layout) -> None:
    """Half-written files, and databases newer than every version (a draft without a manifest)."""
    for path in _drafts_of_files(layout):
        path.unlink(missing_ok=True)
    newest = max(map(number_of, layout.version_ids()), default=0)
    orphans = databases_without_manifest(layout)
    lost = versions_told_of(layout) if orphans else set()
    for version_id in orphans:
        if number_of(version_id) > newest and version_id not in lost:
            layout.database(version_id).unlink(missing_ok=True)


def databases_without_manifest(layout: Layout) -> list[str]:
    """What a stopped import or `prune` left, or what has lost its manifest."""
    known = set(layout.version_ids())
    found = (path.stem for path in layout.versions.glob("v*.duckdb"))
    return sorted(version_id for version_id in found if version_id not in known)


def versions_told_of(layout: Layout) -> set[str]:
    """Versions that a person was told of: by a final report, or as the current one."""
    told = {str(layout.pointed())}
    for path in layout.reports.glob("b-*.json"):
        try:
            told.add(str(get_json(path)["version"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # said by `verify`
    return told


def _drafts_of_files(layout: Layout) -> Iterator[Path]:
    yield from layout.folder.glob(".CURRENT.*.tmp")
    for folder in (layout.versions, layout.reports, layout.rejects, layout.vault):
        yield from folder.glob(".*.tmp")


def finish_restore(layout: Layout) -> None:
    """Let a restored folder take its place when the one who restored it was stopped in between.

    While somebody restores, this waits for the moment in which there is no folder to pass.

    Raises ``OSError`` or ``filelock.Timeout``.
    """
    staging = restoring(layout)
    if layout.identity.exists() or not (staging / READY).exists():
        return
    with restore_lock(layout):
        if not layout.identity.exists() and (staging / READY).exists():
            _log.warning("a restore was stopped at its very end; it is complete now")
            take_its_place(staging, layout)


def take_its_place(staging: Path, layout: Layout) -> None:
    """Rename the restored folder to the store's; a folder that holds no store makes way."""
    folder = layout.folder
    stray = folder.is_dir() and not layout.identity.exists()
    if stray and {path.name for path in folder.iterdir()} <= {layout.lock.name}:
        shutil.rmtree(folder)
    staging.replace(folder)
    fsync_folder(folder.parent)
    (folder / READY).unlink(missing_ok=True)


def restoring(layout: Layout) -> Path:
    """Where a backup is unpacked before it becomes the store."""
    return layout.folder.with_name(f"{layout.folder.name}.restoring")


def restore_lock(layout: Layout) -> filelock.BaseFileLock:
    """Held while a restored folder takes the store's place."""
    path = layout.folder.with_name(f".{layout.folder.name}.restore.lock")
    return filelock.FileLock(path, timeout=_RESTORE_SECONDS)
