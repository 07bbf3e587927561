"""Feeds that are files of the operator's own machine."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from bot.domain.model import Failed, FailureKind
from feeds.failures import too_large


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file that was read; `body` is None where it is the one of `last_modified`."""

    body: bytes | None
    last_modified: str


async def read_file(address: str, last_modified: str | None, limit: int) -> LocalFile | Failed:
    """The file at a `file:` address (absolute, or relative to the working directory), in at most `limit` bytes."""
    parts = urlsplit(address)
    if parts.netloc not in {"", "localhost"}:
        return Failed(kind=FailureKind.UNREACHABLE, reason="a file: address names no host")
    return await asyncio.to_thread(_read, unquote(parts.path), last_modified, limit)


def _read(path: str, last_modified: str | None, limit: int) -> LocalFile | Failed:
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            modified = f"{formatdate(status.st_mtime, usegmt=True)}; {status.st_mtime_ns}"
            if modified == last_modified:
                return LocalFile(None, modified)
            body = file.read(limit + 1)
    except (OSError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else "not a file"
        return Failed(kind=FailureKind.UNREACHABLE, reason=f"the file {path} cannot be read: {told.lower()}")
    return too_large(limit) if len(body) > limit else LocalFile(body, modified)
