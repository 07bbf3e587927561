"""Posts, and the discussions that begin with them."""

from __future__ import annotations

from bot.domain.model import ArticleId, DiscussionId, PostId, PostProgress, PostState, Ref, Totals
from storage.store import SqlStore
from tests.contract.storage.world import NOW, World, add_channel, build, later, subscribe


async def test_an_article_is_ordered_once_in_a_channel(world: World) -> None:
    article = await world.article()
    first = await world.write(lambda tx: tx.posts.order(article, world.subscription, now=NOW))
    again = await world.write(lambda tx: tx.posts.order(article, world.subscription, state=PostState.HELD, now=NOW))
    assert first is not None
    assert again is None
    async with world.store.read() as tx:
        post = await tx.posts.get(first)
        assert await tx.posts.get(PostId(999)) is None
    assert post is not None
    assert (post.article_id, post.channel, post.state) == (article, world.section, PostState.PENDING)
    assert post.ref is post.thread is None


async def test_one_discussion_in_a_community_whatever_the_channels(world: World) -> None:
    other = await build(world.store, "village")
    here = await subscribe(world, await add_channel(world, "discord:1"))
    article = await world.article()
    for subscription in (world.subscription, here, other.subscription):
        await world.write(lambda tx, s=subscription: tx.posts.order(article, s, now=NOW))  # type: ignore[misc]
    async with world.store.read() as tx:
        first, second, third = await tx.posts.of_article(article)
        assert await tx.posts.of_discussion(first.discussion_id) == [first, second]
    assert first.discussion_id == second.discussion_id
    assert third.discussion_id != first.discussion_id


async def test_a_post_comes_further_and_keeps_its_references(world: World) -> None:
    post = await world.post(posted=False)
    message, thread = Ref("web:p1"), Ref("web:t1")
    await world.write(lambda tx: tx.posts.set(post.id, state=PostState.PENDING, ref=message, now=NOW))
    await world.write(lambda tx: tx.posts.set(post.id, state=PostState.POSTED, thread=thread, now=later(1)))
    async with world.store.read() as tx:
        for ref in (message, thread):
            found = await tx.posts.find(ref)
            assert found is not None
            assert (found.id, found.state, found.ref, found.thread) == (post.id, PostState.POSTED, message, thread)
        assert await tx.posts.find(Ref("web:other")) is None


async def test_many_posts_are_read_in_full(world: World) -> None:
    posts = [await world.post(), await world.post(posted=False)]
    async with world.store.read() as tx:
        found = await tx.posts.in_full([*(each.id for each in posts), PostId(999)])
        assert set(found) == {each.id for each in posts}
        for post in posts:
            full = found[post.id]
            assert full.post == await tx.posts.get(post.id)
            assert full.article == await tx.articles.get(post.article_id)
            assert (full.totals, full.comments) == await tx.posts.counts(post.discussion_id)
            assert full.subscription == world.subscription
            assert full.sensitive is None


async def test_many_posts_come_further_at_once(world: World) -> None:
    posts = [await world.post(posted=False) for _ in range(3)]
    come = [
        PostProgress(post_id=each.id, state=PostState.POSTED, ref=Ref(f"web:{each.id}"), thread=Ref(f"web:t{each.id}"))
        for each in posts[:2]
    ]
    await world.write(lambda tx: tx.posts.progress(come, NOW))
    async with world.store.read() as tx:
        now = [await tx.posts.get(each.id) for each in posts]
    assert [each and (each.state, each.ref) for each in now] == [
        (PostState.POSTED, Ref(f"web:{posts[0].id}")),
        (PostState.POSTED, Ref(f"web:{posts[1].id}")),
        (PostState.PENDING, None),
    ]


async def test_a_thread_keeps_its_name_until_it_gets_another(world: World) -> None:
    post = await world.post()
    assert post.thread_name is None
    for given, kept in (("A story", "A story"), (None, "A story"), ("Another", "Another")):
        await world.write(
            lambda tx, given=given: tx.posts.set(post.id, state=PostState.POSTED, thread_name=given, now=NOW)  # type: ignore[misc]
        )
        async with world.store.read() as tx:
            found = await tx.posts.get(post.id)
        assert found is not None
        assert (found.thread_name, found.thread) == (kept, post.thread)


async def test_held_posts_wait_the_oldest_article_first(world: World) -> None:
    other = await build(world.store, "village")
    articles = [await world.article(published=later(-n)) for n in (5, 20, 10)]
    for article in articles:
        for subscription in (world.subscription, other.subscription):
            await world.write(lambda tx, a=article, s=subscription: tx.posts.order(a, s, state=PostState.HELD, now=NOW))  # type: ignore[misc]
    await world.post()
    async with world.store.read() as tx:
        held = await tx.posts.held(world.feed, world.community)
        found = [await tx.posts.get(each) for each in held]
    assert [post.article_id for post in found if post] == [articles[1], articles[2], articles[0]]
    assert {post.channel.community_id for post in found if post} == {world.community}


async def test_counts_are_those_that_were_stored(world: World) -> None:
    post = await world.post()
    async with world.store.read() as tx:
        assert await tx.posts.counts(post.discussion_id) == (Totals(), 0)
        assert await tx.posts.counts(DiscussionId(999)) == (Totals(), 0)
    await world.write(lambda tx: tx.discussions.set_activity(post.discussion_id, comments=4, hot=1.5))
    async with world.store.read() as tx:
        assert await tx.posts.counts(post.discussion_id) == (Totals(), 4)


async def test_a_post_is_found_by_its_channel_and_marker(world: World) -> None:
    other = await build(world.store, "village")
    post = await world.post()
    async with world.store.read() as tx:
        article = await tx.articles.get(post.article_id)
        assert article is not None
        assert await tx.posts.by_marker(world.section.ref, article.marker) == post
        assert await tx.posts.by_marker(other.section.ref, article.marker) is None
        assert await tx.posts.by_marker(world.section.ref, "nothing") is None


async def test_an_article_that_is_not_there_is_not_posted(store: SqlStore) -> None:
    world = await build(store)
    assert await world.write(lambda tx: tx.posts.order(ArticleId(999), world.subscription, now=NOW)) is None
