"""Is everything whole? Checksums, unique keys, marts equal to a rebuild, row counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analytics.i18n import _
from analytics.numbers import number
from analytics.store import vault
from analytics.store.check import Check
from analytics.store.errors import StoreError
from analytics.store.files import get_json, is_as_written, sha256
from analytics.store.layout import number_of
from analytics.store.recovery import databases_without_manifest, versions_told_of
from analytics.store.store import Store
from analytics.store.verify_tables import check_tables

__all__ = ["Check", "verify"]


def verify(store: Store, *, every_version: bool = False) -> list[Check]:
    """Check every file of the store, and the inside of the current version.

    Every version, vault segment, report and the log against its checksum; the accounts of every
    import; the marts of the current version against a rebuild.

    Args:
        every_version: rebuild the marts of every version that is kept, not only the current one.

    Raises:
        StoreError: only when the store folder itself cannot be read or written to.
    """
    checks = [*_pointer(store), *_key(store), *_versions(store), *_manifests(store)]
    checks += [
        *_vault(store),
        *_reports(store),
        *_sealed(store),
        *_log(store),
        *_boundaries(store),
        *_frozen(store),
    ]
    try:
        current = store.current()
    except StoreError as error:
        return [*checks, Check("current", False, str(error))]
    infos = [current.info]
    if every_version:
        whole = {c.name.removeprefix("version ") for c in checks if c.ok}
        infos += [i for i in store.versions() if i.id != current.version_id and i.id in whole]
    return [*checks, *check_tables(store, infos)]


def _pointer(store: Store) -> Iterator[Check]:
    pointed = store.layout.pointed()
    known = pointed in store.layout.version_ids()
    yield Check("pointer", known, _("The pointer names version {version}", version=pointed))


def _key(store: Store) -> Iterator[Check]:
    try:
        right = store.has_right_key()
    except StoreError as error:
        yield Check("key", False, str(error))
        return
    if right is None:
        yield Check("key", True, _("The vault key is not on this machine; sealed rows unchecked"))
    else:
        yield Check(
            "key",
            right,
            _("The vault key is this store's") if right else _("The vault key is another store's"),
        )


def _frozen(store: Store) -> Iterator[Check]:
    from analytics.store.frozen import figure_ids, kept_figure  # they need the store's own modules

    ids, damaged = figure_ids(store), []
    for figure_id in ids:
        try:
            kept_figure(store, figure_id)
        except StoreError:
            damaged.append(figure_id)
    if ids:
        detail = _("Damaged: {names}", names=", ".join(damaged)) if damaged else ""
        yield Check("frozen", not damaged, detail or _("{count} whole", count=number(len(ids))))


def _sealed(store: Store) -> Iterator[Check]:
    """What people wrote and attached: does all of it open?"""
    # they need the store's own modules
    from analytics.store.corrections import kept_corrections
    from analytics.store.dismissals import kept_dismissals
    from analytics.store.evidence import damaged_evidence, registered

    def corrections() -> tuple[int, Sequence[str], str]:
        kept = kept_corrections(store)
        return len(kept.corrections), kept.damaged, _("{count} corrections can be opened")

    def dismissals() -> tuple[int, Sequence[str], str]:
        kept = kept_dismissals(store)
        return len(kept.by_key), kept.damaged, _("{count} dismissals can be opened")

    def evidence() -> tuple[int, Sequence[str], str]:
        found = registered(store)
        return len(found), damaged_evidence(store, found), _("{count} documents can be opened")

    for each in (corrections, dismissals, evidence):
        try:
            if not store.has_right_key():
                return  # said by the check of the key
            count, damaged, said = each()
        except StoreError as error:
            yield Check(each.__name__, False, str(error))
            continue
        detail = said.format(count=number(count))
        yield Check(each.__name__, not damaged, ", ".join(damaged) or detail)


def _versions(store: Store) -> Iterator[Check]:
    listed = {info.id: info for info in store.versions()}
    for version_id in store.layout.version_ids():
        info = listed.get(version_id)
        if info is None:
            yield Check(f"version {version_id}", False, _("The manifest is damaged"))
            continue
        database = store.layout.database(version_id)
        whole = database.is_file() and sha256(database) == info.sha256
        detail = _("{size} bytes, checksum right", size=number(info.size_bytes))
        yield Check(f"version {version_id}", whole, detail if whole else _("The file is damaged"))


def _manifests(store: Store) -> Iterator[Check]:
    """A database whose manifest is gone, newer than a version that `prune` may have left half."""
    orphans = databases_without_manifest(store.layout)
    if not orphans:
        return
    newest = max(map(number_of, store.layout.version_ids()), default=0)
    told = versions_told_of(store.layout)
    for version_id in orphans:
        if version_id in told and (
            number_of(version_id) > newest or version_id == store.layout.pointed()
        ):
            yield Check(f"version {version_id}", False, _("The manifest is missing"))


def _vault(store: Store) -> Iterator[Check]:
    segments = {segment for info in store.versions() for segment in info.vault}
    broken = []
    for name, digest in sorted(segments):
        path = store.layout.vault / name
        if not path.is_file() or sha256(path) != digest:
            broken.append(name)
    detail = _("{count} segments of the vault checked", count=number(len(segments)))
    yield Check("vault", not broken, ", ".join(broken) if broken else detail)


def _reports(store: Store) -> Iterator[Check]:
    """``rows_read = accepted + unchanged + rejected``, and every rejected row is still there."""
    try:
        keys = store.keys() if store.has_right_key() else None
    except StoreError:
        keys = None  # said by the check of the key
    yield _every_report(store)
    for path in sorted(store.layout.reports.glob("b-*.json")):
        try:
            report = get_json(path)
            files = report["files"]
            right = is_as_written(report) and all(
                f["rows_read"] == f["accepted"] + f["unchanged"] + f["rejected"] for f in files
            )
            rejected = sum(f["rejected"] for f in files)
            detail = _("{rows} rows accounted for", rows=number(sum(f["rows_read"] for f in files)))
            if keys and rejected:
                sealed = (store.layout.rejects / f"{path.stem}.sealed").read_bytes()
                kept = vault.open_json(keys, path.stem, sealed)
                held = sum(len(sheet["rows"]) for sheet in kept)
                right = right and held == rejected
        except (OSError, ValueError, KeyError, TypeError, StoreError) as error:
            right, detail = (
                False,
                _("The report is damaged ({reason})", reason=type(error).__name__),
            )
        yield Check(f"import {path.stem}", right, detail)


def _every_report(store: Store) -> Check:
    """Imports are numbered without a gap, and rejected rows have a report to belong to."""
    reports = {path.stem for path in store.layout.reports.glob("b-*.*")}
    numbers = {number_of(name) for name in reports} - {0}
    lost = [f"b-{n:05d}" for n in range(min(numbers, default=0), max(numbers, default=0))]
    missing = [name for name in lost if number_of(f"{name}-") not in numbers]
    missing += sorted({p.stem for p in store.layout.rejects.glob("b-*.sealed")} - reports)
    detail = _("{count} reports, none missing", count=number(len(reports)))
    return Check("reports", not missing, ", ".join(missing) or detail)


def _log(store: Store) -> Iterator[Check]:
    problems = store.audit.check()
    yield Check("log", not problems, " ".join(problems[:5]) or store.audit.describe())
    if (store.layout.retention / "journal.json").exists():
        detail = _("An erasure was interrupted; `retention --apply` completes it")
        yield Check("retention", False, detail)


def _boundaries(store: Store) -> Iterator[Check]:
    if not any(store.layout.boundaries.glob("[!.]*")):
        return
    right = store.boundaries_are_whole()
    detail = _("The boundary file is as it was imported")
    broken = _("The boundary file is damaged; import it again")
    yield Check("boundaries", right, detail if right else broken)
