"""Asking for one page again and again, over connections that stay open, with as little work as can be."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

CONNECTIONS = 8
_PIECE = 1 << 18


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came."""

    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """How often a page came in a time, the same each time."""

    answers: int
    seconds: float

    @property
    def rate(self) -> float:
        """Pages per second."""
        return self.answers / self.seconds


class Line:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, port: int, path: str, cookie: str = "") -> Answer:
        """One page. Raises RuntimeError where the connection ends."""
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Language: en"]
        if cookie:
            lines.append(f"Cookie: {cookie}")
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        head, _, body = self._until_head().partition(b"\r\n\r\n")
        first, *others = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in others)}
        left = int(headers["content-length"]) - len(body)
        return Answer(status=int(first.split()[1]), headers=headers, body=body + self._exactly(left))

    def close(self) -> None:
        self._socket.close()

    def _until_head(self) -> bytes:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._some(_PIECE)
        return got

    def _exactly(self, count: int) -> bytes:
        pieces = []
        while count > 0:
            pieces.append(self._some(min(count, _PIECE)))
            count -= len(pieces[-1])
        return b"".join(pieces)

    def _some(self, most: int) -> bytes:
        piece = self._socket.recv(most)
        if not piece:
            raise RuntimeError("the server has hung up")
        return piece


def once(port: int, path: str, cookie: str = "") -> Answer:
    """A page."""
    line = Line(port)
    try:
        return line.ask(port, path, cookie)
    finally:
        line.close()


def ask_on(port: int, path: str, cookie: str, expected: bytes, seconds: float) -> Asked:
    """As many as come in a time. Raises RuntimeError where one is not the expected one."""
    end = threading.Event()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        began = time.perf_counter()
        counts = [pool.submit(_ask_until, end, port, path, cookie, expected) for _ in range(CONNECTIONS)]
        end.wait(seconds)
        end.set()
        answers = sum(each.result() for each in counts)
        return Asked(answers=answers, seconds=time.perf_counter() - began)


def _ask_until(end: threading.Event, port: int, path: str, cookie: str, expected: bytes) -> int:
    line, answers = Line(port), 0
    try:
        while not end.is_set():
            answer = line.ask(port, path, cookie)
            if answer.status != 200 or answer.body != expected:
                raise RuntimeError(f"{path} was not answered with the page, but with {answer.status}")
            answers += 1
    finally:
        line.close()
    return answers
