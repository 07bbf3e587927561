"""What goes wrong on the way: by chance, for a share of the calls, or by order, for the next calls of a kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Any, Literal, get_args

Kind = Literal["lose", "late", "fail", "fail_after", "reset", "reset_after", "hang", "hang_after", "throttle"]
KINDS: tuple[str, ...] = get_args(Kind)
COMMITS = ("lose", "late", "fail_after", "reset_after", "hang_after")
"""Those that carry the call out all the same."""
WRITES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(kw_only=True)
class Fault:
    """What goes wrong with a call.

    lose: carried out, the connection is closed without an answer. late: the connection is closed, it is carried out
    `delay` seconds after. fail, fail_after: `status`, without or after carrying it out. reset, reset_after: TCP reset.
    hang, hang_after: no answer for `delay` seconds, then the connection is closed. throttle: 429 with `delay` as
    retry_after, with or without `via`, `everywhere` (global) or not.
    """

    kind: str
    method: str = "*"
    path: str = "*"
    times: int = 1
    status: int = 502
    delay: float = 0.2
    via: bool = True
    everywhere: bool = False

    def fits(self, method: str, path: str) -> bool:
        """Whether a call is of the kind that it is for; `*` stands for anything."""
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


@dataclass
class Weather:
    """Shares of calls (0 to 1): `lose`, `late`, `fail`, `fail_after`, `reset`, `hang`, `throttle`. `lose`, `late` and
    `fail_after` strike writing calls only. `delay`: seconds for late, hang, throttle. `slow`: up to so many seconds
    before any call. `away`: 503 for everything."""

    random: Random = field(default_factory=lambda: Random(0))
    lose: float = 0.0
    late: float = 0.0
    fail: float = 0.0
    fail_after: float = 0.0
    reset: float = 0.0
    hang: float = 0.0
    throttle: float = 0.0
    status: int = 502
    delay: float = 0.2
    via: bool = True
    slow: float = 0.0
    away: bool = False
    ordered: list[Fault] = field(default_factory=list)
    struck: dict[str, int] = field(default_factory=dict)
    _later: set[asyncio.Task[None]] = field(default_factory=set)

    def next(self, method: str, path: str) -> Fault | None:
        """What goes wrong with this call."""
        if self.away:
            return Fault(kind="fail", status=503)
        fault = self._ordered(method, path) or self._by_chance(method)
        if fault is not None:
            self.struck[fault.kind] = self.struck.get(fault.kind, 0) + 1
        return fault

    def _ordered(self, method: str, path: str) -> Fault | None:
        for fault in self.ordered:
            if fault.times and fault.fits(method, path):
                fault.times -= 1
                return fault
        return None

    def _by_chance(self, method: str) -> Fault | None:
        kinds = ["fail", "reset", "hang", "throttle"]
        kinds += ["lose", "late", "fail_after"] if method in WRITES else []
        for kind in kinds:
            share: float = getattr(self, kind)
            if share and self.random.random() < share:
                return Fault(kind=kind, status=self.status, delay=self.delay, via=self.via)
        return None

    async def pause(self) -> None:
        """How long any call takes."""
        if self.slow:
            await asyncio.sleep(self.random.uniform(0, self.slow))

    def do_later(self, delay: float, deed: Callable[[], Any]) -> None:
        """Carry something out when nobody listens any more."""

        async def later() -> None:
            await asyncio.sleep(delay)
            deed()

        task = asyncio.create_task(later())
        self._later.add(task)
        task.add_done_callback(self._later.discard)
