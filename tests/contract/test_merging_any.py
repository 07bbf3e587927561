"""Whatever was said of some articles: to merge them and to split them again changes nothing."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.merging import Stand, tree
from bot.domain.model import ArticleId, CommunityId, DiscussionId, Post, Ref, Role
from bot.ports.moderation import Actor
from storage.store import open_store
from tests.contract.newspapers import Newspapers, admin, entry

SECTIONS = {"town": ("web:section/news", "web:section/sport"), "club": ("web:section/club",)}
NAMES = ("ann", "bob", "cid")
ACTS = ("comment", "up", "down", "flag", "flag comment", "correct")


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_to_merge_and_to_split_is_nothing(data: st.DataObject, migrated_file: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{uuid4().hex}.db"
    shutil.copy(migrated_file, path)
    asyncio.run(_there_and_back(data, f"sqlite+aiosqlite:///{path}"))


async def _there_and_back(data: st.DataObject, url: str) -> None:
    store = await open_store(url)
    try:
        papers = Newspapers(store=store)
        await _publish(data, papers)
        await _talk(data, papers)
        before = await papers.everything()
        while await _merge_some(data, papers):
            pass
        while await _split_one(data, papers):
            pass
        assert await papers.everything() == before
    finally:
        await store.close()


async def _publish(data: st.DataObject, papers: Newspapers) -> None:
    """Three newspapers, each with one story, posted in some sections of two communities."""
    communities = {slug: await papers.community(slug) for slug in SECTIONS}
    for number, name in enumerate(("herald", "courier", "gazette")):
        chosen = data.draw(st.sets(st.sampled_from(sum(SECTIONS.values(), ())), min_size=1), label=name)
        for slug, refs in SECTIONS.items():
            feed = await papers.feed(name, communities[slug], *(ref for ref in refs if ref in chosen))
        await papers.read(feed, entry(number, title=name))


async def _talk(data: st.DataObject, papers: Newspapers) -> None:
    posts = [post for row in await papers.rows("discussions") for post in await papers.posts(DiscussionId(row.id))]
    acts = st.tuples(st.sampled_from(posts), st.sampled_from(ACTS), st.sampled_from(NAMES))
    done: set[tuple[int, str, str]] = set()
    for post, act, name in data.draw(st.lists(acts, max_size=12), label="acts"):
        if act != "flag" or (post.discussion_id, act, name) not in done:
            await _do(papers, post, act, name)
            done.add((post.discussion_id, act, name))


async def _do(papers: Newspapers, post: Post, act: str, name: str) -> None:
    at, channel = post.discussion_id, str(post.channel.ref)
    if act == "comment":
        await papers.comment(at, channel, name)
    elif act in ("up", "down"):
        await papers.vote(at, channel, name, "👍" if act == "up" else "👎")
    elif act == "flag":
        await papers.flag_article(at, channel, name)
    elif act == "flag comment":
        _, message = await papers.comment(at, channel, "dot", reply_to=Ref("web:nothing"))
        await papers.flag(message, name)
    elif act == "correct":
        await papers.correction(at, name, "enough of them")


async def _merge_some(data: st.DataObject, papers: Newspapers) -> bool:
    stands = await _stands(papers)
    pairs = [
        (one, other)
        for one in stands
        for other in stands
        if one.article_id != other.article_id and one.community_id == other.community_id and not one.merged_into
        if not other.merged_into
    ]
    if not pairs or not data.draw(st.booleans(), label="merge"):
        return False
    one, other = data.draw(st.sampled_from(pairs), label="pair")
    await papers.articles.merge(_operator(one.community_id), one.id, other.id)
    return True


async def _split_one(data: st.DataObject, papers: Newspapers) -> bool:
    merged = [row for row in await papers.rows("articles") if row.merged_into is not None]
    if not merged:
        return False
    row = data.draw(st.sampled_from(merged), label="split")
    async with papers.store.read() as tx:
        parted = tree(await tx.merging.stories(ArticleId(row.id)), ArticleId(row.id))
    where = data.draw(st.sampled_from([each for each in await _stands(papers) if each.first in parted]), label="from")
    await papers.articles.split(_operator(where.community_id), where.id, row.primary_feed)
    return True


async def _stands(papers: Newspapers) -> Sequence[Stand]:
    async with papers.store.read() as tx:
        return await tx.merging.stands([ArticleId(row.id) for row in await papers.rows("articles")])


def _operator(community_id: CommunityId) -> Actor:
    return admin(community_id, Role.OPERATOR)
