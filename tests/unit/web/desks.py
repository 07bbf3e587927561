"""Where articles come from in the small world, and what admins make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.model import DiscussionId, FeedId
from bot.errors import RequestError
from bot.ports.moderation import Actor, SourceLine
from bot.ports.pages import Viewer


@dataclass
class Desks:
    """The articles' desk, and the reader of their sources."""

    lines: dict[DiscussionId, list[SourceLine]] = field(default_factory=dict)
    put_right: list[tuple[object, ...]] = field(default_factory=list)
    no: RequestError | None = None

    async def sources(self, viewer: Viewer, discussion_id: DiscussionId) -> Sequence[SourceLine]:
        return self.lines.get(discussion_id, [])

    async def merge(self, by: Actor, article: DiscussionId, into: DiscussionId) -> None:
        self._note("merge", by, article, into)

    async def split(self, by: Actor, article: DiscussionId, source: FeedId) -> DiscussionId:
        self._note("split", by, article, source)
        return DiscussionId(2)

    def _note(self, act: str, by: Actor, *what: int) -> None:
        if self.no is not None:
            raise self.no
        self.put_right.append((act, by.role, *what))
