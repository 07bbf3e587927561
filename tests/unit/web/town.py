"""A small world behind the page, in memory: two communities, their sections, articles and comments."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.events import Deleted, Edited, Event, Flagged, Outcome, Posted, Reacted, Unreacted
from bot.domain.html import sanitise
from bot.domain.model import (
    CommentId,
    Community,
    CommunityId,
    Content,
    DiscussionId,
    FeedId,
    MemberId,
    Ref,
    Subject,
    SubjectKind,
    Subscription,
    Totals,
    Visibility,
    Vote,
)
from bot.ports.desk import HealthReport
from bot.ports.pages import (
    ArticleLine,
    ArticleSort,
    BroughtLine,
    CommentSort,
    CommentView,
    FeedLine,
    Page,
    Said,
    SectionLine,
    Viewer,
)
from bot.ports.signals import Signal
from tests.servers.clock import SetClock
from tests.unit.web.order import Order
from tests.unit.web.people import People

START = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
ONE, TWO = CommunityId(1), CommunityId(2)


@dataclass
class Stand:
    """An article as it is discussed in one community."""

    community: CommunityId
    line: ArticleLine
    votes: dict[tuple[str, MemberId], Vote] = field(default_factory=dict)


@dataclass
class Town:
    """Everything that the page reads, and what it was told. Reader, health and desk at once."""

    clock: SetClock = field(default_factory=lambda: SetClock(START))
    people: People = field(default_factory=People)
    communities: list[Community] = field(
        default_factory=lambda: [
            Community(id=ONE, slug="town", name="The Town", default=True),
            Community(id=TWO, slug="club", name="Le Club"),
        ]
    )
    section_lines: dict[CommunityId, list[SectionLine]] = field(default_factory=dict)
    stands: dict[DiscussionId, Stand] = field(default_factory=dict)
    talk: dict[CommentId, tuple[DiscussionId, CommentView]] = field(default_factory=dict)
    reactions: dict[Ref, tuple[Ref, MemberId, Vote]] = field(default_factory=dict)
    flags: list[Flagged] = field(default_factory=list)
    feed_lines: list[FeedLine] = field(default_factory=list)
    words: dict[Ref, list[Said]] = field(default_factory=dict)
    brought_lines: list[BroughtLine] = field(default_factory=list)
    subscribed: list[Subscription] = field(default_factory=list)
    merged: dict[DiscussionId, DiscussionId] = field(default_factory=dict)
    late: timedelta = timedelta()
    refuse: str | None = None
    broken: Exception | None = None
    steady: bool = False
    versions: int = 0
    listeners: list[asyncio.Queue[Signal]] = field(default_factory=list)
    order: Order = field(init=False)

    def __post_init__(self) -> None:
        self.order = Order(clock=self.clock)
        self.people.unread = lambda account: self.order.unread(account)  # a function is not copied with the people

    # --- making it ---

    def add_section(self, community: CommunityId, slug: str, name: str, language: str = "en") -> Ref:
        ref = Ref(f"web:section/{slug}")
        line = SectionLine(
            ref=ref, name=name, language=language, zone="Europe/Paris", visibility=Visibility.PUBLIC, articles=0
        )
        self.section_lines.setdefault(community, []).append(line)
        return ref

    def add_article(self, community: CommunityId, section: Ref, title: str, **content: object) -> DiscussionId:
        number = DiscussionId(len(self.stands) + 1)
        made = replace(Content(title=title, link=f"https://news.example/{number}", lead=f"About {title}."), **content)  # type: ignore[arg-type]
        line = ArticleLine(
            id=number,
            section=section,
            source="News Example",
            content=made,
            dated=self.clock.now() - timedelta(hours=int(number)),
            revision=1,
            revised_at=None,
            totals=Totals(),
            comments=0,
            message=Ref(f"web:post/p{number}"),
            thread=Ref(f"web:thread/p{number}"),
        )
        self.stands[number] = Stand(community=community, line=line)
        return number

    # --- reading (PageReader) ---

    async def sections(self, viewer: Viewer) -> Sequence[SectionLine]:
        if self.broken is not None:
            raise self.broken
        return self.section_lines.get(viewer.community_id, [])

    async def articles(
        self, viewer: Viewer, *, section: Ref | None, sort: ArticleSort, since: datetime | None, page: int, size: int
    ) -> Page[ArticleLine]:
        lines = [
            self._line(viewer, stand)
            for stand in self.stands.values()
            if stand.community == viewer.community_id
            and section in (None, stand.line.section)
            and (since is None or stand.line.dated >= since)
        ]
        lines.sort(key=lambda line: (-line.totals.net if sort is ArticleSort.TOP else 0, -line.dated.timestamp()))
        return Page(items=lines[(page - 1) * size : page * size], number=page, size=size, total=len(lines))

    async def article(self, viewer: Viewer, discussion_id: DiscussionId, now: datetime) -> ArticleLine | None:
        stand = self.stands.get(discussion_id)
        if stand is None or stand.community != viewer.community_id or (stand.line.hidden and not viewer.moderator):
            return None
        return self._line(viewer, stand)

    async def moved(self, viewer: Viewer, discussion_id: DiscussionId) -> DiscussionId | None:
        return self.merged.get(discussion_id)

    def _line(self, viewer: Viewer, stand: Stand) -> ArticleLine:
        live = [view for at, view in self.talk.values() if at == stand.line.id and not view.deleted]
        return replace(
            stand.line,
            totals=self._totals(stand.line.message),
            comments=len(live),
            vote=self._vote(stand.line.message, viewer),
        )

    async def comments(
        self, viewer: Viewer, discussion_id: DiscussionId, *, sort: CommentSort, page: int, size: int
    ) -> Page[CommentView]:
        views = self._views(viewer, discussion_id, sort)
        return Page(items=views[(page - 1) * size : page * size], number=page, size=size, total=len(views))

    def _views(self, viewer: Viewer, discussion_id: DiscussionId, sort: CommentSort) -> list[CommentView]:
        answered = {view.parent_id for _, view in self.talk.values()}
        views = [
            self._seen(viewer, view)
            for at, view in self.talk.values()
            if at == discussion_id and (view.id in answered or not (view.deleted or self._kept_from(viewer, view)))
        ]
        orders = {
            CommentSort.BEST: lambda view: (-view.totals.net, -view.totals.up, view.created_at, view.id),
            CommentSort.NEW: lambda view: (-view.created_at.timestamp(), -view.id),
            CommentSort.OLD: lambda view: (view.created_at.timestamp(), view.id),
        }
        return sorted(views, key=orders[sort])

    async def comment(self, viewer: Viewer, comment_id: CommentId) -> tuple[DiscussionId, CommentView] | None:
        found = self.talk.get(comment_id)
        if found is None or self.stands[found[0]].community != viewer.community_id:
            return None
        return found[0], self._seen(viewer, found[1])

    def _seen(self, viewer: Viewer, view: CommentView) -> CommentView:
        html = "" if self._kept_from(viewer, view) else view.html
        return replace(view, html=html, totals=self._totals(view.message), vote=self._vote(view.message, viewer))

    def _kept_from(self, viewer: Viewer, view: CommentView) -> bool:
        return view.hidden and not viewer.moderator and view.member_id != viewer.member_id

    async def page_of(self, viewer: Viewer, comment_id: CommentId, *, sort: CommentSort, size: int) -> int | None:
        ids = [view.id for view in self._views(viewer, self.talk[comment_id][0], sort)]
        return ids.index(comment_id) // size + 1 if comment_id in ids else None

    async def feeds(self, community_id: CommunityId) -> Sequence[FeedLine]:
        return self.feed_lines if community_id == ONE else []

    async def latest(self, community_id: CommunityId) -> Mapping[FeedId, BroughtLine]:
        return {line.id: self.brought_lines[0] for line in self.feed_lines if self.brought_lines}

    async def brought(self, community_id: CommunityId, feed_id: FeedId, limit: int) -> Sequence[BroughtLine]:
        return self.brought_lines[:limit]

    async def said(self, place: Ref) -> Sequence[Said]:
        return self.words.get(place, [])

    def _totals(self, message: Ref) -> Totals:
        votes = [vote for subject, _, vote in self.reactions.values() if subject == message]
        return Totals(up=votes.count(Vote.UP), down=votes.count(Vote.DOWN))

    def _vote(self, message: Ref, viewer: Viewer) -> Vote | None:
        mine = (vote for subject, by, vote in self.reactions.values() if (subject, by) == (message, viewer.member_id))
        return next(mine, None)

    def subject_of(self, ref: Ref) -> tuple[Subject, DiscussionId, CommunityId] | None:
        for stand in self.stands.values():
            if stand.line.message == ref:
                return Subject(kind=SubjectKind.ARTICLE, id=stand.line.id), stand.line.id, stand.community
        for at, view in self.talk.values():
            if view.message == ref:
                return Subject(kind=SubjectKind.COMMENT, id=view.id), at, self.stands[at].community
        return None

    # --- hearing (Emit) ---

    async def emit(self, event: Event) -> Outcome:
        if self.refuse is not None:
            return Outcome(refused=self.refuse)
        if isinstance(event, Posted):
            return self._posted(event)
        if isinstance(event, Edited | Deleted):
            return self._changed(event)
        if isinstance(event, Reacted):
            vote = Vote.UP if event.emoji == "👍" else Vote.DOWN
            self.reactions[event.reaction] = (event.message, self.people.by_ref(event.who.ref).member_id, vote)
        elif isinstance(event, Unreacted):
            self.reactions.pop(event.reaction, None)
        elif isinstance(event, Flagged):
            self.flags.append(event)
        return Outcome()

    def _posted(self, event: Posted) -> Outcome:
        known = next((view.id for _, view in self.talk.values() if view.message == event.message), None)
        if known is not None:
            return Outcome(comment=known)
        at = next(stand for stand in self.stands.values() if stand.line.thread == event.thread)
        parent = next((view for _, view in self.talk.values() if view.message == event.reply_to), None)
        view = CommentView(
            id=CommentId(len(self.talk) + 1),
            message=event.message,
            author=event.who.name,
            member_id=self.people.by_ref(event.who.ref).member_id,
            network="web",
            html=sanitise(event.html),
            created_at=event.at,
            edited_at=None,
            deleted=False,
            totals=Totals(),
            parent_id=parent.id if parent else None,
            parent_author=parent.author if parent else None,
        )
        self.talk[view.id] = (at.line.id, view)
        self.publish(Signal(community_id=at.community, discussion_id=at.line.id))
        return Outcome(comment=view.id)

    def _changed(self, event: Edited | Deleted) -> Outcome:
        for number, (at, view) in self.talk.items():
            if view.message == event.message:
                changed = (
                    replace(view, html=sanitise(event.html), edited_at=event.at)
                    if isinstance(event, Edited)
                    else replace(view, html="", deleted=True)
                )
                self.talk[number] = (at, changed)
                return Outcome(comment=number)
        return Outcome(refused="This is not there any more.")

    # --- signals, health, desk ---

    def all_changed(self) -> None:
        self.versions += 1

    def version(self, community_id: CommunityId, discussion_id: DiscussionId) -> int:
        """Always another one, so that nothing is kept, but where a test says that it is steady."""
        self.versions += not self.steady
        return self.versions

    def publish(self, signal: Signal) -> None:
        self.versions += 1
        for listener in self.listeners:
            listener.put_nowait(signal)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[Signal]]:
        queue: asyncio.Queue[Signal] = asyncio.Queue()
        self.listeners.append(queue)

        async def signals() -> AsyncIterator[Signal]:
            while True:
                yield await queue.get()

        yield signals()

    async def report(self) -> HealthReport:
        return HealthReport(database=True, late=self.late, feeds=1, failing=0, outbox_pending=0, outbox_parked=0)
