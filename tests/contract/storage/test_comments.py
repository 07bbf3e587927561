"""Comments, and what a message is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.domain.model import Comment, CommentId, DiscussionId, Ref, Subject, SubjectKind
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


async def _add(world: World, ref: Ref = Ref("web:c")) -> CommentId | None:  # noqa: B008
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


async def test_live_comments_and_distinct_commenters(world: World) -> None:
    post, other = await world.post(), await world.post()
    ann, bob = await world.account("Ann"), await world.account("Bob")
    for who in (ann, ann, bob):
        last = await world.comment(post.discussion_id, who)
    await world.comment(other.discussion_id, await world.account("Cid"))
    async with world.store.read() as tx:
        assert await tx.discussions.live_comments(post.discussion_id) == 3
        assert await tx.discussions.commenters(post.discussion_id) == 2
    await world.write(lambda tx: tx.discussions.delete_comment(last, NOW))
    async with world.store.read() as tx:
        assert await tx.discussions.live_comments(post.discussion_id) == 2
        assert await tx.discussions.commenters(post.discussion_id) == 1
        assert await tx.discussions.live_comments(DiscussionId(999)) == 0


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
