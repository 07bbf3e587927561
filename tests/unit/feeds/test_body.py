"""Bodies within a limit, compressed or not."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.body import BadCompression, TooLarge, read_body


async def _chunks(body: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(body), size):
        yield body[at : at + size]


def _raw_deflate(body: bytes) -> bytes:
    return zlib.compress(body)[2:-4]


_TEXT = b"news " * 1000


@pytest.mark.parametrize("size", [7, 100, 100_000])
@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("", _TEXT),
        ("identity", _TEXT),
        ("gzip", gzip.compress(_TEXT)),
        ("X-GZIP", gzip.compress(_TEXT[:100]) + gzip.compress(_TEXT[100:])),
        ("gzip", gzip.compress(_TEXT) + b"rubbish after it"),
        ("deflate", zlib.compress(_TEXT)),
        ("deflate", _raw_deflate(_TEXT)),
    ],
)
async def test_bodies(encoding: str, sent: bytes, size: int) -> None:
    assert await read_body(_chunks(sent, size), encoding, len(_TEXT)) == _TEXT


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
async def test_the_limit_holds_for_what_is_unpacked(encoding: str) -> None:
    bomb = b"\0" * 50_000_000
    sent = {"": bomb, "gzip": gzip.compress(bomb, 1), "deflate": zlib.compress(bomb, 1)}[encoding]
    with pytest.raises(TooLarge):
        await read_body(_chunks(sent, 65536), encoding, 100_000)


@pytest.mark.parametrize(
    ("encoding", "sent", "reason"),
    [
        ("gzip", b"<rss/> is not compressed", "its compression is broken"),
        ("gzip", gzip.compress(_TEXT)[:-20], "its compression breaks off"),
        ("deflate", b"\xff\xff\xff\xff", "its compression is broken"),
        ("br", b"x", "it is compressed with br, which was not asked for"),
    ],
)
async def test_broken_compression(encoding: str, sent: bytes, reason: str) -> None:
    with pytest.raises(BadCompression, match=reason):
        await read_body(_chunks(sent, 100), encoding, 100_000)


@given(st.binary(max_size=500), st.sampled_from(["gzip", "deflate"]), st.integers(min_value=1, max_value=50))
async def test_any_bytes_end_in_a_body_or_a_refusal(sent: bytes, encoding: str, size: int) -> None:
    with contextlib.suppress(TooLarge, BadCompression):
        await read_body(_chunks(sent, size), encoding, 10_000)
