"""The links by which letters are stopped: who holds one may, nobody can guess one, and none tells what is in it."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from flask import current_app

from timebank.notices.models import NoticeKind

_CODE, _LONGEST = 16, 32


@dataclass(frozen=True, slots=True)
class Stop:
    """Whose letters are stopped, and of which kind; None is every kind that can be."""

    membership_id: int
    kind: NoticeKind | None


def sealed(stop: Stop) -> str:
    """The secret of the link, always the same for the same: a code over what it says, and what it says made unreadable.

    The code is what makes the rest unreadable, so that no two secrets are alike and none can be made by who does not
    know the install's own secret (an SIV construction, RFC 5297, over HMAC-SHA256).
    """
    said = f"{stop.membership_id} {stop.kind.value if stop.kind else '*'}".encode().ljust(_LONGEST)
    code = _keyed(b"code", said)[:_CODE]
    return base64.urlsafe_b64encode(code + _veiled(code, said)).decode()


def opened(secret: str) -> Stop | None:
    """What the link says; None where it is none of ours."""
    try:
        held = base64.urlsafe_b64decode(secret.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None
    if len(held) != _CODE + _LONGEST:
        return None
    code, said = held[:_CODE], _veiled(held[:_CODE], held[_CODE:])
    if not hmac.compare_digest(code, _keyed(b"code", said)[:_CODE]):
        return None
    number, _, kind = said.decode().strip().partition(" ")
    return Stop(int(number), None if kind == "*" else NoticeKind(kind))


def _veiled(code: bytes, said: bytes) -> bytes:
    veil = _keyed(b"veil", code)
    return bytes(one ^ other for one, other in zip(said, veil, strict=False))


def _keyed(what_for: bytes, told: bytes) -> bytes:
    key = hmac.digest(str(current_app.config["SECRET_KEY"]).encode(), b"letters stop " + what_for, hashlib.sha256)
    return hmac.digest(key, told, hashlib.sha256)
