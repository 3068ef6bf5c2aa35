"""What a store keeps beside its versions: import reports, rejected rows, boundary files."""

from __future__ import annotations

import logging
from operator import itemgetter
from typing import Any

from analytics.store import vault
from analytics.store.errors import write_problem
from analytics.store.files import get_json, put, put_json
from analytics.store.layout import Layout

_log = logging.getLogger(__name__)
_PENDING = ".pending"


class Records:
    """The part of `Store` that knows nothing of versions but their ids."""

    layout: Layout

    def _keys(self) -> vault.Keys:
        """The vault's keys; raises `KeyMissing`."""
        raise NotImplementedError

    def keep_report(self, batch_id: str, report: dict[str, Any]) -> None:
        """Keep what an import is about to do; `_settle_reports` makes it final or forgets it.

        Kept before the version is published: so that a full disk can still stop the import, and
        no published row is ever without its report.
        """
        try:
            put_json(self.layout.reports / f"{batch_id}{_PENDING}", report)
        except OSError as error:
            raise write_problem(error) from error

    def _settle_reports(self) -> None:
        """Reports of published versions become final; those of killed imports go."""
        for path in self.layout.reports.glob(f"b-*{_PENDING}"):
            batch_id = path.name.removesuffix(_PENDING)
            try:
                landed = get_json(path)["version"] in self.layout.version_ids()
            except (ValueError, KeyError, TypeError):
                landed = True  # unreadable: keep it, `verify` will say so
            if landed:
                path.replace(self.layout.reports / f"{batch_id}.json")
            else:
                path.unlink()
                (self.layout.rejects / f"{batch_id}.sealed").unlink(missing_ok=True)

    def settle_report(self) -> None:
        """The import that kept its report is over, one way or the other."""
        try:
            self._settle_reports()
        except OSError as error:
            raise write_problem(error) from error

    def reports(self) -> list[dict[str, Any]]:
        """What each import did, newest first."""
        known = set(self.layout.version_ids())
        found = []
        for path in self.layout.reports.glob("b-*"):
            try:
                report = dict(get_json(path))
                when, landed = str(report["imported_at"]), report["version"] in known
            except (OSError, ValueError, KeyError, TypeError):
                _log.warning("report %s is damaged", path.name)
                continue
            if landed or not path.name.endswith(_PENDING):
                found.append((when, report))
        return [report for _when, report in sorted(found, key=itemgetter(0), reverse=True)]

    def keep_rejects(self, batch_id: str, rejects: Any) -> None:
        """Seal rejected rows (they hold personal data as they were typed)."""
        try:
            put(
                self.layout.rejects / f"{batch_id}.sealed",
                vault.seal_json(self._keys(), batch_id, rejects),
            )
        except OSError as error:
            raise write_problem(error) from error

    def rejects(self, batch_id: str) -> Any:
        """The rejected rows of an import, or ``None`` when it had none."""
        path = self.layout.rejects / f"{batch_id}.sealed"
        if path.parent != self.layout.rejects or not path.is_file():
            return None
        return vault.open_json(self._keys(), batch_id, path.read_bytes())

    def boundaries(self) -> bytes | None:
        """The imported boundary file in use (GeoJSON), or ``None``."""
        path = self.layout.boundaries / "boundaries.geojson"
        return path.read_bytes() if path.is_file() else None

    def save_boundaries(self, geojson: bytes, name: str) -> None:
        """Use an imported boundary file from now on; *name* is shown as its source."""
        try:
            put(self.layout.boundaries / "boundaries.geojson", geojson)
            put_json(self.layout.boundaries / "source.json", {"name": name})
        except OSError as error:
            raise write_problem(error) from error

    def boundaries_name(self) -> str | None:
        path = self.layout.boundaries / "source.json"
        try:
            return str(get_json(path)["name"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("the name of the boundary file is damaged")
            return None

    def remove_boundaries(self) -> None:
        """Go back to the schematic map."""
        (self.layout.boundaries / "boundaries.geojson").unlink(missing_ok=True)
        (self.layout.boundaries / "source.json").unlink(missing_ok=True)
