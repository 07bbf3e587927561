"""The feeds' pages: what visitors see, and what admins do there, which are commands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.web import WebSettings
from adapters.web.feeds.wording import STATES
from bot.domain.model import (
    ArticleId,
    Channel,
    ChannelId,
    DiscussionId,
    FailureKind,
    FeedId,
    FeedState,
    Passage,
    PostState,
    Ref,
    Role,
    Subscription,
    SubscriptionId,
    Visibility,
)
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.commands import Answer, Column, Command, Kind, Listing, Parameter, Unconfirmed
from bot.ports.pages import BroughtLine, Fate
from tests.servers.commands import NotedCommands
from tests.unit.web.conftest import served
from tests.unit.web.reader import Reader
from tests.unit.web.test_api import feed
from tests.unit.web.town import ONE, START, TWO, Town

ACTS = ("release", "skip", "test", "pause", "resume", "remove")
FEED = Parameter(name="feed", kind=Kind.FEED, help="Feeds", required=True)
SHOW, WHY, HEALTH = "feed show", "feed why", "feed health"
NAMES = (*(f"feed {act}" for act in ACTS), "feed edit", "feed add", SHOW, WHY, HEALTH)


@pytest.fixture
def feeds(town: Town) -> Town:
    town.feed_lines = [
        feed(
            1,
            failing_since=START - timedelta(hours=30),
            failures=9,
            failure=FailureKind.UNREACHABLE,
            reason="no such host",
        ),
        feed(2, title="Second", held=12),
        feed(3, title=None, address="file:///srv/sample.xml", state=FeedState.PAUSED, last_read_at=None),
    ]
    town.brought_lines = [
        BroughtLine(
            id=ArticleId(7),
            title="A bridge <opens>",
            link="javascript:alert(1)",
            dated=START,
            fates=(Fate(channel="World", became=Passage.STOPPED),),
        ),
        BroughtLine(
            id=ArticleId(8),
            title="Posted",
            link="https://news.example/8",
            dated=START,
            discussion_id=DiscussionId(1),
            fates=(Fate(channel="World", became=PostState.POSTED),),
        ),
    ]
    town.subscribed = [
        subscription(1, community=ONE, feed_id=2, paused=True),
        subscription(2, community=TWO, feed_id=2),
    ]
    return town


def subscription(number: int, *, community: int, feed_id: int, paused: bool = False) -> Subscription:
    channel = Channel(
        id=ChannelId(number), community_id=ONE if community == 1 else TWO, ref=Ref(f"web:section/s{number}"),
        name=f"S{number}", language="en", zone="Europe/Paris", visibility=Visibility.PUBLIC,
    )  # fmt: skip
    return Subscription(id=SubscriptionId(number), feed_id=FeedId(feed_id), channel=channel, paused=paused)


@pytest.fixture
def commands() -> NotedCommands:
    return NotedCommands(*(Command(name=name, help="Feeds", role=Role.ADMIN, parameters=(FEED,)) for name in NAMES))


@pytest.fixture
async def member(feeds: Town, commands: NotedCommands) -> AsyncIterator[Reader]:
    async with served(feeds, WebSettings(port=0), commands) as web, Reader(web) as reader:
        await reader.sign_in("Ada")
        yield reader


@pytest.fixture
async def ada(feeds: Town, member: Reader) -> Reader:
    account = next(iter(feeds.people.accounts.values()))[1]
    feeds.people.roles[ONE, account.member_id] = Role.ADMIN
    return member


async def test_visitors_see_how_feeds_are_doing_and_hosts_only(feeds: Town, reader: Reader) -> None:
    page = await reader.get("/feeds")
    assert "Failing since 11 January 2026, 07:00 CET – cannot be reached (no such host)" in page.words("#f1")
    assert "feeds.example → World" in page.words("#f1")
    assert "12 articles are held back" in page.words("#f2")
    assert "A file of ours" in page.words("#f3 h2")
    assert "never read yet" in page.words("#f3")
    assert "paused" in page.words("#f3")
    for secret in ("secret", "user:pass", "/srv/"):
        assert secret not in page.text
    assert page.all("main form[method=post]") == []


@pytest.mark.parametrize("path", ["/feeds/add", "/feeds/2", "/feeds/2/in/1", "/feeds/why?article=1"])
async def test_members_are_no_admins(member: Reader, commands: NotedCommands, path: str) -> None:
    assert (await member.get("/feeds")).all("main form[method=post]") == []
    assert (await member.get(path)).status == 403
    csrf = {"csrf": await member.csrf()}
    for act in ACTS:
        assert (await member.post(f"/feeds/2/{act}", csrf)).status == 403
    for form in ("/feeds/add", "/feeds/2", "/feeds/2/in/1"):
        assert (await member.post(form, csrf)).status == 403
    assert commands.done == []


async def test_admins_see_addresses_and_decide(ada: Reader, feeds: Town, commands: NotedCommands) -> None:
    page = await ada.get("/feeds")
    assert "https://user:pass@feeds.example/rss?key=secret" in page.words("#f1")
    assert "A bridge <opens>" in page.words("#f1")
    assert "paused" in page.words("#f2 h2")
    for act in ("release", "skip", "test", "resume", "remove"):
        answer = await ada.send(page, f"form[action=/feeds/2/{act}]")
        assert "Done." in answer.words(".answered")
        assert (f"feed {act}", {"feed": "2"}) in commands.done
    assert page.all("form[action=/feeds/2/pause]") == []
    assert len(page.all("form[action=/feeds/1/pause]")) == 1
    account = next(iter(feeds.people.accounts.values()))[1]
    actor = commands.callers[-1].actor
    assert (actor.community_id, actor.account_id, actor.role) == (ONE, account.id, Role.ADMIN)
    assert (await ada.post("/feeds/2/burn", {"csrf": await ada.csrf()})).status == 404


async def test_what_cannot_be_undone_is_asked_first(ada: Reader, commands: NotedCommands) -> None:
    page = await ada.get("/feeds")
    commands.refusing = {"feed remove": Unconfirmed("This cannot be done here")}
    asked = await ada.send(page, "form[action=/feeds/2/remove]")
    assert (asked.status, "This cannot be done here" in asked.words(".notice")) == (409, True)
    commands.refusing = {}
    await ada.send(asked, ".notice form", confirmed="yes")
    assert (commands.done.count(("feed remove", {"feed": "2"})), commands.confirmed.count(True)) == (2, 1)


async def test_a_refusal_stands_at_the_head(ada: Reader, commands: NotedCommands) -> None:
    page = await ada.get("/feeds")
    commands.refusing = {"feed test": RequestError("There is no such community.")}
    again = await ada.send(page, "form[action=/feeds/2/test]")
    assert (again.status, again.words(".refused")) == (422, "There is no such community.")
    assert len(again.all("#f2")) == 1


async def test_what_is_wrong_with_a_feed_is_what_the_command_says(ada: Reader, commands: NotedCommands) -> None:
    columns = ("feed", "title", "trouble", "since", "reason")
    commands.answers[HEALTH] = Answer(
        blocks=(
            Listing(
                columns=tuple(Column(name=name, label="Feeds") for name in columns),
                rows=((2, "Second", Sentence(key="is gone for good"), START, None),),
                empty=Sentence(key="Feeds"),
            ),
        )
    )
    page = await ada.get("/feeds")
    assert page.words("#f2 .reason") == "is gone for good since 12 January 2026, 13:00 CET"
    assert page.all("#f3 .reason") == []


async def test_a_feed_has_a_page_with_what_became_of_its_articles(ada: Reader, commands: NotedCommands) -> None:
    page = await ada.get("/feeds/2")
    assert [each.get("href") for each in page.all(".where a")] == ["/feeds/2/in/1"]
    assert "World: stopped by the filter" in page.words(".brought")
    assert "javascript:" not in " ".join(each.get("href") for each in page.all("a"))
    whys = [each.get("href") for each in page.all("a.why")]
    assert whys == ["/feeds/why?article=javascript%3Aalert%281%29", "/feeds/why?article=1"]
    assert "Done." in (await ada.get(whys[1])).words(".steps")
    assert commands.done[-1] == (WHY, {"article": "1"})
    done = await ada.send(page, "form[action=/feeds/2/test]")
    assert (done.words("h1"), "Done." in done.words(".answered")) == ("Second", True)
    for missing in ("/feeds/4", "/feeds/2/in/2", "/feeds/1/in/1"):
        assert (await ada.get(missing)).status == 404


def test_everything_that_can_become_of_an_article_has_a_name() -> None:
    assert set(STATES) == {*PostState, *Passage}
