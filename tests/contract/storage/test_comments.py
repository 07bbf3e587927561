"""Comments, and what a message is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.domain.model import (
    Account,
    Comment,
    CommentId,
    DiscussionId,
    HiddenBy,
    Ref,
    Subject,
    SubjectKind,
    Totals,
    Vote,
)
from bot.domain.ranking import Liveliness
from bot.domain.votes import Cast
from storage.schema.talk import comment_revisions
from storage.store import SqlStore
from tests.contract.storage.world import NOW, World, build, later


async def _comment(store: SqlStore, ref: Ref) -> Comment:
    async with store.read() as tx:
        comment = await tx.discussions.comment_by_ref(ref)
    assert comment is not None
    return comment


async def _former(store: SqlStore, comment_id: CommentId) -> list[Any]:
    async with store.read() as tx:
        rows = await tx.sql.all(select(comment_revisions).where(comment_revisions.c.comment_id == comment_id))
    return [(row.revision, row.html, row.at) for row in rows]


async def _add(
    world: World,
    ref: Ref = Ref("web:c"),  # noqa: B008
    sensitive: str | None = None,
) -> CommentId | None:
    post, ann = await world.post(), await world.account("Ann")
    return await world.write(
        lambda tx: tx.discussions.add_comment(
            discussion_id=post.discussion_id,
            channel_id=world.section.id,
            account_id=ann.id,
            ref=ref,
            parent_id=None,
            html="<p>One</p>",
            at=NOW,
            sensitive=sensitive,
        )
    )


async def test_a_comment_comes_back_as_it_was_written(world: World) -> None:
    comment_id = await _add(world)
    comment = await _comment(world.store, Ref("web:c"))
    ann = await world.account("Ann")
    assert comment == Comment(
        id=CommentId(comment_id or 0),
        discussion_id=comment.discussion_id,
        community_id=world.community,
        channel_id=world.section.id,
        account_id=ann.id,
        member_id=ann.member_id,
        ref=Ref("web:c"),
        parent_id=None,
        html="<p>One</p>",
        revision=1,
        created_at=NOW,
    )
    async with world.store.read() as tx:
        assert await tx.discussions.comment_by_ref(Ref("web:other")) is None


async def test_the_same_message_is_one_comment(world: World) -> None:
    assert await _add(world) is not None
    assert await _add(world) is None


async def test_an_edit_keeps_what_was_said_before(world: World) -> None:
    comment_id = CommentId(await _add(world) or 0)
    await world.write(lambda tx: tx.discussions.edit_comment(comment_id, "<p>Two</p>", later(5)))
    await world.write(lambda tx: tx.discussions.edit_comment(comment_id, "<p>Three</p>", later(9)))
    comment = await _comment(world.store, Ref("web:c"))
    assert (comment.html, comment.revision, comment.edited_at) == ("<p>Three</p>", 3, later(9))
    assert await _former(world.store, comment_id) == [(1, "<p>One</p>", NOW), (2, "<p>Two</p>", later(5))]


async def test_deleting_takes_the_text_and_its_revisions(world: World) -> None:
    comment_id = CommentId(await _add(world) or 0)
    await world.write(lambda tx: tx.discussions.edit_comment(comment_id, "<p>Two</p>", later(5)))
    for at in (later(6), later(7)):
        await world.write(lambda tx, at=at: tx.discussions.delete_comment(comment_id, at))  # type: ignore[misc]
    await world.write(lambda tx: tx.discussions.edit_comment(comment_id, "<p>Back</p>", later(8)))
    comment = await _comment(world.store, Ref("web:c"))
    assert (comment.html, comment.deleted_at) == ("", later(6))
    assert await _former(world.store, comment_id) == []


async def test_what_its_author_puts_behind_a_curtain(world: World) -> None:
    comment_id = CommentId(await _add(world, sensitive="Blood") or 0)
    assert (await _comment(world.store, Ref("web:c"))).sensitive == "Blood"
    await world.write(lambda tx: tx.discussions.edit_comment(comment_id, "<p>Two</p>", later(5), "A spoiler"))
    assert (await _comment(world.store, Ref("web:c"))).sensitive == "A spoiler"
    await world.write(lambda tx: tx.discussions.edit_comment(comment_id, "<p>Three</p>", later(6)))
    assert (await _comment(world.store, Ref("web:c"))).sensitive is None


async def _hide(world: World, comment_id: CommentId) -> None:
    await world.write(
        lambda tx: tx.cases.hide(Subject(kind=SubjectKind.COMMENT, id=comment_id), HiddenBy.MODERATOR, later(3))
    )


async def test_a_deleted_comment_is_neither_hidden_nor_behind_a_curtain(world: World) -> None:
    comment_id = CommentId(await _add(world, sensitive="Blood") or 0)
    await _hide(world, comment_id)
    assert (await _comment(world.store, Ref("web:c"))).hidden_at == later(3)
    await world.write(lambda tx: tx.discussions.delete_comment(comment_id, later(4)))
    comment = await _comment(world.store, Ref("web:c"))
    assert (comment.deleted_at, comment.hidden_at, comment.sensitive) == (later(4), None, None)


async def test_live_comments_are_neither_deleted_nor_hidden(world: World) -> None:
    post, ann = await world.post(), await world.account("Ann")
    first, second, _ = [await world.comment(post.discussion_id, ann) for _ in range(3)]
    await world.write(lambda tx: tx.discussions.delete_comment(first, NOW))
    await _hide(world, second)
    async with world.store.read() as tx:
        assert await tx.discussions.live_comments(post.discussion_id) == 1
        assert await tx.discussions.live_comments(DiscussionId(999)) == 0


async def _trust(world: World, who: Account, trust: int) -> None:
    await world.write(lambda tx: tx.standings.lock_trust(world.community, who.member_id, trust))


async def _vote(world: World, discussion_id: DiscussionId, who: Account, vote: Vote, *, void: bool = False) -> None:
    article, cast = Subject(kind=SubjectKind.ARTICLE, id=discussion_id), Cast(vote=vote, at=NOW)
    await world.write(lambda tx: tx.discussions.set_vote(article, who.member_id, cast, void=void))


async def test_liveliness_by_the_trust_that_members_have(world: World) -> None:
    village = await build(world.store, "village")
    post, other = await world.post(), await world.post()
    ann, bob, cid, dan = [await world.account(name) for name in ("Ann", "Bob", "Cid", "Dan")]
    await _trust(world, ann, 1)
    await _trust(world, bob, 3)
    await _trust(village, cid, 3)  # elsewhere
    await _trust(world, dan, 0)
    for who, vote in ((ann, Vote.UP), (bob, Vote.DOWN), (cid, Vote.UP), (dan, Vote.UP)):
        await _vote(world, post.discussion_id, who, vote)
    await _vote(world, post.discussion_id, await world.account("Eve"), Vote.DOWN, void=True)
    await _vote(world, other.discussion_id, ann, Vote.DOWN)
    for who in (ann, ann, cid, dan):
        last = await world.comment(post.discussion_id, who)
    await _hide(world, await world.comment(post.discussion_id, bob))
    async with world.store.read() as tx:
        assert await tx.discussions.liveliness(post.discussion_id) == Liveliness(
            trusted=Totals(up=1, down=1), fresh=Totals(up=2), commenters=1, fresh_commenters=2
        )
    await world.write(lambda tx: tx.discussions.delete_comment(last, NOW))
    async with world.store.read() as tx:
        assert (await tx.discussions.liveliness(post.discussion_id)).fresh_commenters == 1
        assert await tx.discussions.liveliness(DiscussionId(999)) == Liveliness()


async def test_what_a_message_is_and_where(world: World) -> None:
    village = await build(world.store, "village")
    post, elsewhere = await world.post(), await village.post()
    await _add(world)
    comment = await _comment(world.store, Ref("web:c"))
    article = Subject(kind=SubjectKind.ARTICLE, id=post.discussion_id)
    said = Subject(kind=SubjectKind.COMMENT, id=comment.id)
    async with world.store.read() as tx:
        assert await tx.discussions.subject_of(post.ref or Ref("")) == (article, post.discussion_id, world.community)
        found = await tx.discussions.subject_of(elsewhere.ref or Ref(""))
        assert found is not None
        assert found[2] == village.community
        assert await tx.discussions.subject_of(Ref("web:c")) == (said, comment.discussion_id, world.community)
        assert await tx.discussions.subject_of(post.thread or Ref("")) is None
        assert await tx.discussions.place_of(article) == (world.community, post.discussion_id)
        assert await tx.discussions.place_of(said) == (world.community, comment.discussion_id)
        assert await tx.discussions.place_of(Subject(kind=SubjectKind.COMMENT, id=999)) is None


async def test_when_a_discussed_article_is_dated(world: World) -> None:
    dated = await world.post(await world.article(published=later(-60)))
    undated = await world.post()
    async with world.store.read() as tx:
        assert await tx.discussions.dated(dated.discussion_id) == later(-60)
        assert await tx.discussions.dated(undated.discussion_id) == NOW
        assert await tx.discussions.dated(DiscussionId(999)) is None
