"""Passwords: how they are kept, which are refused, and one-time ones.

Kept as Argon2id hashes with the parameters of RFC 9106 (second choice: 64 MiB, 3 passes), which
argon2-cffi follows. At most `_AT_ONCE` are worked out at the same time, so that a flood of
log-ins cannot take the memory of the machine.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from analytics.config import load_rules
from analytics.i18n import _

LONGEST = 256
_AT_ONCE = 2
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not taken for one another when read aloud."""
_WEAK_SCORE = 2
_JUDGED = 64
"""zxcvbn gets slow on long texts; nothing so long is a common password."""
_working = threading.BoundedSemaphore(_AT_ONCE)
_hasher = PasswordHasher()


class WeakPassword(ValueError):
    """The password is refused; ``str(error)`` says why."""


def _plain(password: str) -> str:
    """The same characters however the keyboard composed them."""
    return unicodedata.normalize("NFKC", password)


def make_hash(password: str) -> str:
    """An Argon2id hash with its parameters and salt."""
    with _working:
        return _hasher.hash(_plain(password))


def matches(kept: str, password: str) -> bool:
    """Whether *password* is the one behind the hash *kept*."""
    if len(password) > LONGEST:
        return False
    with _working:
        try:
            return _hasher.verify(kept, _plain(password))
        except (VerificationError, InvalidHashError):
            return False


def is_old(kept: str) -> bool:
    """The hash was made with other parameters than those of today."""
    return _hasher.check_needs_rehash(kept)


@cache
def nobodys_hash() -> str:
    """What the password of an account that does not exist is compared with: as much work."""
    return make_hash(secrets.token_urlsafe(16))


def one_time() -> str:
    """A password of 80 random bits in four groups, easy to read over the telephone."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _i in range(4)) for _j in range(4))


def check_strength(password: str, name: str) -> None:
    """Refuse what is guessed first.

    Raises:
        WeakPassword: too short or long, like the name of the account, or one of the common ones
            (as zxcvbn judges: Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", 2016).
    """
    from zxcvbn import zxcvbn

    least = load_rules().access.password_length
    plain = _plain(password)
    if len(plain) < least:
        raise WeakPassword(_("The password needs at least {count} characters.", count=least))
    if len(plain) > LONGEST:
        raise WeakPassword(_("The password may have {count} characters at most.", count=LONGEST))
    if len(name) > 2 and name.lower() in plain.lower():
        raise WeakPassword(_("The password must not contain the name of the account."))
    known = [name, "perut", "dashboard", "kecamatan", "awayan", "balangan", "desa", "rahasia"]
    if zxcvbn(plain[:_JUDGED], user_inputs=known)["score"] < _WEAK_SCORE:
        raise WeakPassword(_("This password is too easy to guess. Try a few unrelated words."))
