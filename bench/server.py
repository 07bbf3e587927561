"""The feeds' server, a process of its own: `python -m bench.server FEEDS HOSTS SEED`.

It is not what is measured: one look at the request, and bytes that are there already. It listens on one port of all
the course's loopback addresses, prints that port, and ends with its standard input. `GET /state/GENERATION/VALIDATORS`
(0 or 1) sets what it serves and answers how many times it answered 304 and 200 since the last time.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from datetime import timedelta
from email.utils import format_datetime
from typing import cast

import uvloop

from bench.course import Course
from bench.documents import BEGAN, Document, documents

_KNOWN = re.compile(rb"\r\nif-none-match: *([^\r]*)", re.IGNORECASE)
_SINCE = re.compile(rb"\r\nif-modified-since: *([^\r]*)", re.IGNORECASE)
_END = b"\r\n\r\n"


class Shelf:
    """What is served now."""

    def __init__(self, feeds: Sequence[Document]) -> None:
        self._feeds = feeds
        self._generation = 0
        self._validators = True
        self._answered = [0, 0]  # 304, 200

    def turn_to(self, generation: int, *, validators: bool) -> bytes:
        """Serve this from now on; what was answered until now."""
        answered, self._answered = self._answered, [0, 0]
        self._generation, self._validators = generation, validators
        return b"%d %d" % tuple(answered)

    def answer(self, number: int, request: bytes) -> Sequence[bytes | memoryview]:
        """The bytes of an answer; numbers beyond the last feed begin anew."""
        feed = self._feeds[number % len(self._feeds)]
        validators = self._told(feed)
        if validators and self._is_known(request, feed):
            self._answered[0] += 1
            return (b"HTTP/1.1 304 Not Modified\r\n", validators, b"\r\n")
        self._answered[1] += 1
        head, entries, tail = feed.parts(self._generation)
        kind = b"atom" if feed.atom else b"rss"
        length = len(head) + len(entries) + len(tail)
        status = b"HTTP/1.1 200 OK\r\nContent-Type: application/%b+xml\r\nContent-Length: %d\r\n" % (kind, length)
        return (status, validators, b"\r\n", head, entries, tail)

    def _is_known(self, request: bytes, feed: Document) -> bool:
        known = _KNOWN.search(request)
        if known is not None:
            return known[1] == self._etag(feed)
        since = _SINCE.search(request)
        return since is not None and since[1] == self._modified(feed)

    def _told(self, feed: Document) -> bytes:
        if not self._validators:
            return b""
        return b"ETag: %b\r\nLast-Modified: %b\r\n" % (self._etag(feed), self._modified(feed))

    def _etag(self, feed: Document) -> bytes:
        return b'"%d-%d"' % (feed.number, self._generation)

    def _modified(self, feed: Document) -> bytes:
        return format_datetime(BEGAN + timedelta(minutes=self._generation), usegmt=True).encode()


class Counter(asyncio.Protocol):
    """One connection; requests may come in pieces, or several at once."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while (end := self._rest.find(_END)) >= 0:
            request, self._rest = self._rest[: end + 2], self._rest[end + 4 :]
            self._transport.writelines(self._serve(request))
            if b"\r\nConnection: close\r\n" in request:
                self._transport.close()

    def _serve(self, request: bytes) -> Sequence[bytes | memoryview]:
        path = request[4 : request.index(b" ", 4)].split(b"/")
        if path[1] == b"feed":
            return self._shelf.answer(int(path[2]), request)
        told = self._shelf.turn_to(int(path[2]), validators=path[3] == b"1")
        return (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(told), told)


async def serve(feeds: int, hosts: int, seed: int) -> None:
    """Serve until the standard input ends."""
    shelf = Shelf(documents(feeds, seed))
    loop = asyncio.get_running_loop()
    port, servers = 0, []
    for address in Course(port=0, feeds=feeds, hosts=hosts).hosts_used():
        server = await loop.create_server(lambda: Counter(shelf), address, port, backlog=1024)
        port = server.sockets[0].getsockname()[1]
        servers.append(server)
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for server in servers:
        server.close()


if __name__ == "__main__":
    uvloop.run(serve(*map(int, sys.argv[1:4])))
