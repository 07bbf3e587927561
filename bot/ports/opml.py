"""Lists of subscriptions as files: OPML 2.0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.model import Channel, ChannelId
from bot.domain.telling import Sentence
from bot.ports.commands import Progress
from bot.ports.moderation import Actor

SETTINGS = (
    "channel",
    "filter",
    "template",
    "mention",
    "tags",
    "language",
    "members-only",
    "cap",
    "quiet",
    "digest",
    "sensitive",
    "paused",
)
"""What is kept of a subscription beside its address, by the names of attributes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """A line of such a file: a feed, in folders within folders."""

    line: int  # of the text, counted from 1
    title: str
    address: str  # "" where it has none
    site: str = ""
    folders: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportLine:
    """What became of an outline; `reason` says why there is no new subscription, None: there is one."""

    line: int
    title: str
    address: str  # without what opens it
    reason: Sentence | None = None


class OpmlFiles(Protocol):
    """Reads and writes such files."""

    def read(self, text: str) -> Sequence[Outline]:
        """The feeds in a file, in its order. Raises `Wrong` where it is none."""
        ...

    def write(self, title: str, outlines: Sequence[Outline]) -> str:
        """A file of them; what is in one folder stands together."""
        ...


class OpmlDesk(Protocol):
    """What admins do with such files; whoever asks has been found to be an admin of the channels."""

    async def bring(
        self,
        by: Actor,
        text: str,
        channels: Sequence[Channel],
        *,
        usual: ChannelId | None,
        backlog: int,
        progress: Progress,
    ) -> Sequence[ImportLine]:
        """Subscribe to all feeds of a file that are not subscribed yet: in the channel that a line names and that is
        one of `channels`, else in the `usual` one. Nothing is fetched: each is polled soon, one after the other.

        Every outline of the file has its line in the answer. Raises `RequestError` where the file cannot be read.
        """
        ...

    async def take(self, by: Actor, title: str, channels: Sequence[Channel]) -> str:
        """What these channels are subscribed to, as a file that changes nothing where it is brought again."""
        ...
