"""What just changed, for whoever shows it live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.domain.model import CommunityId, DiscussionId


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """Something changed in a community: one discussion, or (None) its list of articles."""

    community_id: CommunityId
    discussion_id: DiscussionId | None = None


class Signals(Protocol):
    """A noticeboard inside one process. Slow readers lose signals, never block the writer."""

    def publish(self, signal: Signal) -> None: ...

    def all_changed(self) -> None:
        """Somebody else has written, and did not say what: anything may have changed."""
        ...

    def version(self, community_id: CommunityId, discussion_id: DiscussionId) -> int:
        """A number that rises with every signal about this discussion or its community; none is lost here."""
        ...

    def subscribe(self) -> AbstractAsyncContextManager[AsyncIterator[Signal]]: ...
