"""A version as a reader of some desa sees it: the other desa are not there at all."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

import duckdb
import pandas as pd

from analytics.i18n import _
from analytics.store import engine
from analytics.store.errors import NotForThisRole
from analytics.store.snapshot import Snapshot

_MOST_SCOPES = 16
_scoped: WeakKeyDictionary[Snapshot, OrderedDict[tuple[str, ...], Scoped]] = WeakKeyDictionary()
_making = threading.Lock()


class Scoped(Snapshot):
    """A `Snapshot` with the households, visits and barriers of some desa only.

    Every question can be asked of it, and none can return more: its database holds copies of
    these rows and is cut off from the version they come from. Personal fields are opened for
    its own rows only.
    """

    def __init__(self, whole: Snapshot, codes: Sequence[str]) -> None:
        """
        Args:
            codes: Kemendagri codes; unknown ones add nothing, none at all leaves nothing.
        """
        self.info = whole.info
        self.version_id = whole.version_id
        self.simulated = whole.simulated
        self.notice = whole.notice
        self.damaged = False
        self.seen_as = "desa:" + ",".join(codes)
        self._codes = tuple(codes)
        self._database = whole._database
        self._vault_folder = whole._vault_folder
        self._lock = threading.Lock()
        self._learn()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        return engine.connect_scoped(self._database, self._codes)

    def private(self, kind: str, ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """As `Snapshot.private`; ids of other desa are as unknown ones."""
        sql = engine.read_sql(engine.STORE_FOLDER / "visible.sql")
        seen = self.query(sql, {"kind": kind, "ids": list(ids)})["id"]
        return super().private(kind, seen.tolist())


class Sealed(Snapshot):
    """A version of which only its name may be known: any question is refused.

    Published figures are worked out from *whole* by `analytics.access.release`.
    """

    def __init__(self, whole: Snapshot) -> None:
        self.info = whole.info
        self.version_id = whole.version_id
        self.simulated = whole.simulated
        self.notice = whole.notice
        self.damaged = False
        self.seen_as = "published"
        self.store_id = whole.store_id
        self.area_code = whole.area_code
        self.area_name = whole.area_name
        self.imports = whole.imports
        self.holds_real = whole.holds_real
        # The newest visit is one household's; the published month says enough.
        self.data_through = None

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        raise NotForThisRole(
            _("This role sees published figures only, not the records they are made of.")
        )

    def private(self, kind: str, ids: Sequence[str]) -> dict[str, dict[str, str]]:
        raise NotForThisRole(_("This role does not see personal data."))


def scoped(whole: Snapshot, codes: Sequence[str]) -> Scoped:
    """The version for a reader of these desa; the last few are kept with their version."""
    wanted = tuple(sorted(set(codes)))
    with _making:
        kept = _scoped.setdefault(whole, OrderedDict())
        if wanted not in kept:
            kept[wanted] = Scoped(whole, wanted)
            while len(kept) > _MOST_SCOPES:
                kept.popitem(last=False)
        kept.move_to_end(wanted)
        return kept[wanted]
