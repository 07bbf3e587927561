"""The database's address."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, SecretStr, ValidationInfo

from bot.config.secrets import TextOrSecret
from bot.config.values import fault, split_address, surroundings

_SQLITE, _POSTGRES = "sqlite+aiosqlite", "postgresql+asyncpg"
_RIGHT = f'write "{_SQLITE}:///var/tribune.db" or "{_POSTGRES}://user@host/database"'


def _database(secret: SecretStr, info: ValidationInfo) -> SecretStr:
    value = secret.get_secret_value()
    parts = split_address(value)
    if parts.scheme == _SQLITE:
        return SecretStr(_absolute(value, surroundings(info).folder))
    if parts.scheme != _POSTGRES:
        raise fault(f"{parts.scheme + '://' if parts.scheme else 'this'} is no database Tribune can use", _RIGHT)
    if not parts.path.strip("/"):
        raise fault("names no database", _RIGHT)
    return secret


def _absolute(value: str, folder: Path) -> str:
    """Where a relative file lies must not depend on where the command was started."""
    place, question, options = value.removeprefix(f"{_SQLITE}://").partition("?")
    path = place.removeprefix("/")
    if not path or path == ":memory:":
        raise fault("names no file", f'write "{_SQLITE}:///" and the path of a file')
    return f"{_SQLITE}:///{(folder / path).resolve()}{question}{options}"


def shown_address(value: str) -> str:
    """An address of a database without the password."""
    parts = urlsplit(value)
    if parts.scheme == _SQLITE or not parts.password:
        return value
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}@{host}", query=""))


DatabaseAddress = Annotated[TextOrSecret, AfterValidator(_database)]
"""`sqlite+aiosqlite:///path` (relative to the configuration's folder) or `postgresql+asyncpg://user:password@host/name`;
the whole may be a secret."""
