"""Backups, and moving from one engine to the other."""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.model import (
    Account,
    Credentials,
    DiscussionId,
    Note,
    Passage,
    PollRecord,
    Post,
    Reaction,
    Ref,
    Role,
    Server,
    ServerStanding,
    Subject,
    SubjectKind,
    Validators,
    Verdict,
    Visibility,
    Vote,
)
from bot.domain.orders import Lease, Notice, OutboxItem, Speak
from bot.domain.votes import Cast
from bot.errors import DatabaseHeldError, SchemaError, StorageError
from bot.ports.stores import Tx
from storage.backup import restore
from storage.instance import hold
from storage.schema import metadata
from storage.store import SqlStore, open_store
from tests.contract.storage.test_articles import FULL
from tests.contract.storage.world import NOW, World, alias, build, flag, later, order, report

# What a restore changes by design: what is unfinished is in doubt, and since when.
CHANGED = frozenset({"settings", "outbox"})
SERVER = Server(
    ref=Ref("square:server/1"),
    name="Ville",
    standing=ServerStanding.ASKED,
    community_id=None,
    invited_by="Zoé",
    at=NOW,
)


async def _fill(store: SqlStore) -> World:
    """At least one row in every table."""
    world = await build(store)
    ann, post = await world.account("Ann"), await world.post()
    comment = await world.comment(post.discussion_id, ann)
    answer = await world.comment(post.discussion_id, ann, parent_id=comment)
    subject = Subject(kind=SubjectKind.COMMENT, id=answer)
    case_id = await flag(world, subject, ann, weight=2.0625)
    await report(world, post.discussion_id, ann, "L’été")

    read = PollRecord(
        feed_id=world.feed, polled_at=NOW, next_at=NOW, succeeded=True, validators=Validators(etag="1", seen=b"\xff")
    )

    async def work(tx: Tx) -> None:
        await tx.feeds.record([read])
        await tx.articles.revise(post.article_id, FULL, digest=b"\x00\xff", replace_latest=False, now=later(1))
        await tx.articles.disown([alias("shared").key], NOW)
        await tx.discussions.edit_comment(answer, "<p>Édité</p>", later(2))
        await tx.discussions.set_vote(subject, ann.member_id, Cast(vote=Vote.UP, at=NOW), void=False)
        await tx.cases.add_note(world.community, Note(by=ann.id, at=NOW, text="É", case_id=case_id))
        await tx.standings.mark_stale(world.community, [ann.member_id], NOW)
        await tx.members.grant(world.community, ann.member_id, Role.ADMIN)
        await tx.members.register(world.community, "web", Ref("web:u"), "Bob", now=NOW)
        await tx.members.add_link(
            b"\x80", community_id=world.community, role=Role.MEMBER, name=None, account_id=None, expires_at=NOW, now=NOW
        )
        await tx.members.add_session(b"s", ann.id, community_id=world.community, expires_at=NOW, now=NOW)
        await tx.journal.notify([Notice(community_id=world.community, key="k", values=(("a", "é"),), at=NOW)])
        await tx.journal.log(world.community, at=NOW, account_id=ann.id, action="a", subject="s")
        await tx.settings.put("key", "value")
        await tx.case_posts.add(case_id, world.section.id, "m")
        await tx.case_posts.shown(case_id, world.section.id, Ref("web:case"))
        await tx.places.put_server(SERVER)

    await store.write(work)
    await store.write(lambda tx: _choose(tx, world, ann, post.discussion_id))
    await store.write(lambda tx: _deliver(tx, world, post))
    await _react(world, subject)
    await world.put(order(Speak(place=Ref("web:t"), html="<p>x</p>", language="fr", marker="m")))
    await store.board.put(Ref("web:m1"), Ref("web:t"), "<p>x</p>", "m", NOW)
    return world


async def _choose(tx: Tx, world: World, ann: Account, discussion_id: DiscussionId) -> None:
    """What members chose and follow, and somebody who was forgotten."""
    await tx.people.choose_language(world.community, ann.member_id, "fr")
    await tx.people.follow(world.community, ann.member_id, "École", "école", NOW)
    (followed,) = await tx.people.follows(world.community, ann.member_id)
    await tx.people.watched([discussion_id], [(followed.id, discussion_id)], NOW)
    await tx.standings.set_channel_role(world.section.id, ann.member_id, Role.MODERATOR)
    gone = await tx.members.seen("web", Ref("web:gone"), "Cid", bot=False, now=NOW)
    await tx.people.erase(gone.member_id, "gone-1", NOW)


async def _deliver(tx: Tx, world: World, post: Post) -> None:
    """What opens a feed, what a subscription did with an article, and where else it was taken."""
    await tx.feeds.set_access(world.feed, Credentials(user="é", password="p", headers=(("X-Key", "k"),)))
    verdict = Verdict(
        article_id=post.article_id,
        subscription_id=world.subscription.id,
        passage=Passage.STOPPED,
        detail="été",
        at=NOW,
    )
    await tx.verdicts.put([verdict])
    channel_id = await tx.places.put_channel(
        world.community, Ref("web:section/other"), "Other", language="fr", zone="UTC", visibility=Visibility.PUBLIC
    )
    channel = next(each for each in await tx.places.channels() if each.id == channel_id)
    assert await tx.shares.add(post.discussion_id, channel, None, members_only=True, now=NOW) is not None


async def _react(world: World, subject: Subject) -> None:
    ann = await world.account("Ann")
    reaction = Reaction(
        ref=Ref("web:r"), account_id=ann.id, member_id=ann.member_id, bot=False, emoji="🔺", at=None, seen_at=NOW
    )
    await world.write(lambda tx: tx.discussions.add_reaction(subject, reaction))


async def _dump(store: SqlStore, *, without: frozenset[str] = frozenset()) -> dict[str, list[Any]]:
    async with store.read() as tx:
        return {
            table.name: [tuple(row) for row in await tx.sql.all(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
            if table.name not in without
        }


async def test_a_database_moves_to_the_other_engine_and_back(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    store = await open_store(sqlite_url)
    await _fill(store)
    before = await _dump(store, without=CHANGED)
    assert [name for name, rows in before.items() if not rows] == ["former_addresses"]
    await store.backup(first)
    await store.close()

    await restore(postgres_url, first, now=NOW)
    moved = await open_store(postgres_url)
    assert await _dump(moved, without=CHANGED) == before
    on_postgres = await _dump(moved)
    await moved.backup(second)
    await moved.close()

    await restore(sqlite_url, second, now=NOW)
    back = await open_store(sqlite_url)
    assert await _dump(back) == on_postgres
    await back.close()


async def test_ids_go_on_after_a_restore(database_url: str, tmp_path: Path) -> None:
    store = await open_store(database_url)
    world = await build(store)
    first = await world.post()
    await store.backup(tmp_path / "b")
    second = await world.post()
    await store.close()
    await restore(database_url, tmp_path / "b")
    store = await open_store(database_url)
    world.store = store
    third = await world.post()
    assert third.id > second.id > first.id, "an id is never given twice, restored or not"
    assert third.discussion_id > second.discussion_id
    await store.close()


async def _claimed(store: SqlStore) -> tuple[Lease, OutboxItem]:
    (lease,) = await store.write(lambda tx: tx.outbox.claim("me", later(9), until=later(99), limit=1, networks=["web"]))
    async with store.read() as tx:
        item = await tx.outbox.head(lease)
    assert item is not None
    return lease, item


async def test_what_was_unfinished_is_in_doubt_and_nothing_is_held(database_url: str, tmp_path: Path) -> None:
    store = await open_store(database_url)
    await _fill(store)
    await _claimed(store)
    await store.write(lambda tx: tx.feeds.claim_due(NOW, until=later(999), limit=9))
    await store.backup(tmp_path / "b")
    await store.close()

    await restore(database_url, tmp_path / "b", now=later(50))
    store = await open_store(database_url)
    lease, item = await _claimed(store)
    assert item.in_doubt
    assert lease.epoch == 2
    assert len(await store.write(lambda tx: tx.feeds.claim_due(NOW, until=later(999), limit=9))) == 1
    async with store.read() as tx:
        assert await tx.settings.get("restored_at") == later(50).isoformat()
        assert await tx.settings.get("doubt_until") == (later(50) + timedelta(days=1)).isoformat()
        assert await tx.settings.get("key") == "value"
    await store.close()


async def test_a_backup_is_of_one_moment_and_others_may_write(store: SqlStore, tmp_path: Path) -> None:
    world = await build(store)
    for _ in range(20):
        await world.post()

    async def write() -> None:
        for n in range(30):
            await world.publish(f"lane {n}")

    await asyncio.gather(store.backup(tmp_path / "b"), write())
    rows: dict[str, int] = {}
    for line in map(json.loads, gzip.decompress((tmp_path / "b").read_bytes()).splitlines()):
        if isinstance(line, dict) and "table" in line:
            name = line["table"]
        elif isinstance(line, list):
            rows[name] = rows.get(name, 0) + 1
    assert rows["posts"] == rows["discussions"], "they are written together"
    assert not (tmp_path / "b.part").exists()


async def test_it_is_readable_by_its_owner_alone(store: SqlStore, tmp_path: Path) -> None:
    await store.backup(tmp_path / "b")
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600


async def test_a_place_that_cannot_be_written(store: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        await store.backup(tmp_path / "no" / "such" / "folder")


async def test_a_database_in_use_is_not_replaced(database_url: str, store: SqlStore, tmp_path: Path) -> None:
    await store.backup(tmp_path / "b")
    async with hold(database_url):
        with pytest.raises(DatabaseHeldError):
            await restore(database_url, tmp_path / "b")


def _damaged(whole: bytes, how: str) -> bytes:
    lines = gzip.decompress(whole).splitlines(keepends=True)
    match how:
        case "cut off":
            return whole[: len(whole) // 2]
        case "cut at a line":
            return gzip.compress(b"".join(lines[:-2]))
        case "a row lost":
            return gzip.compress(b"".join(lines[:-2] + lines[-1:]))
        case "another program's":
            return gzip.compress(b'{"format": "other"}\n')
        case "no JSON":
            return gzip.compress(b"hello\n")
        case _:
            return b"hello"


@pytest.mark.parametrize(
    "how", ["cut off", "cut at a line", "a row lost", "another program's", "no JSON", "not gzipped"]
)
async def test_a_damaged_backup_changes_nothing(database_url: str, tmp_path: Path, how: str) -> None:
    store = await open_store(database_url)
    await _fill(store)
    before = await _dump(store)
    await store.backup(tmp_path / "b")
    await store.close()
    (tmp_path / "b").write_bytes(_damaged((tmp_path / "b").read_bytes(), how))
    with pytest.raises(StorageError):
        await restore(database_url, tmp_path / "b")
    store = await open_store(database_url)
    assert await _dump(store) == before
    await store.close()


async def test_a_backup_of_another_version_is_refused(database_url: str, store: SqlStore, tmp_path: Path) -> None:
    await store.backup(tmp_path / "b")
    header, rest = gzip.decompress((tmp_path / "b").read_bytes()).split(b"\n", 1)
    changed = json.dumps(json.loads(header) | {"schema": "9999"}).encode()
    (tmp_path / "b").write_bytes(gzip.compress(changed + b"\n" + rest))
    with pytest.raises(SchemaError, match="9999"):
        await restore(database_url, tmp_path / "b")


async def test_a_backup_that_is_not_there(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        await restore(database_url, tmp_path / "nothing")
