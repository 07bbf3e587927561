"""The course that all contestants run, and what a lap comes to. Needs no library: peers import it, too."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """What the feeds' server does while they are polled."""

    COLD = "cold"  # nothing is known of any feed
    UNCHANGED = "unchanged"  # every feed answers 304
    ONE_NEW = "one new entry"  # every feed has one entry more
    NO_VALIDATORS = "no validators"  # every feed sends the same body again, without ETag and Last-Modified


LAPS = (Phase.COLD, Phase.UNCHANGED, Phase.UNCHANGED, Phase.UNCHANGED, Phase.ONE_NEW, Phase.NO_VALIDATORS)
"""One run, in this order: what has no validators leaves none behind, so it comes last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """Feeds on one port of many loopback addresses."""

    port: int
    feeds: int
    hosts: int

    def address(self, number: int) -> str:
        """The address of a feed, 0 first; neighbours are on different hosts."""
        return f"http://{_host(number % self.hosts)}:{self.port}/feed/{number}"

    def addresses(self) -> list[str]:
        """All of them, in their order."""
        return [self.address(number) for number in range(self.feeds)]

    def hosts_used(self) -> list[str]:
        """The loopback addresses that the feeds are spread over."""
        return [_host(number) for number in range(self.hosts)]


def _host(number: int) -> str:
    return f"127.{1 + number // 1000}.{number // 100 % 10}.{1 + number % 100}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lap:
    """How one contestant polled all feeds once. `polled` and `entries` say what its own books hold afterwards."""

    seconds: float
    polled: int
    entries: int  # new ones
    posts: int = 0  # new ones
    lags: tuple[float, ...] = ()  # of the loop, in seconds

    @property
    def rate(self) -> float:
        """Feeds per second."""
        return self.polled / self.seconds
