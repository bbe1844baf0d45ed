"""What lets people into a room: its code, and the secrets of who leads it and of who is in it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata

SIGNS = "CDFHJKMNPRTVWXY34679"
"""Of a code. No vowels, so that it spells nothing, and of signs that look alike (B 8, G 6, S 5, Z 2, U V, 0 O Q, 1 I L)
one at most."""
LENGTH = 6
"""64 million codes: whoever may guess 700 an hour needs years to meet one of ten rooms."""
HALF = LENGTH // 2
SECRET_BYTES = 16


def new_code() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def new_secret() -> str:
    """128 random bits, as an address may hold them."""
    return secrets.token_urlsafe(SECRET_BYTES)


def page_secret(token: str) -> str:
    """The secret in the address of somebody's own page, made of that in their cookie, which nobody can tell from it."""
    digest = hmac.digest(token.encode(), b"own page", "sha256")
    return base64.urlsafe_b64encode(digest[:SECRET_BYTES]).decode().rstrip("=")


def read_code(typed: str) -> str:
    """The code that somebody typed, in any case and with or without spaces and hyphens; empty where it is none."""
    plain = unicodedata.normalize("NFKC", typed[: 4 * LENGTH]).upper()
    code = "".join(sign for sign in plain if sign not in " -–_.\t\u00a0")
    return code if len(code) == LENGTH and all(sign in SIGNS for sign in code) else ""


def in_halves(code: str) -> str:
    """A code as people read it out: ABC DEF."""
    return f"{code[:HALF]} {code[HALF:]}"


def hashed(secret: str) -> str:
    """What is kept of a secret. It is random and long, so that nobody can guess what was hashed, however fast."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(secret: str, kept: str) -> bool:
    """Whether this is the secret of which the hash was kept, found out in the same time whatever differs."""
    return hmac.compare_digest(hashed(secret), kept)
