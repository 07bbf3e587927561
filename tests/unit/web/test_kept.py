"""Pages that are kept: never somebody else's, never in another language, never as they were before a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.web import WebNetwork, WebSettings
from bot.domain.model import DiscussionId, Role, Standing
from bot.ports.network import Say
from bot.ports.signals import Signal
from bot.signals import COUNTED, Noticeboard
from tests.unit.web.conftest import served
from tests.unit.web.reader import Answer, Reader
from tests.unit.web.town import ONE, TWO, Town

HERE = DiscussionId(1)
Readers = Callable[[], Reader]


@pytest.fixture
def town(town: Town) -> Town:
    town.steady = True
    return town


def retitle(town: Town, title: str, discussion: DiscussionId = HERE) -> None:
    """A change that nobody is told of."""
    stand = town.stands[discussion]
    stand.line = replace(stand.line, content=replace(stand.line.content, title=title))


def change(town: Town) -> None:
    """What makes pages be rendered anew."""
    town.publish(Signal(community_id=ONE, discussion_id=HERE))


def heading(page: Answer) -> str:
    return page.words("article.full h1")


async def test_an_unchanged_page_is_kept_and_a_change_is_shown_at_once(town: Town, reader: Reader) -> None:
    assert heading(await reader.get("/a/1")) == "A bridge opens"
    retitle(town, "A bridge falls")
    assert heading(await reader.get("/a/1")) == "A bridge opens"
    assert heading(await reader.get("/a/1?sort=new")) == "A bridge falls"
    change(town)
    assert heading(await reader.get("/a/1")) == "A bridge falls"


@pytest.mark.parametrize("signal", [Signal(community_id=ONE, discussion_id=HERE), Signal(community_id=ONE), None])
async def test_whatever_is_told_of_the_discussion_the_community_or_all(
    town: Town, reader: Reader, signal: Signal | None
) -> None:
    await reader.get("/a/1")
    retitle(town, "A bridge falls")
    if signal is None:
        town.all_changed()
    else:
        town.publish(signal)
    assert heading(await reader.get("/a/1")) == "A bridge falls"


async def test_every_visitor_has_forms_of_their_own_on_the_page_that_they_share(town: Town, readers: Readers) -> None:
    one, two = readers(), readers()
    first, second = await one.get("/a/1"), await two.get("/a/1")
    tokens = [page.fields("footer form")["csrf"] for page in (first, second)]
    assert tokens[0] != tokens[1]
    assert first.text.replace(tokens[0], "") == second.text.replace(tokens[1], "")
    for each, page in ((one, first), (two, second)):
        assert (await each.send(page, "footer form", language="fr")).status == 200
    retitle(town, "A bridge falls")
    assert heading(await readers().get("/a/1")) == "A bridge opens"


async def test_members_see_their_own_page_and_nobody_elses(town: Town, readers: Readers) -> None:
    ann, bob, visitor = readers(), readers(), readers()
    for who, name in ((ann, "Ann"), (bob, "Bob")):
        await who.sign_in(name)
    pages = [await who.get("/a/1") for who in (ann, bob, visitor)]
    assert ["Ann" in page.text for page in pages] == [True, False, False]
    assert ["Bob" in page.text for page in pages] == [False, True, False]
    assert [len(page.all("form.write")) for page in pages] == [1, 1, 0]
    again = await ann.get("/a/1")
    assert again.fields("form.write")["csrf"] == pages[0].fields("form.write")["csrf"]
    assert again.fields("form.write")["nonce"] != pages[0].fields("form.write")["nonce"]
    await ann.send(again, "form.write", text="Mine")
    assert "Mine" in (await visitor.get("/a/1")).words(".comments")
    assert [len((await who.get("/a/1")).all("a[href=/a/1/c/1/edit]")) for who in (ann, bob)] == [1, 0]


async def test_a_vote_is_shown_to_whom_it_belongs(town: Town, readers: Readers) -> None:
    ann, bob = readers(), readers()
    for who, name in ((ann, "Ann"), (bob, "Bob")):
        await who.sign_in(name)
        await who.get("/a/1")
    await ann.send(await ann.get("/a/1"), "article.full form.votes", vote="up")
    change(town)
    pressed = [(await who.get("/a/1")).one("article.full button.up").get("aria-pressed") for who in (ann, bob)]
    assert pressed == ["true", "false"]


async def test_who_signs_in_or_out_sees_another_page(town: Town, reader: Reader) -> None:
    assert not (await reader.get("/a/1")).all("form.write")
    await reader.sign_in("Ann")
    page = await reader.get("/a/1")
    assert page.all("form.write")
    await reader.send(page, "form[action=/signout]")
    assert not (await reader.get("/a/1")).all("form.write")


async def test_each_language_has_its_page(town: Town, reader: Reader) -> None:
    assert (await reader.get("/a/1")).one("html").get("lang") == "en"
    french = await reader.get("/a/1", headers={"Accept-Language": "fr"})
    assert french.one("html").get("lang") == "fr"
    assert (await reader.get("/a/1")).one("html").get("lang") == "en"
    await reader.send(french, "footer form", language="fr")
    assert (await reader.get("/a/1")).one("html").get("lang") == "fr"


async def test_each_community_has_its_page(town: Town, reader: Reader) -> None:
    assert (await reader.get("/c/club/a/3")).status == 200
    assert (await reader.get("/a/3")).status == 404
    assert (await reader.get("/a/1")).status == 200
    assert (await reader.get("/c/club/a/1")).status == 404


async def test_what_is_gone_is_gone(town: Town, reader: Reader) -> None:
    assert (await reader.get("/a/1")).status == 200
    del town.stands[HERE]
    change(town)
    assert (await reader.get("/a/1")).status == 404


async def test_a_lock_that_ends_is_over_on_the_page(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ann")
    stand, now = town.stands[HERE], town.clock.now()
    stand.line = replace(stand.line, locked=True, locked_until=now + timedelta(seconds=20))
    change(town)
    for seconds, shown in ((0, 0), (19, 0), (20, 1)):
        town.clock.time = now + timedelta(seconds=seconds)
        assert len((await reader.get("/a/1")).all("form.write")) == shown, seconds


async def test_a_mute_that_ends_is_over_on_the_page(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ann")
    now = town.clock.now()
    (account,) = [account for _, account in town.people.accounts.values()]
    town.people.standings[ONE, account.member_id] = Standing(muted_until=now + timedelta(seconds=20))
    for seconds, shown in ((0, 0), (19, 0), (20, 1)):
        town.clock.time = now + timedelta(seconds=seconds)
        assert len((await reader.get("/a/1")).all("form.write")) == shown, seconds


async def test_after_a_minute_a_page_is_rendered_anew(town: Town, reader: Reader) -> None:
    await reader.get("/a/1")
    retitle(town, "A bridge falls")
    town.clock.time += timedelta(seconds=59)
    assert heading(await reader.get("/a/1")) == "A bridge opens"
    town.clock.time += timedelta(seconds=1)
    assert heading(await reader.get("/a/1")) == "A bridge falls"


async def test_pages_of_moderators_are_not_kept(town: Town, reader: Reader) -> None:
    await reader.sign_in("Mod")
    (account,) = [account for _, account in town.people.accounts.values()]
    town.people.roles[ONE, account.member_id] = Role.MODERATOR
    await reader.get("/a/1")
    retitle(town, "A bridge falls")
    assert heading(await reader.get("/a/1")) == "A bridge falls"


async def test_a_query_that_is_not_ours_keeps_nothing(town: Town, reader: Reader) -> None:
    page = await reader.get("/a/1?utm_source=x")
    assert page.fields("footer form")["back"] == "/a/1?utm_source=x"
    retitle(town, "A bridge falls")
    assert heading(await reader.get("/a/1?utm_source=x")) == "A bridge falls"


async def test_what_tribune_says_there_is_shown_at_once(town: Town, web: WebNetwork, reader: Reader) -> None:
    await reader.get("/a/1")
    retitle(town, "A bridge falls")
    await web.say(town.stands[HERE].line.thread, Say(html="<p>Hello</p>", marker="m", language="en"), "key")
    assert heading(await reader.get("/a/1")) == "A bridge falls"


async def test_a_visitor_is_not_sent_what_their_browser_holds(town: Town, readers: Readers) -> None:
    reader, other = readers(), readers()
    assert "ETag" not in (await reader.get("/a/1")).headers  # comes with a cookie
    tag = (await reader.get("/a/1")).headers["ETag"]
    unchanged = await reader.get("/a/1", headers={"If-None-Match": tag})
    assert (unchanged.status, unchanged.text) == (304, "")
    assert unchanged.headers["ETag"] == tag
    assert "Cookie" in unchanged.headers["Vary"]
    await other.get("/a/1")
    assert (await other.get("/a/1", headers={"If-None-Match": tag})).status == 200
    assert (await reader.get("/a/1", headers={"If-None-Match": tag, "Accept-Language": "fr"})).status == 200
    retitle(town, "A bridge falls")
    change(town)
    assert (await reader.get("/a/1", headers={"If-None-Match": tag})).status == 200


async def test_members_are_always_sent_the_page(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ann")
    await reader.get("/a/1")
    assert "ETag" not in (await reader.get("/a/1")).headers


async def test_without_room_nothing_is_kept(town: Town) -> None:
    async with served(town, WebSettings(port=0, kept_pages=0)) as web, Reader(web) as reader:
        await reader.get("/a/1")
        retitle(town, "A bridge falls")
        assert heading(await reader.get("/a/1")) == "A bridge falls"


async def test_what_was_asked_for_last_is_kept_while_there_is_room(town: Town) -> None:
    async with served(town, WebSettings(port=0)) as web, Reader(web) as reader:
        size = len((await reader.get("/a/1")).text)
    async with served(town, WebSettings(port=0, kept_pages=3 * size)) as web, Reader(web) as reader:
        for sort in ("best", "new", "old"):
            await reader.get(f"/a/1?sort={sort}")
            await reader.get("/a/1")
        retitle(town, "A bridge falls")
        assert heading(await reader.get("/a/1")) == "A bridge opens"
        assert heading(await reader.get("/a/1?sort=new")) == "A bridge falls"


def test_versions_rise_with_what_they_are_about_and_none_is_lost() -> None:
    board = Noticeboard()
    other = DiscussionId(2)

    def versions() -> list[int]:
        return [board.version(*each) for each in ((ONE, HERE), (ONE, other), (TWO, HERE))]

    def risen(before: list[int]) -> list[bool]:
        return [now > then for now, then in zip(versions(), before, strict=True)]

    before = versions()
    board.publish(Signal(community_id=ONE, discussion_id=HERE))
    assert risen(before) == [True, False, False]
    before = versions()
    board.publish(Signal(community_id=ONE))
    assert risen(before) == [True, True, False]
    before = versions()
    board.all_changed()
    assert risen(before) == [True, True, True]
    before = versions()
    for number in range(COUNTED + 1):  # more than are told apart: then all rise
        board.publish(Signal(community_id=TWO, discussion_id=DiscussionId(100 + number)))
    assert risen(before) == [True, True, True]
