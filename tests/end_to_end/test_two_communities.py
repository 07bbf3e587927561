"""Two communities read the same feed and know nothing of each other."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from bot.domain.events import Flagged, Who
from bot.domain.model import CommunityId, DiscussionId, FlagReason, Ref
from bot.domain.orders import Notice
from bot.errors import RequestError
from bot.ports.pages import ArticleSort, CommentSort, Viewer
from tests.end_to_end.small import Town, small_town

SECRET = "Only among us"


async def two(town: Town) -> tuple[CommunityId, CommunityId, DiscussionId, DiscussionId]:
    """The same article in both, discussed in the second."""
    ours, theirs = await town.community("ours", default=True), await town.community("theirs", default=False)
    here = await town.article("The same story", "ours", "theirs")
    async with town.store.read() as tx:
        articles = await town.store.pages.articles(
            Viewer(community_id=theirs), section=None, sort=ArticleSort.NEW, since=None, page=1, size=10
        )
        assert len(await tx.places.communities()) == 2
    there = articles.items[0].id
    comment = await town.comment(there, "zoe", f"<p>{SECRET}</p>")
    for voter in ("ann", "bob"):
        await town.vote(comment, voter, "👍", theirs)
    return ours, theirs, here, there


async def test_neither_pages_nor_programs_see_the_other_community(database_url: str) -> None:
    async with small_town(database_url) as town:
        _, _, here, there = await two(town)
        assert here != there
        for path in ("/", "/?sort=new", "/s/ours", f"/a/{here}", "/feeds", f"/api/articles/{here}/comments"):
            text = await town.text(path)
            assert SECRET not in text, path
            assert "zoe" not in text, path
            assert "heirs" not in text, path
        listed = await town.json("/api/articles?sort=new")
        assert listed["total"] == 1
        assert (await town.json(f"/api/articles/{here}"))["comments"] == 0
        for path in (f"/a/{there}", "/s/theirs", f"/api/articles/{there}", f"/api/articles/{there}/comments"):
            await town.text(path, status=404)
        assert SECRET in await town.text(f"/c/theirs/a/{there}")
        for path in (f"/c/theirs/a/{here}", "/c/theirs/s/ours", f"/c/theirs/api/articles/{here}"):
            await town.text(path, status=404)


async def test_the_same_comment_asked_for_from_the_other_community_is_not_there(database_url: str) -> None:
    async with small_town(database_url) as town:
        ours, theirs, here, there = await two(town)
        pages = town.store.pages
        strangers, members = Viewer(community_id=ours), Viewer(community_id=theirs)
        for viewer, count in ((strangers, 0), (members, 1)):
            found = await pages.comments(viewer, there, sort=CommentSort.BEST, page=1, size=50)
            assert (len(found.items), found.total) == (count, count)
        assert await pages.article(strangers, there, town.clock.now()) is None
        assert await pages.article(members, here, town.clock.now()) is None
        assert [each.name for each in await pages.sections(strangers)] == ["Ours"]


async def test_events_of_one_community_reach_no_stream_of_the_other(database_url: str) -> None:
    async with small_town(database_url) as town:
        _, _, here, there = await two(town)
        base = town.web.settings.base
        timeout = aiohttp.ClientTimeout(total=20)
        async with town.session.get(f"{base}/events?discussion={here}", timeout=timeout) as stream:
            assert stream.status == 200
            await town.comment(there, "zoe", f"<p>{SECRET} again</p>")
            await town.comment(here, "ann", "<p>Ours</p>")
            heard = await _until(stream, b'"comments"')
        assert SECRET.encode() not in heard
        await town.text(f"/events?discussion={there}", status=404)


async def _until(stream: aiohttp.ClientResponse, wanted: bytes) -> bytes:
    heard = b""
    async with asyncio.timeout(20):
        while wanted not in heard:
            heard += await stream.content.readany()
    return heard


async def test_flags_notices_roles_and_the_log_belong_to_one_community(database_url: str) -> None:
    async with small_town(database_url) as town:
        ours, theirs, _, there = await two(town)
        async with town.store.read() as tx:
            (post, *_) = await tx.posts.of_discussion(there)
            (feed,) = await tx.feeds.all()
        assert post.ref is not None
        who = Who(ref=Ref("web:account/zoe"), name="zoe")
        await town.discussion.take(
            Flagged(message=post.ref, who=who, reason=FlagReason.SPAM, text="", at=town.clock.now())
        )

        notice = Notice(community_id=theirs, key=SECRET, values=(), at=town.clock.now())
        await town.store.write(lambda tx: tx.journal.notify([notice]))
        third = await town.community("third", default=False)
        with pytest.raises(RequestError):
            await town.desk.release(third, feed.id, None)
        await town.desk.skip(theirs, feed.id, None)
        async with town.store.read() as tx:
            assert [each.action for each in await tx.journal.logged(theirs, 10)] == ["feed.skip"]
            assert list(await tx.journal.logged(ours, 10)) == []
            assert list(await tx.journal.notices(ours, 10)) == []
            assert len(await tx.journal.notices(theirs, 10)) == 1
