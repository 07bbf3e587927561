"""Removing what is old and nobody discusses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.domain.model import Content, Post, Reaction, Ref, Role, Subject, SubjectKind, Vote
from bot.domain.orders import Notice, OutboxState, Speak
from bot.domain.votes import Cast
from bot.ports.stores import Tx
from storage.engine import parsed, sqlite_path
from storage.prune import AT_ONCE
from storage.schema.work import page_messages
from storage.store import SqlStore, open_store
from tests.contract.storage.world import NOW, World, build, flag, key, later, order, report

UP = Cast(vote=Vote.UP, at=NOW)
LATER = NOW + timedelta(days=90)


async def _prune(store: SqlStore, *, before: datetime = LATER, now: datetime = LATER) -> Mapping[str, int]:
    return await store.prune(before=before, now=now)


def _subject(post: Post) -> Subject:
    return Subject(kind=SubjectKind.ARTICLE, id=post.discussion_id)


async def _is_there(world: World, post: Post) -> bool:
    async with world.store.read() as tx:
        return await tx.articles.get(post.article_id) is not None


async def test_an_old_article_goes_with_all_that_hangs_on_it(world: World) -> None:
    post = await world.post()
    alias_key = key(f"{world.feed}/A story/1")
    await world.store.board.put(Ref("web:m"), post.thread or Ref(""), "<p>Hello</p>", "m", NOW)
    assert await _prune(world.store) == {"articles": 1}
    assert not await _is_there(world, post)
    async with world.store.read() as tx:
        assert await tx.posts.get(post.id) is None
        assert await tx.discussions.place_of(_subject(post)) is None
        assert await tx.articles.known([alias_key]) == {alias_key: None}, "it is not new when it comes again"
    assert await world.store.pages.said(post.thread or Ref("")) == []
    assert await _prune(world.store) == {}


async def test_its_aliases_are_forgotten_a_year_later(world: World) -> None:
    post = await world.post()
    alias_key = key(f"{world.feed}/A story/1")
    await _prune(world.store)
    await _prune(world.store, before=NOW + timedelta(days=365))
    async with world.store.read() as tx:
        assert await tx.articles.known([alias_key]) == {alias_key: None}
    assert await _prune(world.store, before=NOW + timedelta(days=366)) == {"aliases": 1}
    async with world.store.read() as tx:
        assert await tx.articles.known([alias_key]) == {}
    assert not await _is_there(world, post)


async def test_the_aliases_of_a_live_article_stay(world: World) -> None:
    post = await world.post()
    await world.comment(post.discussion_id, await world.account("Ann"))
    assert await _prune(world.store, before=NOW + timedelta(days=2000), now=LATER) == {}
    assert await _is_there(world, post)


@pytest.mark.parametrize("what", ["comment", "deleted comment", "vote", "flag", "correction"])
async def test_what_was_discussed_stays(world: World, what: str) -> None:
    post, ann = await world.post(), await world.account("Ann")
    if "comment" in what:
        comment = await world.comment(post.discussion_id, ann)
    match what:
        case "deleted comment":
            await world.write(lambda tx: tx.discussions.delete_comment(comment, NOW))
        case "vote":
            await world.write(lambda tx: tx.discussions.set_vote(_subject(post), ann.member_id, UP, void=False))
        case "flag":
            await flag(world, _subject(post), ann)
        case "correction":
            await report(world, post.discussion_id, ann)
    assert await _prune(world.store) == {}
    assert await _is_there(world, post)


async def test_what_one_community_discusses_stays_in_all(world: World) -> None:
    village = await build(world.store, "village")
    here = await world.post()
    there = await village.post(here.article_id)
    await village.comment(there.discussion_id, await village.account("Ann"))
    assert await _prune(world.store) == {}
    assert await _is_there(world, here)


async def test_what_is_younger_or_still_on_the_way_stays(world: World) -> None:
    await world.publish("lane")
    assert await _prune(world.store) == {}
    assert await _prune(world.store, before=NOW) == {}


async def test_more_articles_than_go_at_once(world: World) -> None:
    number, content = AT_ONCE + 3, Content(title="t", link=None)

    async def work(tx: Tx) -> None:
        for _ in range(number):
            await tx.articles.add(world.feed, content, [], marker="m", digest=b"", position=0, now=NOW)

    await world.write(work)
    assert await _prune(world.store) == {"articles": number}


async def test_finished_orders_and_their_lanes_go(world: World) -> None:
    say = Speak(place=Ref("web:t"), html="", language="en", marker="m")
    await world.put(order(say, "done"), order(say, "waiting"))
    leases = await world.write(lambda tx: tx.outbox.claim("me", NOW, until=later(9), limit=9, networks=["web"]))
    for lease in leases:
        async with world.store.read() as tx:
            item = await tx.outbox.head(lease)
        assert item is not None
        if lease.lane == "done":
            await world.write(
                lambda tx, lease=lease, item=item: tx.outbox.finish(  # type: ignore[misc]
                    lease, item.id, OutboxState.DONE, None, steps=(), now=NOW
                )
            )
        await world.write(lambda tx, lease=lease: tx.outbox.release(lease))  # type: ignore[misc]
    assert await _prune(world.store, before=NOW) == {}
    assert await _prune(world.store) == {"orders": 1, "lanes": 1}
    async with world.store.read() as tx:
        assert await tx.outbox.counts() == {OutboxState.PENDING: 1}
        assert await tx.outbox.next_due(["web"]) == NOW


async def test_notices_sessions_links_and_undone_reactions_go(world: World) -> None:
    ann, post = await world.account("Ann"), await world.post()
    await world.comment(post.discussion_id, ann)
    reaction = Reaction(
        ref=Ref("web:r"), account_id=ann.id, member_id=ann.member_id, bot=False, emoji="🎉", at=NOW, seen_at=NOW
    )
    for expires_at, name in ((LATER, b"old"), (LATER + timedelta(seconds=1), b"live")):
        await world.write(
            lambda tx, at=expires_at, name=name: tx.members.add_session(  # type: ignore[misc]
                name, ann.id, community_id=world.community, expires_at=at, now=NOW
            )
        )
        await world.write(
            lambda tx, at=expires_at, name=name: tx.members.add_link(  # type: ignore[misc]
                name,
                community_id=world.community,
                role=Role.MEMBER,
                name=None,
                account_id=None,
                expires_at=at,
                now=NOW,
            )
        )
    await world.write(lambda tx: tx.journal.notify([Notice(community_id=world.community, key="k", values=(), at=NOW)]))
    await world.write(lambda tx: tx.discussions.add_reaction(_subject(post), reaction))
    assert await _prune(world.store) == {"notices": 1, "sessions": 1, "links": 1}
    await world.write(lambda tx: tx.discussions.remove_reaction(Ref("web:r"), NOW))
    assert await _prune(world.store) == {"reactions": 1}
    async with world.store.read() as tx:
        assert await tx.members.session(b"live", LATER) is not None


async def test_what_was_told_and_read_goes(world: World) -> None:
    for name in ("read", "unread"):
        await world.store.board.put(Ref(f"web:{name}"), Ref("web:u1"), "<p>Hello</p>", name, NOW)
    read = update(page_messages).where(page_messages.c.marker == "read").values(read_at=NOW)
    await world.store.write(lambda tx: tx.sql.run(read))
    assert await _prune(world.store, before=NOW) == {}
    assert await _prune(world.store) == {"messages": 1}
    assert await world.store.board.find(Ref("web:u1"), "unread") == [Ref("web:unread")]


async def test_sqlite_gives_the_space_back(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    world = await build(store)
    for _ in range(20):
        article = await world.article("x" * 100_000)
        await world.post(article)
    await store.close()
    path: Path = sqlite_path(parsed(sqlite_url))
    full = path.stat().st_size
    store = await open_store(sqlite_url)
    await _prune(store)
    await store.close()
    assert path.stat().st_size < full / 2
