"""An end to what takes too long, with one timer for all requests: one for each is a tenth of what a request costs."""

from __future__ import annotations

import asyncio
from types import TracebackType

_LATEST = 0.25  # seconds by which an end may come too late


class Deadlines:
    """Ends of tasks, looked at several times a second while there are any; `longest` is the usual time, in seconds."""

    def __init__(self, longest: float) -> None:
        self._pause = min(_LATEST, longest / 10)
        self._set: set[Deadline] = set()
        self._timer: asyncio.TimerHandle | None = None

    def within(self, seconds: float) -> Deadline:
        """A context whose body ends with TimeoutError where it takes longer."""
        return Deadline(self, seconds)

    def add(self, deadline: Deadline) -> None:
        self._set.add(deadline)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._pause, self._look)

    def remove(self, deadline: Deadline) -> None:
        self._set.discard(deadline)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for deadline in [each for each in self._set if each.end <= now]:
            deadline.expire()
        self._timer = loop.call_later(self._pause, self._look) if self._set else None


class Deadline:
    """One of them; what `asyncio.Timeout` does, without a timer of its own."""

    __slots__ = ("_all", "_asked", "_expired", "_task", "end")

    def __init__(self, all_: Deadlines, seconds: float) -> None:
        self._all = all_
        self._expired = False
        self.end = asyncio.get_running_loop().time() + seconds

    def __enter__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline belongs to a task")
        self._task, self._asked = task, task.cancelling()
        self._all.add(self)

    def expire(self) -> None:
        """Break the task off."""
        self._all.remove(self)
        self._expired = True
        self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._all.remove(self)
        if self._expired and self._task.uncancel() <= self._asked and kind is asyncio.CancelledError:
            raise TimeoutError from error
