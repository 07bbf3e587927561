"""Secrets that travel: sessions, one-time links, and what proves that a form is ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode


def random_token() -> str:
    """32 random bytes, as text for addresses and cookies."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of a token: whoever reads the database cannot use it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


class Signer:
    """Signs with a key that only this installation has; `purpose` keeps one use from being taken for another."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def mac(self, purpose: str, value: str) -> str:
        """The signature of `value`, as text."""
        message = f"{purpose}\0{value}".encode("utf-8", "surrogatepass")
        return urlsafe_b64encode(hmac.digest(self._key, message, "sha256")).rstrip(b"=").decode()

    def sign(self, purpose: str, value: str) -> str:
        """`value` with its signature."""
        return f"{value}.{self.mac(purpose, value)}"

    def unsign(self, purpose: str, signed: str) -> str | None:
        """What `sign` was given; None where the signature is not ours."""
        value, dot, mac = signed.rpartition(".")
        return value if dot and self.same(mac, self.mac(purpose, value)) else None

    @staticmethod
    def same(one: str, other: str) -> bool:
        """Whether two texts are equal, in a time that tells nothing."""
        return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
