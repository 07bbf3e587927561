"""Small secrets of the bot's, kept in files that only the configured key opens."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from Crypto.Cipher import AES

from bot.errors import NetworkRefused

_MAGIC = b"tribune vault 1\n"
_SALT, _NONCE, _TAG = 16, 12, 16
_KEYS_KEPT = 8  # derived ones: to derive one takes a twentieth of a second on purpose


class Vault:
    """Files of one folder, each encrypted with a key derived from `key` (scrypt, AES-256-GCM).

    A file is its magic, salt, nonce, tag and the encrypted bytes; its name is authenticated with it.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key
        self._derived: dict[bytes, bytes] = {}

    def place(self, name: str) -> Path:
        """The file that holds a secret."""
        return self._folder / f"{name}.sealed"

    def read(self, name: str) -> bytes | None:
        """A secret, None where there is none. Raises `NetworkRefused` where the key does not open it."""
        path = self.place(name)
        with accessible(path):
            if not path.exists():
                return None
            found = path.read_bytes()
        try:
            return self._opened(name, found)
        except ValueError as error:
            raise NetworkRefused(
                f"{path} does not open with the key of [matrix]: write the key that it was written with, or remove the"
                " file and run `tribune matrix login`"
            ) from error

    def write(self, name: str, secret: bytes) -> None:
        """Keep a secret in place of the one before; a crash leaves the one or the other. Raises `NetworkRefused`."""
        path = self.place(name)
        with accessible(path):
            private(self._folder)
            _replace(path, self._sealed(name, secret))

    def remove(self, name: str) -> None:
        """Keep it no more; what is not there is removed."""
        path = self.place(name)
        with accessible(path):
            path.unlink(missing_ok=True)

    def _sealed(self, name: str, secret: bytes) -> bytes:
        salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
        cipher = AES.new(self._derive(salt), AES.MODE_GCM, nonce=nonce, mac_len=_TAG)
        cipher.update(_MAGIC + name.encode())
        text, tag = cipher.encrypt_and_digest(secret)
        return b"".join((_MAGIC, salt, nonce, tag, text))

    def _opened(self, name: str, found: bytes) -> bytes:
        """Raises ValueError."""
        head = len(_MAGIC)
        if not found.startswith(_MAGIC) or len(found) < head + _SALT + _NONCE + _TAG:
            raise ValueError("it is no file of a vault's")
        salt, rest = found[head : head + _SALT], found[head + _SALT :]
        nonce, tag, text = rest[:_NONCE], rest[_NONCE : _NONCE + _TAG], rest[_NONCE + _TAG :]
        cipher = AES.new(self._derive(salt), AES.MODE_GCM, nonce=nonce, mac_len=_TAG)
        cipher.update(_MAGIC + name.encode())
        return cipher.decrypt_and_verify(text, tag)

    def _derive(self, salt: bytes) -> bytes:
        if salt not in self._derived:
            if len(self._derived) >= _KEYS_KEPT:
                self._derived.clear()
            self._derived[salt] = hashlib.scrypt(self._key.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
        return self._derived[salt]


def private(folder: Path) -> None:
    """Make a folder that only this user sees into."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """The new name is on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def accessible(path: Path) -> Iterator[None]:
    """What is done with a file or folder of the bot's stands within; raises `NetworkRefused` where it cannot be."""
    try:
        yield
    except OSError as error:
        raise NetworkRefused(
            f"{path} cannot be read or written ({error.strerror}): give its folder to the user that Tribune runs as"
        ) from error
