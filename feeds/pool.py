"""A bounded pool of processes that read documents, so that reading stalls nothing and harms nothing."""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
import struct
import subprocess
import sys
from asyncio import StreamReader, StreamWriter
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.model import ParsedFeed, Spotted
from feeds.errors import NotAFeed

_LENGTH = struct.Struct(">I")
_READ_AHEAD = 1 << 20
_CLOSED = "reading stopped, since Tribune is shutting down"
_ROOT = Path(__file__).resolve().parent.parent


class Worker:
    """A process that reads documents, and the socket to it. Its end of the socket closes when it ends.

    Not asyncio's subprocess: to break off the start of one can wait for ever (before Python 3.12.4).
    """

    def __init__(self, process: subprocess.Popen[bytes], reader: StreamReader, writer: StreamWriter) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer

    @classmethod
    async def start(cls, memory: int) -> Worker:
        """`memory` limits its address space, in bytes."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: ASYNC220 - a few milliseconds, a few times in the bot's life
                (sys.executable, "-P", "-m", "feeds.worker"),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                env=_environment(),
                start_new_session=True,
            )
        try:
            worker = cls(process, *await asyncio.open_connection(sock=ours, limit=_READ_AHEAD))
        except BaseException:
            ours.close()
            process.kill()
            process.wait()  # it is killed: there is nothing to wait for
            raise
        worker._write(pickle.dumps(memory))
        return worker

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    async def ask(self, frame: bytes) -> tuple[Any, bool]:
        """The answer to a frame, and whether the worker wants to retire.

        Raises IncompleteReadError and ConnectionError where it has ended.
        """
        self._write(frame)
        await self._writer.drain()
        head = await self._reader.readexactly(_LENGTH.size)
        answer: tuple[Any, bool] = pickle.loads(await self._reader.readexactly(_LENGTH.unpack(head)[0]))
        return answer

    async def end(self) -> None:
        """Kill it, whatever it does, and wait until it is gone."""
        self._process.kill()
        self._writer.close()
        await asyncio.to_thread(self._process.wait)

    def _write(self, frame: bytes) -> None:
        self._writer.write(_LENGTH.pack(len(frame)))
        self._writer.write(frame)


class ParserPool:
    """Up to `size` workers, started when they are needed; one that dies or hangs is replaced."""

    def __init__(self, size: int, timeout: timedelta, memory: int) -> None:
        self._places = asyncio.Semaphore(size)
        self._timeout = timeout
        self._memory = memory
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._closed = False

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that were started and not ended."""
        return sorted(worker.pid for worker in self._all)

    async def parse(self, body: bytes, *, content_type: str | None, address: str, seen: bytes) -> ParsedFeed:
        """What `parse_document` returns for the same arguments.

        Raises NotAFeed also where reading takes too long or too much memory, or ends the worker.
        """
        result = await self._do("parse", body, content_type, address, seen)
        if isinstance(result, ParsedFeed):
            return result
        raise NotAFeed(str(result))

    async def alternates(self, body: bytes, *, content_type: str | None, address: str) -> tuple[Spotted, ...]:
        """What `feeds.alternates.alternates` returns for the same arguments. Raises NotAFeed as `parse` does."""
        result = await self._do("alternates", body, content_type, address)
        if isinstance(result, tuple):
            return result
        raise NotAFeed(str(result))

    async def close(self) -> None:
        """End all workers, busy ones too."""
        self._closed = True
        for worker in list(self._all):
            await self._end(worker)

    async def _do(self, job: str, *arguments: object) -> Any:
        frame = pickle.dumps((job, arguments), protocol=pickle.HIGHEST_PROTOCOL)
        async with self._places:
            return await self._exchange(frame)

    async def _exchange(self, frame: bytes) -> Any:
        worker = await self._take()
        keep = False
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                result, retire = await worker.ask(frame)
            keep = not retire
            return result
        except TimeoutError as error:
            raise NotAFeed(f"reading it took longer than {self._timeout.total_seconds():g} s") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise NotAFeed(_CLOSED if self._closed else "reading it ended the process that reads documents") from error
        finally:
            if keep and not self._closed:
                self._idle.append(worker)
            else:
                await self._end(worker)

    async def _take(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await self._end(worker)  # somebody killed it meanwhile
        if self._closed:
            raise NotAFeed(_CLOSED)
        worker = await Worker.start(self._memory)
        self._all.add(worker)
        return worker

    async def _end(self, worker: Worker) -> None:
        if worker in self._all:
            self._all.discard(worker)
            await worker.end()


def _environment() -> dict[str, str]:
    """Lets a checkout's worker find our packages; where they are installed, it does anyway."""
    if _ROOT.name in {"site-packages", "dist-packages"}:
        return dict(os.environ)
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))}
