"""What can go wrong with a store, each as a sentence that staff can act on."""

from __future__ import annotations

import errno

from analytics.i18n import _


class StoreError(Exception):
    """Base class; ``str(error)`` is a clear sentence in the current language."""


class StoreBusy(StoreError):
    """Another import holds the writer's lock."""


class StoreBroken(StoreError):
    """A version, or every version, cannot be read."""


class UnknownVersion(StoreError):
    """No version has this id."""


class UnknownHousehold(StoreError):
    """No version has a household with this id."""


class KeyMissing(StoreError):
    """The vault's key is not there, or is not the key this store was made with."""


class AuditUnwritable(StoreError):
    """What was asked for cannot be noted in the audit log, and was therefore not done."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            _(
                "This cannot be noted in the log now, so nothing was done: {reason}.",
                reason=reason,
            )
        )

    @classmethod
    def of(cls, error: OSError) -> AuditUnwritable:
        """Why the log cannot be written, for who reads it."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return cls(_("the disk is full; free some space and try again"))
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return cls(_("the folder of the log cannot be written to"))
        return cls(errno.errorcode.get(error.errno or 0, type(error).__name__))


class NotForThisRole(StoreError):
    """The reader's role does not see what was asked for."""


def write_problem(error: OSError) -> StoreError:
    """Translate an operating-system error during writing; the old version is untouched."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError(
            _("The disk is full. Nothing was changed; free some space and try again.")
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StoreError(_("The store folder cannot be written to. Nothing was changed."))
    if error.errno in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        return StoreError(_("The store's place is not a folder. Nothing was changed."))
    reason = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return StoreError(
        _("Writing to the store failed ({reason}). Nothing was changed.", reason=reason)
    )
