"""Reading a body within a limit, compressed or not."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator


class TooLarge(Exception):
    """The body, or what it decompresses to, is beyond the limit."""


class BadCompression(Exception):
    """The body is not compressed as it says."""


async def read_body(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """The whole body, decompressed; `encoding` is the Content-Encoding header, "" for none.

    No more than `limit` bytes and one chunk are ever held. Raises TooLarge and BadCompression.
    """
    unpacker = _unpacker(encoding.strip().lower(), limit)
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        part = unpacker.feed(chunk, limit - size) if unpacker else chunk
        size += len(part)
        if size > limit:
            raise TooLarge
        parts.append(part)
    if unpacker is not None:
        unpacker.finish()
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _unpacker(encoding: str, limit: int) -> _Unpacker | None:
    if encoding in {"", "identity", "none"}:
        return None
    if encoding in {"gzip", "x-gzip"}:
        return _Unpacker(16 + zlib.MAX_WBITS)
    if encoding == "deflate":
        return _Unpacker(zlib.MAX_WBITS)
    raise BadCompression(f"it is compressed with {encoding[:40]}, which was not asked for")


class _Unpacker:
    """Decompresses gzip (several members, too) and deflate (zlib's header being optional in practice)."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._started = False

    def feed(self, chunk: bytes, room: int) -> bytes:
        """What `chunk` decompresses to. Raises TooLarge where that is more than `room`, and BadCompression."""
        out = bytearray()
        while chunk:
            if self._stream.eof and not self._next_member(chunk):
                break
            out += self._decompress(chunk, room + 1 - len(out))
            if len(out) > room:
                raise TooLarge
            chunk = self._stream.unused_data
        return bytes(out)

    def _next_member(self, rest: bytes) -> bool:
        if self._window <= zlib.MAX_WBITS or not rest.startswith(b"\x1f\x8b"):
            return False
        self._stream = zlib.decompressobj(self._window)
        return True

    def _decompress(self, chunk: bytes, most: int) -> bytes:
        try:
            out = self._stream.decompress(chunk, most)
        except zlib.error as error:
            if self._started or self._window != zlib.MAX_WBITS:
                raise BadCompression("its compression is broken") from error
            self._window = -zlib.MAX_WBITS
            self._stream = zlib.decompressobj(self._window)
            return self._decompress(chunk, most)
        self._started = True
        return out

    def finish(self) -> None:
        """Raises BadCompression where the stream has not come to its end."""
        if self._started and not self._stream.eof:
            raise BadCompression("its compression breaks off")
