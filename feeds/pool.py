"""A bounded pool of processes that read documents, so that reading stalls nothing and harms nothing."""

from __future__ import annotations

import asyncio
import os
import pickle
import struct
import sys
from asyncio.subprocess import PIPE, Process
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.model import ParsedFeed
from feeds.errors import NotAFeed

_LENGTH = struct.Struct(">I")
_READ_AHEAD = 1 << 20
_CLOSED = "reading stopped, since Tribune is shutting down"
_ROOT = Path(__file__).resolve().parent.parent


class ParserPool:
    """Up to `size` workers, started when they are needed; one that dies or hangs is replaced."""

    def __init__(self, size: int, timeout: timedelta, memory: int) -> None:
        self._places = asyncio.Semaphore(size)
        self._timeout = timeout
        self._memory = memory
        self._idle: list[Process] = []
        self._all: set[Process] = set()
        self._closed = False

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that were started and not ended."""
        return sorted(worker.pid for worker in self._all)

    async def parse(self, body: bytes, *, content_type: str | None, address: str, seen: bytes) -> ParsedFeed:
        """What `parse_document` returns for the same arguments.

        Raises NotAFeed also where reading takes too long or too much memory, or ends the worker.
        """
        frame = pickle.dumps((body, content_type, address, seen), protocol=pickle.HIGHEST_PROTOCOL)
        async with self._places:
            result = await self._exchange(frame)
        if isinstance(result, ParsedFeed):
            return result
        raise NotAFeed(str(result))

    async def close(self) -> None:
        """End all workers, busy ones too."""
        self._closed = True
        for worker in list(self._all):
            await self._end(worker)

    async def _exchange(self, frame: bytes) -> Any:
        worker = await self._take()
        keep = False
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                result, retire = await _ask(worker, frame)
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

    async def _take(self) -> Process:
        while self._idle:
            worker = self._idle.pop()
            if worker.returncode is None:
                return worker
            self._all.discard(worker)  # somebody killed it meanwhile
        return await self._start()

    async def _start(self) -> Process:
        if self._closed:
            raise NotAFeed(_CLOSED)
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "feeds.worker"),
            stdin=PIPE,
            stdout=PIPE,
            limit=_READ_AHEAD,
            env=_environment(),
            start_new_session=True,
        )
        self._all.add(worker)
        _write(worker, pickle.dumps(self._memory))
        return worker

    async def _end(self, worker: Process) -> None:
        if worker not in self._all:
            return
        self._all.discard(worker)
        if worker.returncode is None:
            worker.kill()
        await worker.wait()


def _environment() -> dict[str, str]:
    """Lets a checkout's worker find our packages; where they are installed, it does anyway."""
    if _ROOT.name in {"site-packages", "dist-packages"}:
        return dict(os.environ)
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))}


async def _ask(worker: Process, frame: bytes) -> tuple[Any, bool]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    _write(worker, frame)
    await worker.stdin.drain()
    head = await worker.stdout.readexactly(_LENGTH.size)
    answer: tuple[Any, bool] = pickle.loads(await worker.stdout.readexactly(_LENGTH.unpack(head)[0]))
    return answer


def _write(worker: Process, frame: bytes) -> None:
    assert worker.stdin is not None
    worker.stdin.write(_LENGTH.pack(len(frame)))
    worker.stdin.write(frame)
