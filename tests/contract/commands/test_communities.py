"""Communities by command: named, put at the root, and made one with all that they have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.events import Flagged, Reacted
from bot.domain.model import (
    CaseId,
    CaseState,
    ChannelId,
    CommunityId,
    DiscussionId,
    FlagReason,
    Ref,
    Role,
    Server,
    ServerStanding,
    Standing,
    Subject,
    SubjectKind,
    Totals,
    Visibility,
)
from bot.domain.orders import NewOrder, OutboxState, PublishCase
from bot.domain.plan import Plan, PlannedChannel, compare
from bot.domain.plan import Standing as Compared
from bot.errors import RequestError
from bot.ports.commands import Unconfirmed
from bot.ports.moderation import Actor
from bot.ports.pages import CommentSort, Viewer
from bot.ports.stores import Tx
from bot.seeding import held, seed
from storage.joining import FOLDED, MOVED, both
from storage.schema import metadata
from tests.contract.commands.saying import logged, operator, say, somebody
from tests.contract.order_scene import who
from tests.end_to_end.small import Town, small_town


async def two(town: Town) -> tuple[CommunityId, CommunityId]:
    return await town.community("town", default=True), await town.community("village", default=False)


async def shown_case(town: Town, community: CommunityId) -> tuple[ChannelId, CaseId]:
    """A case of a community that is to be shown in a server of its own."""
    now, server = town.clock.now(), Ref("chat:server/1")

    async def work(tx: Tx) -> tuple[ChannelId, CaseId]:
        channel = await tx.places.put_channel(
            community, Ref("chat:mods"), "Moderators", language="en", zone="UTC", visibility=Visibility.PRIVATE
        )
        await tx.places.put_server(
            Server(ref=server, name="Chat", standing=ServerStanding.ADMITTED, community_id=community, at=now)
        )
        case = (await tx.cases.waiting(community, 1))[0].id
        await tx.case_posts.add(case, channel, "m")
        order = PublishCase(case_id=case, channel_id=channel)
        await tx.outbox.put([NewOrder(order=order, lane=f"chat:mods!{case}", key="shown", created_at=now)])
        return channel, case

    return await town.store.write(work)


async def test_communities_are_shown_named_and_put_at_the_root(database_url: str) -> None:
    async with small_town(database_url) as town:
        first, village = await two(town)
        boss = operator(first)
        with pytest.raises(RequestError, match="operator of this Tribune"):
            await say(town, await somebody(town, first, "Ada", Role.ADMIN), "community list")
        await say(town, boss, "community set village --name “Old Village” --default")
        (listing,) = await say(town, boss, "community list")
        assert [(each["community"], each["name"], each["default"]) for each in listing["rows"]] == [
            ("town", "Town", "no"),
            ("village", "Old Village", "yes"),
        ]
        (shown,) = await say(town, boss, "community show village")
        assert (shown["facts"]["name"], shown["facts"]["channels"]) == ("Old Village", 1)
        assert ("community.set", f"community:{village}", "Village", "Old Village") in await logged(town, village)
        assert "Old Village" in await town.text("/")


async def both_discuss(town: Town, first: CommunityId, village: CommunityId) -> tuple[DiscussionId, DiscussionId]:
    """An article that both discuss, with a comment, a vote and a report of it in each; ann votes in both."""
    kept = await town.article("Bridge opened", "town", "village")
    async with town.store.read() as tx:
        (article, *_) = await tx.posts.of_discussion(kept)
        posts = await tx.posts.of_article(article.article_id)
    gone = next(each.discussion_id for each in posts if each.channel.community_id == village)
    for each in posts:
        assert each.ref is not None
        here = each.channel.community_id == first
        await town.comment(each.discussion_id, "ann" if here else "bob")
        for name in ("ann", "cid" if here else "dot"):
            reaction = Ref(f"web:reaction/{name}/{each.id}")
            event = Reacted(reaction=reaction, message=each.ref, who=who(name), emoji="👍", at=town.clock.now())
            await town.discussion.take(event)
        flag = Flagged(message=each.ref, who=who("eve"), reason=FlagReason.SPAM, text="", at=town.clock.now())
        await town.discussion.take(flag)
    return kept, gone


async def test_two_communities_become_one(database_url: str) -> None:
    async with small_town(database_url) as town:
        first, village = await two(town)
        kept, gone = await both_discuss(town, first, village)
        alone = await town.article("Market moved", "village")
        flagged = await town.comment(alone, "fay", "<p>Only in the village.</p>")
        now = town.clock.now()
        for community in (first, village):
            await town.store.write(
                lambda tx, community=community: tx.members.register(  # type: ignore[misc]
                    community, "web", Ref(f"web:account/zoe{community}"), "Zoe", now=now
                )
            )
        await somebody(town, village, "Max", Role.MODERATOR)
        mods, shown = await shown_case(town, village)
        with pytest.raises(Unconfirmed):
            await say(town, operator(first), "community join village town")
        await say(town, operator(first), "community join village town --yes")

        async with town.store.read() as tx:
            assert [each.slug for each in await tx.places.communities()] == ["town"]
            assert {each.community_id for each in await tx.places.channels()} == {first}
            assert [each.community_id for each in await tx.places.servers()] == [first]
            assert [each.channel_id for each in await tx.case_posts.of_case(shown)] == [mods]
            pending = await tx.outbox.lines(first, OutboxState.PENDING, everything=False, page=1, size=99)
            assert [each.place for each in pending.items if each.kind == "publish-case"] == ["Moderators"]
            article = Subject(kind=SubjectKind.ARTICLE, id=kept)
            assert await tx.discussions.count_votes(article) == Totals(up=3)  # ann once
            assert await tx.discussions.place_of(Subject(kind=SubjectKind.ARTICLE, id=gone)) is None
            assert {each.discussion_id for each in await tx.posts.of_discussion(kept)} == {kept}
            assert len(await tx.posts.of_discussion(kept)) == 2
            case = await tx.cases.latest(article)
            assert case is not None
            assert case.state is CaseState.OPEN
            assert len([each for each in await tx.cases.flags(case.id) if each.closed_at is None]) == 1
            assert await tx.discussions.place_of(Subject(kind=SubjectKind.COMMENT, id=flagged)) == (first, alone)
            max_ = await tx.members.by_ref(Ref("web:account/Max"))
            assert max_ is not None
            assert (await tx.standings.get(first, max_.member_id)).role is Role.MODERATOR
            names = {each.name for each in await tx.members.named(first, "Zoe", 9)}
        assert names == {"Zoe", "Zoe (village)"}
        viewer = Viewer(community_id=first)
        said = await town.store.pages.comments(viewer, kept, sort=CommentSort.OLD, page=1, size=9)
        assert {each.author for each in said.items} == {"ann", "bob"}
        assert [each[0] for each in await logged(town, first)].count("community.join") == 2
        assert "Only in the village." in await town.text(f"/a/{alone}")
        await town.text("/c/village/", status=404)


async def test_articles_that_were_merged_stand_right_in_one_community(database_url: str) -> None:
    async with small_town(database_url) as town:
        first, village = await two(town)
        bridge = await town.article("Bridge opened", "town", "village")
        again = await town.article("The bridge is open", "village")
        only = await town.article("A bridge opens", "town")
        admin = Actor(community_id=first, account_id=None, member_id=None, role=Role.OPERATOR)
        other = Actor(community_id=village, account_id=None, member_id=None, role=Role.OPERATOR)
        await town.comment(again, "bob", "<p>Said again.</p>")
        await town.comment(only, "cid", "<p>Said alone.</p>")
        async with town.store.read() as tx:
            (post, *_) = await tx.posts.of_discussion(bridge)
            posts = await tx.posts.of_article(post.article_id)
        there = next(each.discussion_id for each in posts if each.channel.community_id == village)
        await town.comment(bridge, "ann", "<p>Said in town.</p>")
        await town.comment(there, "dot", "<p>Said in the village.</p>")
        await town.articles.merge(other, again, there)
        await town.articles.merge(admin, only, bridge)
        await say(town, operator(first), "community join village town --yes")
        viewer = Viewer(community_id=first)
        page = await town.store.pages.articles(viewer, section=None, sort="new", since=None, page=1, size=9)  # type: ignore[arg-type]
        assert [each.id for each in page.items] == [bridge]
        said = await town.store.pages.comments(viewer, bridge, sort=CommentSort.OLD, page=1, size=9)
        assert {each.author for each in said.items} == {"ann", "bob", "cid", "dot"}
        assert page.items[0].comments == 4


async def test_what_cannot_be_joined(database_url: str) -> None:
    async with small_town(database_url) as town:
        first, _ = await two(town)
        with pytest.raises(RequestError, match="into itself"):
            await say(town, operator(first), "community join village village --yes")
        with pytest.raises(RequestError, match="community set village --default"):
            await say(town, operator(first), "community join town village --yes")


async def test_a_joined_community_is_not_made_again(database_url: str) -> None:
    plan = Plan(
        communities=(("town", "Town"), ("village", "Village")),
        channels=tuple(
            PlannedChannel(
                community="village", ref=Ref(f"web:section/{name}"), name=name, language="en", zone="UTC",
                visibility="public",  # type: ignore[arg-type]
            )
            for name in ("village", "fields")
        ),
        feeds=(),
    )  # fmt: skip
    async with small_town(database_url) as town:
        first, _ = await two(town)
        await say(town, operator(first), "community join village town --yes")
        await seed(town.store, plan, datetime(2026, 1, 1, tzinfo=UTC))
        async with town.store.read() as tx:
            assert [each.slug for each in await tx.places.communities()] == ["town"]
            fields = next(each for each in await tx.places.channels() if each.name == "fields")
            assert fields.community_id == first
            lines = {each.name: each.standing for each in compare(plan, await held(tx, plan))}
        assert lines["village"] is Compared.REMOVED


def test_every_row_that_names_a_community_or_a_discussion_is_thought_of() -> None:
    """A table that is added and forgotten here would lose its rows with the community."""
    moved = {statement.table.name for statement in MOVED}  # type: ignore[union-attr]
    folded = {statement.table.name for statement in FOLDED}  # type: ignore[union-attr]
    for table in metadata.tables.values():
        for column in table.columns:
            targets = {key.column.table.name for key in column.foreign_keys}
            assert "communities" not in targets or table.name in moved, table.name
            assert "discussions" not in targets or table.name in folded, table.name


def test_who_stood_in_both_has_what_was_granted_and_what_is_stricter() -> None:
    late, early = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    gone = Standing(role=Role.ADMIN, role_set=True, muted_until=late, banned_at=early, trust=2, trust_locked=True)
    kept = Standing(muted_until=early, banned_at=late, votes_void=True)
    joined = both(gone, kept)
    assert (joined.role, joined.muted_until, joined.banned_at) == (Role.ADMIN, late, early)
    assert (joined.trust, joined.trust_locked, joined.votes_void) == (2, True, True)
    reader = Standing(role=Role.READER, role_set=True)
    assert both(gone, reader).role is Role.READER
