"""What goes wrong between the bot and its homeserver: by order, for the next calls of a kind, or by chance."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Literal, get_args

Kind = Literal["limit", "fail", "garbage", "cut", "token", "reset", "lose", "hang", "hang_after"]
KINDS: tuple[str, ...] = get_args(Kind)
COMMITS = ("cut", "lose", "hang_after")
"""Those that carry the call out all the same."""


@dataclass(kw_only=True)
class Fault:
    """What goes wrong with calls whose method and path (without its query) are like these; `*` stands for anything.

    limit: 429, with `retry_after_ms` unless that is None. fail: `status` with a page of a reverse proxy. garbage: 200
    with something that is no JSON. cut: carried out, half of the answer, then a reset. token: 401 M_UNKNOWN_TOKEN.
    reset: TCP reset. lose: carried out, then a reset. hang, hang_after: no answer for `delay` seconds, then a reset.
    `share`: of those calls, by chance. `times`: at most so often; None: always. Where not a byte was answered, aiohttp
    asks once more by itself for all but POST: two faults are one to who uses it, `cut` is one.
    """

    kind: Kind
    method: str = "*"
    path: str = "*"
    share: float = 1.0
    times: int | None = None
    status: int = 502
    delay: float = 0.2
    retry_after_ms: int | None = 50

    def fits(self, method: str, path: str) -> bool:
        """Whether a call is of the kind that it is for."""
        return self.times != 0 and fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """A call that came by: `at` is Unix time in seconds, `status` what the homeserver said or the fault did; 0: it was
    not answered. `fault`: what went wrong, empty where nothing did."""

    at: float
    method: str
    path: str
    status: int
    fault: str = ""


@dataclass(kw_only=True)
class Weather:
    """`faults` are asked in their order, the first that strikes is it. `log` holds the calls in the order of their
    ends, `struck` how many of which kind."""

    random: Random = field(default_factory=lambda: Random(0))
    faults: list[Fault] = field(default_factory=list)
    log: list[Passed] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)

    def next(self, method: str, path: str) -> Fault | None:
        """What goes wrong with this call."""
        for fault in self.faults:
            if fault.fits(method, path) and (fault.share >= 1 or self.random.random() < fault.share):
                if fault.times is not None:
                    fault.times -= 1
                self.struck[fault.kind] += 1
                return fault
        return None

    def passed(self, method: str, path: str, status: int, fault: Fault | None) -> None:
        """Write a call down."""
        kind = fault.kind if fault is not None else ""
        self.log.append(Passed(at=time.time(), method=method, path=path, status=status, fault=kind))

    def calls(self, method: str = "*", path: str = "*") -> list[Passed]:
        """The calls so far that are like these."""
        return [each for each in self.log if fnmatchcase(each.method, method) and fnmatchcase(each.path, path)]
