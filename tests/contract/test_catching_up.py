"""After a gap: what a network lists is stored, in both directions, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from bot.discussion import CatchingUp
from bot.discussion.catching_up import Look
from bot.domain.events import Deleted, Locked, Posted, Reacted, Unreacted, Who
from bot.domain.model import Account, Comment, CommunityId, DiscussionId, Post, Ref, Totals
from bot.domain.orders import OutboxState
from bot.errors import NetworkRefused, NetworkUnavailable
from bot.ports.network import CanRecount, Listed, Network, Recount
from bot.ports.stores import Tx
from storage.store import SqlStore
from tests.contract.newspapers import START, Newspapers, admin, entry

ROOM = "wire:room"
HORIZON = timedelta(days=14)
MANY = 20


@dataclass
class Hall:
    """A network that lists what it was told to; `asked` are the threads that it was asked for."""

    name = "wire"
    lists: dict[Ref, Recount] = field(default_factory=dict)
    asked: list[Ref] = field(default_factory=list)
    about: list[Sequence[Ref]] = field(default_factory=list)
    meanwhile: Callable[[Ref], Awaitable[None]] | None = None

    async def recount(self, post: Ref, thread: Ref, since: datetime, messages: Sequence[Ref]) -> Recount:
        self.asked.append(thread)
        self.about.append(messages)
        if self.meanwhile is not None:
            await self.meanwhile(thread)
        return replace(self.lists.get(thread, Recount(since=since)), since=since)


@dataclass
class Scene:
    """Stories in a room of the network, and what it says of them."""

    papers: Newspapers
    hall: Hall
    town: CommunityId
    stories: list[DiscussionId]
    waits: list[float] = field(default_factory=list)

    async def post(self, story: DiscussionId) -> Post:
        return await self.papers.post(story, ROOM)

    async def thread(self, story: DiscussionId) -> Ref:
        thread = (await self.post(story)).thread
        assert thread is not None
        return thread

    async def look(self) -> None:
        """Look through the network once."""
        look = Look(
            "wire",
            cast(CanRecount, self.hall),
            store=self.papers.store,
            discussion=self.papers.discussion,
            clock=self.papers.clock,
            since=self.papers.clock.now() - HORIZON,
            sleep=self.slept,
        )
        await look.through()

    async def slept(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def comment(self, message: Ref) -> Comment | None:
        async with self.papers.store.read() as tx:
            return await tx.discussions.comment_by_ref(message)

    async def totals(self, story: DiscussionId) -> tuple[Totals, int]:
        async with self.papers.store.read() as tx:
            return await tx.posts.counts(story)

    async def locked(self, story: DiscussionId) -> bool:
        async with self.papers.store.read() as tx:
            state = await tx.cases.discussion(story)
        assert state is not None
        return state.locked(self.papers.clock.now())


async def scene(store: SqlStore, stories: int = 1) -> Scene:
    papers = Newspapers(store=store)
    town = await papers.community("town")
    feed = await papers.feed("herald", town, ROOM)
    await papers.read(feed, *(entry(number, title=f"Story {number}") for number in range(stories)))
    found = [await papers.discussion_of(f"Story {number}", town) for number in range(stories)]
    return Scene(papers=papers, hall=Hall(), town=town, stories=found)


def who(name: str) -> Who:
    return Who(ref=Ref(f"wire:account/{name}"), name=name)


def listed(comment: Comment, name: str, html: str | None = None, edited_at: datetime | None = None) -> Listed:
    """A comment as the network lists it, which knows its author by its own name."""
    text = comment.html if html is None else html
    return Listed(message=comment.ref, who=who(name), html=text, at=comment.created_at, edited_at=edited_at)


async def test_twenty_of_everything(store: SqlStore) -> None:
    """In each of twenty threads something was written, changed, deleted, liked, and liked no more."""
    here = await scene(store, MANY)
    papers, edited = here.papers, {}
    for story in here.stories:
        post = await here.post(story)
        assert post.ref is not None
        refs = [Ref(f"wire:comment/{story}/{name}") for name in ("changed", "deleted", "missed")]
        for ref in refs[:2]:
            await papers.take(
                Posted(message=ref, thread=await here.thread(story), who=who("ann"), html="<p>So.</p>", at=START)
            )
        for name in ("cid", "dan"):
            reaction = Ref(f"wire:reaction/{name}/{story}")
            await papers.take(Reacted(reaction=reaction, message=post.ref, who=who(name), emoji="👍"))
        changed = await here.comment(refs[0])
        assert changed is not None
        later = papers.clock.now()
        eve = Reacted(reaction=Ref(f"wire:reaction/eve/{story}"), message=refs[2], who=who("eve"), emoji="👎")
        dan = Reacted(reaction=Ref(f"wire:reaction/dan/{story}"), message=post.ref, who=who("dan"), emoji="👍")
        missed = Listed(message=refs[2], who=who("ben"), html="<p>Missed.</p>", at=later, reply_to=refs[0])
        here.hall.lists[await here.thread(story)] = Recount(
            since=START,
            messages=(missed, listed(changed, "ann", "<p>Changed.</p>", later)),
            counted=frozenset({post.ref, refs[0], refs[2]}),
            reactions=(eve, dan),
        )
        edited[story] = refs
    papers.clock.time += timedelta(hours=1)
    for _ in range(2):  # the second look finds nothing new
        await here.look()
        for story, refs in edited.items():
            changed, deleted, missed_one = [await here.comment(ref) for ref in refs]
            assert changed is not None
            assert deleted is not None
            assert missed_one is not None
            assert (changed.html, changed.revision) == ("<p>Changed.</p>", 2)
            assert deleted.deleted_at == papers.clock.now()
            assert (missed_one.html, missed_one.parent_id) == ("<p>Missed.</p>", changed.id)
            assert missed_one.totals == Totals(down=1)
            assert await here.totals(story) == (Totals(up=1), 2)
    assert len(here.hall.asked) == 2 * MANY


async def test_the_discussion_that_was_active_last_comes_first(store: SqlStore) -> None:
    here = await scene(store, 3)
    here.papers.clock.time += timedelta(minutes=5)
    await here.papers.comment(here.stories[2], ROOM, "ann")
    await here.papers.vote(here.stories[0], ROOM, "ben")
    async with store.read() as tx:
        found = await tx.catching.threads("wire", START - HORIZON)
        elsewhere = await tx.catching.threads("web", START - HORIZON)
        later = await tx.catching.threads("wire", here.papers.clock.now() + timedelta(seconds=1))
    assert [each.discussion_id for each in found] == [here.stories[0], here.stories[2], here.stories[1]]
    assert elsewhere == []
    assert later == []


async def test_what_is_known_is_asked_for_unless_it_is_gone(store: SqlStore) -> None:
    here = await scene(store)
    (story,) = here.stories
    _, known = await here.papers.comment(story, ROOM, "ann")
    _, gone = await here.papers.comment(story, ROOM, "ben")
    await here.papers.take(Deleted(message=gone, at=START))
    await here.look()
    assert here.hall.about == [[known]]


async def test_old_comments_are_asked_for_and_may_be_gone(store: SqlStore) -> None:
    here = await scene(store)
    (story,) = here.stories
    _, old = await here.papers.comment(story, ROOM, "ann")
    _, older_but_gone = await here.papers.comment(story, ROOM, "ben")
    here.papers.clock.time += HORIZON + timedelta(days=1)
    await here.papers.vote(story, ROOM, "cid")
    here.hall.lists[await here.thread(story)] = Recount(
        since=START,
        counted=frozenset({old}),
        reactions=(Reacted(reaction=Ref("wire:reaction/dan/old"), message=old, who=who("dan"), emoji="👍"),),
        missing=frozenset({older_but_gone}),
    )
    await here.look()
    assert here.hall.about == [[older_but_gone, old]]
    kept, gone = await here.comment(old), await here.comment(older_but_gone)
    assert kept is not None
    assert gone is not None
    assert (kept.deleted_at, kept.totals) == (None, Totals(up=1))
    assert gone.deleted_at is not None


async def test_what_is_heard_while_a_network_lists_is_left_alone(store: SqlStore) -> None:
    here = await scene(store)
    (story,) = here.stories
    post, thread = await here.post(story), await here.thread(story)
    assert post.ref is not None
    live, liked = Ref("wire:comment/live"), Ref("wire:reaction/cid/live")
    off = Reacted(reaction=Ref("wire:reaction/dan/off"), message=post.ref, who=who("dan"), emoji="👍")
    await here.papers.take(off)

    async def meanwhile(thread: Ref) -> None:
        """Its own clock is behind: what is written now bears a time from before the listing."""
        at = here.papers.clock.now()
        await here.papers.take(Posted(message=live, thread=thread, who=who("ann"), html="<p>Now.</p>", at=at))
        await here.papers.take(Reacted(reaction=liked, message=post.ref or live, who=who("cid"), emoji="👍"))
        await here.papers.take(Unreacted(reaction=off.reaction, at=here.papers.clock.now()))

    here.hall.meanwhile = meanwhile
    here.hall.lists[thread] = Recount(since=START, counted=frozenset({post.ref}), reactions=(off,))
    await here.look()
    written = await here.comment(live)
    assert written is not None
    assert written.deleted_at is None
    assert await here.totals(story) == (Totals(up=1), 1)


async def test_what_the_page_and_the_forgotten_think_stays(store: SqlStore) -> None:
    here = await scene(store)
    (story,) = here.stories
    post = await here.post(story)
    assert post.ref is not None
    by_page = Who(ref=Ref("web:account/eve"), name="eve")
    await here.papers.take(Reacted(reaction=Ref("web:reaction/eve"), message=post.ref, who=by_page, emoji="👍"))
    theirs = Reacted(reaction=Ref("wire:reaction/gone"), message=post.ref, who=who("gone"), emoji="👍")
    await here.papers.take(theirs)

    async def forget(tx: Tx) -> Account:
        account = await tx.members.by_ref(who("gone").ref)
        assert account is not None
        return (await tx.people.erase(account.member_id, "gone-1", here.papers.clock.now())).pseudonym

    await store.write(forget)
    for reactions in ((), (theirs,)):
        listing = Recount(since=START, counted=frozenset({post.ref}), reactions=reactions)
        here.hall.lists[await here.thread(story)] = listing
        here.papers.clock.time += timedelta(minutes=1)
        await here.look()
        assert (await here.totals(story))[0] == Totals(up=2)


async def test_a_thread_that_moderators_closed_or_deleted_meanwhile(store: SqlStore) -> None:
    here = await scene(store, 2)
    closed, deleted = here.stories
    _, said = await here.papers.comment(deleted, ROOM, "ann")
    here.hall.lists[await here.thread(closed)] = Recount(since=START, locked=True)
    lost = await here.thread(deleted)
    here.hall.lists[lost] = Recount(since=START, gone=True)
    await here.look()
    assert await here.locked(closed)
    assert (await here.post(deleted)).thread is None
    kept = await here.comment(said)
    assert kept is not None
    assert kept.deleted_at is None
    await here.look()
    assert here.hall.asked.count(lost) == 1


@pytest.mark.parametrize(("closed", "open_"), [(ROOM, "wire:hall"), ("wire:hall", ROOM)])
async def test_a_lock_keeps_out_nobody_who_wrote_in_another_thread(store: SqlStore, closed: str, open_: str) -> None:
    papers, hall = Newspapers(store=store), Hall()
    town = await papers.community("town")
    await papers.read(await papers.feed("herald", town, ROOM, "wire:hall"), entry(1, title="Story"))
    story = await papers.discussion_of("Story", town)
    here = Scene(papers=papers, hall=hall, town=town, stories=[story])
    shut, other = (await papers.post(story, closed)).thread, (await papers.post(story, open_)).thread
    assert shut is not None
    assert other is not None
    missed = Listed(message=Ref("wire:comment/1"), who=who("ann"), html="<p>Missed.</p>", at=papers.clock.now())
    hall.lists = {shut: Recount(since=START, locked=True), other: Recount(since=START, messages=(missed,))}
    await here.look()
    assert await here.comment(missed.message) is not None
    assert await here.locked(story)


async def test_who_wrote_in_a_thread_that_was_opened_meanwhile_is_not_kept_out(store: SqlStore) -> None:
    here = await scene(store)
    (story,) = here.stories
    thread = await here.thread(story)
    await here.papers.take(Locked(thread=thread, locked=True, at=START))
    missed = Listed(message=Ref("wire:comment/1"), who=who("ann"), html="<p>Missed.</p>", at=START)
    here.hall.lists[thread] = Recount(since=START, messages=(missed,), locked=False)
    await here.look()
    assert await here.comment(missed.message) is not None
    assert not await here.locked(story)


@pytest.mark.parametrize(
    ("state", "undone"), [("pending", False), ("expired", False), ("parked", False), ("done", True)]
)
async def test_a_lock_of_ours_that_has_not_come_off_is_not_undone(
    store: SqlStore, state: OutboxState, undone: bool
) -> None:
    here = await scene(store)
    (story,) = here.stories
    await here.papers.moderation.lock(admin(here.town), story, lasting=None)
    await here.papers.carry_out(OutboxState(state))
    here.hall.lists[await here.thread(story)] = Recount(since=START, locked=False)
    await here.look()
    assert await here.locked(story) is not undone


async def test_what_stood_under_a_merged_article_is_not_missed(store: SqlStore) -> None:
    """Its own post was removed from the room, with what stood under it there; here it stays."""
    here = await scene(store, 2)
    kept, merged = here.stories
    _, said = await here.papers.comment(merged, ROOM, "ann")
    await here.papers.vote(merged, ROOM, "ben")
    await here.papers.articles.merge(admin(here.town), merged, kept)
    post = await here.post(kept)
    assert post.ref is not None
    here.hall.lists[await here.thread(kept)] = Recount(since=START, counted=frozenset({post.ref}))
    here.papers.clock.time += timedelta(minutes=1)
    await here.look()
    comment = await here.comment(said)
    assert comment is not None
    assert comment.deleted_at is None
    assert await here.totals(kept) == (Totals(up=1), 1)


async def test_it_waits_for_a_network_that_is_away_and_goes_on_where_it_was(store: SqlStore) -> None:
    here = await scene(store, 6)
    away = await here.thread(here.stories[3])
    refused = await here.thread(here.stories[4])

    async def failing(thread: Ref) -> None:
        if thread == refused:
            raise NetworkRefused("You may not look there.")
        if thread == away and here.hall.asked.count(away) <= 2:
            raise NetworkUnavailable("Away.", retry_after=timedelta(seconds=90))

    here.hall.meanwhile = failing
    await here.look()
    threads = [await here.thread(story) for story in here.stories]
    assert {thread: here.hall.asked.count(thread) for thread in threads} == dict.fromkeys(threads, 1) | {away: 3}
    assert here.waits == [90.0, 90.0]


async def test_it_looks_when_something_was_missed_and_again_where_more_was_missed_meanwhile(store: SqlStore) -> None:
    here = await scene(store)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(thread: Ref) -> None:
        begun.set()
        await go_on.wait()

    here.hall.meanwhile = slow
    catching_up = CatchingUp(
        store=store,
        networks={"wire": cast(Network, here.hall)},
        discussion=here.papers.discussion,
        clock=here.papers.clock,
        horizon=HORIZON,
    )
    running = asyncio.create_task(catching_up.run())
    try:
        async with asyncio.timeout(20):
            catching_up.missed("wire")
            await begun.wait()
            for _ in range(3):  # as often as it is told meanwhile, one more look is enough
                catching_up.missed("wire")
            begun.clear()
            go_on.set()
            await begun.wait()
        assert len(here.hall.asked) == 2
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_network_that_cannot_list_is_not_asked(store: SqlStore) -> None:
    here = await scene(store)
    mute = cast(Network, object())
    catching_up = CatchingUp(
        store=store,
        networks={"wire": mute},
        discussion=here.papers.discussion,
        clock=here.papers.clock,
        horizon=HORIZON,
    )
    catching_up.missed("wire")
    await catching_up.run()  # there is nothing to wait for
