"""The feeds' area on the real parts, without a script: a feed is added, a subscription's rules are tried and kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from adapters.web.refs import section
from bot.domain.model import Alias, AliasKind, Content, Feed, Role, Rules, Subscription
from bot.ports.stores import Tx
from tests.end_to_end.small import START, Town, small_town
from tests.servers.feed_server import FeedServer
from tests.servers.feed_server import Page as Served
from tests.unit.web.reader import Reader

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Example News</title>
<item><title>Market moved</title><link>https://news.example/1</link><guid>1</guid></item>
<item><title>Library saved</title><link>https://news.example/2</link><guid>2</guid></item>
</channel></rss>"""


@dataclass
class Area:
    """A town with an admin at the page, and a publisher's server."""

    town: Town
    server: FeedServer
    ada: Reader

    async def feeds(self) -> list[tuple[Feed, Subscription]]:
        async with self.town.store.read() as tx:
            by_id = {each.id: each for each in await tx.feeds.all()}
            return [(by_id[each.feed_id], each) for each in await tx.places.subscriptions()]

    async def rules(self) -> Rules:
        ((_, subscription),) = await self.feeds()
        return subscription.rules


@asynccontextmanager
async def an_area(url: str) -> AsyncIterator[Area]:
    async with small_town(url) as town, FeedServer() as server:
        community = await town.community("town", default=True)
        server.put("/news.xml", Served(body=RSS.encode(), content_type="application/rss+xml"))
        async with Reader(town.web) as ada:
            await ada.sign_in("Ada")
            account = await town.store.write(lambda tx: tx.members.registered(community, "web", "Ada"))
            assert account is not None
            await town.store.write(lambda tx: tx.members.grant(community, account.member_id, Role.ADMIN))
            yield Area(town, server, ada)


async def test_a_feed_is_looked_at_and_then_added_with_what_was_typed(database_url: str) -> None:
    async with an_area(database_url) as area:
        page, address = await area.ada.get("/feeds/add"), area.server.url("/news.xml")
        shown = await area.ada.send(page, "form.command", address=address, filter="library", cap="4")
        assert shown.words(".as-posted h2") == "Library saved"
        assert await area.feeds() == []
        fields = shown.fields("form.command")
        assert (fields["address"], fields["filter"], fields["cap"]) == (address, "library", "4")
        none, *_ = shown.all(".offers button")
        added = await area.ada.send(shown, "form.command", also=none.get("value"))
        ((feed, subscription),) = await area.feeds()
        assert added.all(f"main a[href=/feeds/{feed.id}/in/{subscription.channel.id}]") != []
        assert (feed.address, subscription.backlog) == (address, 0)
        assert (subscription.rules.filter, subscription.rules.cap) == ("library", 4)


async def test_what_cannot_be_read_is_named_and_what_was_typed_stays(database_url: str) -> None:
    async with an_area(database_url) as area:
        page = await area.ada.get("/feeds/add")
        again = await area.ada.send(page, "form.command", address=area.server.url("/none.xml"), tags="a, b")
        assert again.status == 422
        assert area.server.url("/none.xml") in again.words(".refused")
        assert again.fields("form.command")["tags"] == "a, b"


async def subscribed(area: Area) -> str:
    """A feed with three articles in the section; the address of the subscription's page."""

    async def work(tx: Tx) -> str:
        feed = await tx.feeds.add("https://news.example/rss", interval=timedelta(hours=1), from_config=False, now=START)
        (channel,) = [each for each in await tx.places.channels() if each.ref == section("town")]
        await tx.places.subscribe(feed, channel.id, backlog=0)
        for number, title in enumerate(("Bridge opened", "École peinte", "L’IA gagne")):
            content = Content(title=title, link=f"https://news.example/{number}", lead="<b>Lead</b>")
            key = number.to_bytes(16, "big")
            alias = Alias(kind=AliasKind.LINK, key=key)
            await tx.articles.add(feed, content, [alias], marker=key.hex(), digest=b"d", position=number, now=START)
        return f"/feeds/{feed}/in/{channel.id}"

    return await area.town.store.write(work)


@pytest.mark.parametrize(
    ("typed", "passing"),
    [("", 3), ("école", 1), ("bridge OR IA", 2), ("NOT title:bridge", 2), ("/^l.ia/", 1)],
)
async def test_a_filter_is_tried_and_not_kept(sqlite_url: str, typed: str, passing: int) -> None:
    async with an_area(sqlite_url) as area:
        path = await subscribed(area)
        tried = await area.ada.send(await area.ada.get(path), "form.command", filter=typed, act="try")
        assert f"{passing} of 3 pass." in tried.words(".trial")
        assert len(tried.all(".trial-list .passes")) == passing
        assert ("Nothing of this is saved yet." in tried.text) is bool(typed)
        assert tried.fields("form.command")["filter"] == typed
        assert await area.rules() == Rules()


async def test_a_template_is_shown_and_its_mistakes_are_named(sqlite_url: str) -> None:
    async with an_area(sqlite_url) as area:
        path = await subscribed(area)
        page = await area.ada.get(path)
        assert "{categories}" in page.words(".described dt")
        tried = await area.ada.send(page, "form.command", template="Read {title}!", act="try")
        assert tried.words(".as-posted .lines").startswith("Read ")
        wrong = await area.ada.send(page, "form.command", template="{secret}", act="try")
        assert "“secret”" in wrong.words(".refused")
        assert wrong.fields("form.command")["template"] == "{secret}"


async def test_rules_are_kept_and_emptied_again(database_url: str) -> None:
    async with an_area(database_url) as area:
        path = await subscribed(area)
        typed = {"filter": "école", "tags": "a, b", "members-only": "yes", "cap": "2", "quiet": "22:00-07:00"}
        kept = await area.ada.send(await area.ada.get(path), "form.command", **typed, digest="mon 08:00", act="save")
        assert (kept.status, "Nothing of this is saved yet." in kept.text) == (200, False)
        rules = await area.rules()
        assert (rules.filter, rules.tags, rules.members_only, rules.cap) == ("école", ("a", "b"), True, 2)
        assert {name: kept.fields("form.command")[name] for name in typed} == typed
        emptied = dict.fromkeys(typed, "") | {"members-only": "no", "digest": ""}
        await area.ada.send(kept, "form.command", **emptied, act="save")
        assert await area.rules() == Rules()


async def test_a_rule_that_cannot_be_understood_keeps_what_was_typed(sqlite_url: str) -> None:
    async with an_area(sqlite_url) as area:
        path = await subscribed(area)
        page = await area.ada.get(path)
        again = await area.ada.send(page, "form.command", filter="bridge", quiet="at night", act="save")
        assert again.status == 422
        assert "at night" in again.words(".refused")
        assert again.fields("form.command")["quiet"] == "at night"
        assert await area.rules() == Rules()
