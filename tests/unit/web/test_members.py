"""Members' pages: everybody's, and one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.web import WebSettings
from bot.domain.model import (
    CommentId,
    DiscussionId,
    FlagId,
    FlagOutcome,
    MemberId,
    Role,
    Standing,
    Totals,
)
from bot.domain.reputation import TITLES, coming
from bot.errors import RequestError
from tests.unit.web.conftest import served
from tests.unit.web.order import someone
from tests.unit.web.reader import Reader
from tests.unit.web.test_discussion import say
from tests.unit.web.town import ONE, TWO, Town


def own(town: Town, name: str = "Ada") -> MemberId:
    return next(account.member_id for _, account in town.people.accounts.values() if account.name == name)


async def test_a_members_page_says_how_they_stand_and_shows_their_best(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    await say(reader, "Well *said*")
    best = replace(town.talk[CommentId(1)][1], totals=Totals(up=7, down=2))
    person = someone(int(own(town)), "Ada", title="expert", points=1234)
    town.order.add_member(ONE, person, corrections=2, best=[(DiscussionId(1), "A bridge opens", best)])
    page = await reader.get(f"/members/{own(town)}")
    assert page.words("h1") == "Ada"
    assert page.words(".person .title") == "expert"
    assert page.words(".facts") == "Points1,234 Comments12 Accepted corrections2"
    assert "Well said" in page.words(".excerpt")
    assert page.one(".excerpt .byline a").get("href") == "/a/1/c/1"
    assert page.all(".keeping") == []
    assert "flag" not in page.text.lower()


async def test_a_members_page_without_comments_says_so(town: Town, reader: Reader) -> None:
    town.order.add_member(ONE, someone(7, "Zoe"))
    assert "No comments to show yet." in (await reader.get("/members/7")).words("main")
    assert (await reader.get("/members/8")).status == 404
    assert (await reader.get("/c/club/members/7")).status == 404


async def test_moderators_see_more_of_a_member(town: Town, reader: Reader) -> None:
    town.order.add_member(ONE, someone(7, "Zoe"))
    await reader.sign_in("Ada")
    town.people.roles[ONE, own(town)] = Role.MODERATOR
    assert "Write a note" in (await reader.get("/members/7")).words(".keeping")


async def test_a_name_beside_a_comment_leads_to_its_member_and_shows_the_title(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    await say(reader, "First")
    at, view = town.talk[CommentId(1)]
    town.talk[CommentId(1)] = (at, replace(view, title="insider"))
    page = await reader.get("/a/1")
    assert page.one("#c1 .author a").get("href") == f"/members/{own(town)}"
    assert page.words("#c1 .title") == "insider"
    town.talk[CommentId(1)] = (at, replace(view, title="gone <from> the configuration"))
    assert (await reader.get("/a/1")).words("#c1 .title") == "gone <from> the configuration"


async def test_a_configured_title_has_its_names(town: Town) -> None:
    settings = WebSettings(port=0, titles={"insider": {"en": "old hand", "fr": "vieux routier"}})
    town.order.add_member(ONE, someone(7, "Zoe", title="insider"))
    async with served(town, settings) as web:
        for language, name in (("en", "old hand"), ("fr", "vieux routier")):
            async with Reader(web, {"Accept-Language": language}) as reader:
                assert (await reader.get("/members/7")).words(".person .title") == name


async def test_what_one_is_told_stands_on_ones_page_and_is_read_once(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    account = next(account for _, account in town.people.accounts.values())
    town.order.tell(account.ref, "<p>An old one</p>", town.clock.now())
    town.order.tell(account.ref, "<p>A <em>new</em> one</p>")
    assert (await reader.get("/")).words(".unread") == "11 unread message"
    page = await reader.get("/me")
    assert [bool(item.xpath(".//*[@class='new']")) for item in page.all("li.said")] == [True, False]
    assert page.words("li.said .prose") == "A new one An old one"
    assert (await reader.get("/me")).all(".unread") == []
    assert (await reader.get("/me")).all(".new") == []


async def test_ones_own_page_is_for_who_is_signed_in(reader: Reader) -> None:
    for path in ("/me", "/me/reports"):
        assert (await reader.get(path)).status == 403
    await reader.sign_in("Ada")
    assert "No messages yet." in (await reader.get("/me")).words("main")
    assert "You have reported nothing." in (await reader.get("/me/reports")).words("main")
    assert (await reader.get("/me?page=2")).status == 404


async def test_long_lists_are_paged(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    account = next(account for _, account in town.people.accounts.values())
    for number in range(25):
        town.order.tell(account.ref, f"<p>{number}</p>")
        town.order.add_flag(account.member_id, DiscussionId(1), "A bridge opens")
    assert len((await reader.get("/me")).all("li.said")) == 20
    assert len((await reader.get("/me?page=2")).all("li.said")) == 5
    assert len((await reader.get("/me/reports?page=2")).all("li.own-report")) == 5


async def test_ones_reports_say_how_they_ended_and_open_ones_can_be_taken_back(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    member = own(town)
    town.order.add_flag(member, DiscussionId(1), "A bridge opens", outcome=FlagOutcome.AGREED)
    town.order.add_flag(member, DiscussionId(1), "A bridge opens", comment=None)
    page = await reader.get("/me/reports")
    assert [outcome.text_content() for outcome in page.all(".own-report .outcome")] == [
        "The moderators have not decided yet.",
        "The moderators agreed with you.",
    ]
    answer = await reader.send(page, ".own-report form")
    assert answer.url.endswith("/me/reports")
    account = next(account.id for _, account in town.people.accounts.values())
    assert town.order.done == [("withdraw", account, FlagId(2))]
    town.order.refused = RequestError("This report has been handled already.")
    refused = await reader.send(page, ".own-report form")
    assert refused.status == 422
    assert refused.words(".refused") == "This report has been handled already."


@pytest.mark.parametrize(
    ("standing", "title", "points", "upvoters"),
    [
        (Standing(), "member", 20, 3),
        (Standing(points=19, upvoters=9), "member", 1, 0),
        (Standing(points=137, upvoters=6, title="member"), "regular", 0, 2),
        (Standing(title="pillar"), None, 0, 0),
        (Standing(title="no longer configured", points=25, upvoters=4), "regular", 75, 4),
    ],
)
def test_what_the_next_title_takes(standing: Standing, title: str | None, points: int, upvoters: int) -> None:
    next_one = coming(standing, TITLES)
    if title is None:
        assert next_one is None
    else:
        assert next_one is not None
        assert (next_one.title.key, next_one.points, next_one.upvoters) == (title, points, upvoters)


async def test_who_is_kept_out_reads_why(town: Town, readers: Callable[[], Reader]) -> None:
    reader = readers()
    await reader.sign_in("Ada")
    town.people.standings[ONE, own(town)] = Standing(muted_until=town.clock.now() + timedelta(days=2))
    town.people.standings[TWO, own(town)] = Standing()
    for path in ("/me", "/a/1"):
        notice = (await reader.get(path)).words(".notice")
        assert notice == "A moderator has muted you until 14 January 2026, 13:00 CET. Until then you can read."
    page = await reader.get("/a/1")
    assert page.all("form.write") == page.all("form.votes") == []
    assert (await reader.get("/a/1/reply")).status != 200
    town.clock.time += timedelta(days=3)
    assert (await reader.get("/a/1")).all("#write") != []
    town.people.standings[ONE, own(town)] = Standing(banned_at=town.clock.now())
    assert (await reader.get("/a/1")).words(".notice") == "You can no longer take part here."
