"""What a store keeps beside its versions: import reports, rejected rows, boundary files."""

from __future__ import annotations

import hashlib
import logging
from operator import itemgetter
from typing import Any

from analytics.store import vault
from analytics.store.audit import Audit
from analytics.store.errors import AuditUnwritable, write_problem
from analytics.store.files import get_json, is_as_written, put, put_json, with_checksum
from analytics.store.layout import PENDING, Layout, number_of
from analytics.store.recovery import settle_reports

_log = logging.getLogger(__name__)


class Records:
    """The part of `Store` that knows nothing of versions but their ids."""

    layout: Layout

    def _keys(self) -> vault.Keys:
        """The vault's keys; raises `KeyMissing`."""
        raise NotImplementedError

    def keep_report(self, batch_id: str, report: dict[str, Any]) -> None:
        """Keep what an import is about to do; `settle_report` makes it final or forgets it.

        Kept before the version is published: so that a full disk can still stop the import, and
        no published row is ever without its report.
        """
        pending = self.layout.reports / f"{batch_id}{PENDING}"
        accepted = sum(int(file["accepted"]) for file in report["files"])
        try:
            put_json(pending, with_checksum(report))
            Audit(self.layout).note("import", what=batch_id, count=accepted)
        except OSError as error:
            raise write_problem(error) from error
        except AuditUnwritable:
            (self.layout.rejects / f"{batch_id}.sealed").unlink(missing_ok=True)
            pending.unlink(missing_ok=True)
            raise

    def settle_report(self) -> None:
        """The import that kept its report is over, one way or the other."""
        try:
            settle_reports(self.layout)
        except OSError as error:
            raise write_problem(error) from error

    def reports(self) -> list[dict[str, Any]]:
        """What each import did, newest first: by its number, for a clock may go back."""
        known = set(self.layout.version_ids())
        found = []
        for path in self.layout.reports.glob("b-*"):
            try:
                report = dict(get_json(path))
                when = (number_of(path.name), str(report["imported_at"]))
                landed = report["version"] in known
            except (OSError, ValueError, KeyError, TypeError):
                _log.warning("report %s is damaged", path.name)
                continue
            if landed or path.suffix != PENDING:
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
        Audit(self.layout).note("boundaries", what="used")
        try:
            put(self.layout.boundaries / "boundaries.geojson", geojson)
            digest = hashlib.sha256(geojson).hexdigest()
            source = with_checksum({"name": name, "sha256": digest})
            put_json(self.layout.boundaries / "source.json", source)
        except OSError as error:
            raise write_problem(error) from error

    def boundaries_are_whole(self) -> bool:
        """Whether the boundary file in use is the one that was imported."""
        try:
            source = get_json(self.layout.boundaries / "source.json")
            digest = source.get("sha256")
            content = self.boundaries() or b""
            return is_as_written(source) and digest in (None, hashlib.sha256(content).hexdigest())
        except (OSError, ValueError, AttributeError):
            return False

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
        Audit(self.layout).note("boundaries", what="removed")
        (self.layout.boundaries / "boundaries.geojson").unlink(missing_ok=True)
        (self.layout.boundaries / "source.json").unlink(missing_ok=True)
