"""Two communities on one page: nothing of one is in the other, by whatever way one asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from aiohttp import ClientSession

from adapters.web import WebNetwork
from bot.domain.model import CommentId, DiscussionId, Role
from bot.domain.orders import Notice
from bot.ports.signals import Signal
from tests.unit.web.people import TownStore
from tests.unit.web.reader import Reader
from tests.unit.web.test_discussion import say
from tests.unit.web.town import ONE, START, TWO, Town


async def test_each_has_its_own_pages(reader: Reader) -> None:
    assert [link.text_content() for link in (await reader.get("/c/club/")).all("article.story h2 a")] == [
        "Un jeu paraît"
    ]
    assert (await reader.get("/c/club/s/jeux")).status == 200
    assert (await reader.get("/c/club/a/3")).words("h1") == "Un jeu paraît"
    assert (await reader.get("/c/club", allow_redirects=False)).headers["Location"] == "/c/club/"


@pytest.mark.parametrize(
    "path",
    [
        "/a/3",
        "/s/jeux",
        "/c/club/a/1",
        "/c/club/s/world",
        "/c/town/",
        "/c/none/",
        "/c/none/a/1",
        "/api/articles/3",
        "/api/articles/3/comments",
        "/api/articles?section=jeux",
        "/c/club/api/articles/1",
        "/c/club/api/articles?section=world",
        "/events?discussion=3",
        "/events?section=jeux",
        "/c/club/events?discussion=1",
        "/a/3/c/1",
        "/a/1/c/1",
        "/a/3/reply",
    ],
)
async def test_nothing_of_another_is_reachable(readers: Callable[[], Reader], path: str) -> None:
    clubber, townsman = readers(), readers()
    await clubber.sign_in("Eve", "/c/club")
    await townsman.sign_in("Ada")
    await clubber.send(await clubber.get("/c/club/a/3"), "#write", text="Ici")
    assert (await townsman.get(path)).status == 404


async def test_the_api_lists_its_own_only(reader: Reader) -> None:
    assert "Un jeu" not in (await reader.get("/api/articles")).text
    assert "A bridge" not in (await reader.get("/c/club/api/articles")).text


async def test_a_session_is_good_in_one_only(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    assert "Sign out" not in (await reader.get("/c/club/")).text
    assert (await reader.post("/c/club/vote", {"csrf": await reader.csrf(), "vote": "up"})).status == 403
    stolen = reader.cookies()["tribune_session_town"]
    reader.give_cookie("tribune_session_club", stolen)
    assert "Sign out" not in (await reader.get("/c/club/")).text
    await reader.sign_in("Ada", "/c/club")
    assert (await reader.get("/c/club/")).words(".my-name") == "Ada"
    assert len(town.people.accounts) == 2


async def test_a_signed_session_whose_row_is_of_another_is_none(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    hashed, (account, _, until) = next(iter(town.people.sessions.items()))
    town.people.sessions[hashed] = (account, TWO, until)
    assert "Sign out" not in (await reader.get("/")).text


async def test_votes_and_comments_do_not_cross(town: Town, readers: Callable[[], Reader]) -> None:
    clubber, townsman = readers(), readers()
    await clubber.sign_in("Eve", "/c/club")
    await townsman.sign_in("Ada")
    await clubber.send(await clubber.get("/c/club/a/3"), "#write", text="Ici")
    csrf = await townsman.csrf()
    theirs = town.talk[CommentId(1)][1].message
    for message in ("web:post/p3", theirs):
        assert (await townsman.post("/vote", {"csrf": csrf, "vote": "up", "message": message})).status == 404
    for path in ("/a/3/reply", "/a/3/report", "/a/3/c/1/report", "/a/1/c/1/report", "/a/3/c/1/delete"):
        data = {"csrf": csrf, "text": "x", "reason": "spam"}
        assert (await townsman.post(path, data)).status == 404
    assert (await townsman.post("/a/1/reply", {"csrf": csrf, "text": "x", "to": "1"})).status == 404
    assert (town.reactions, town.flags, len(town.talk)) == ({}, [], 1)


async def test_a_quote_of_another_communitys_comment_says_nothing(town: Town, readers: Callable[[], Reader]) -> None:
    clubber, townsman = readers(), readers()
    await clubber.sign_in("Eve", "/c/club")
    await townsman.sign_in("Ada")
    await clubber.send(await clubber.get("/c/club/a/3"), "#write", text="Secret")
    page = await say(townsman, "> [#1] Eve\n> made up")
    assert page.all(".attribution") == []
    assert "Eve" not in page.text
    assert town.talk[CommentId(2)][0] == DiscussionId(1)


async def test_admins_of_one_are_nobody_in_another(town: Town, web: WebNetwork, reader: Reader) -> None:
    await reader.sign_in("Ada")
    account = next(iter(town.people.accounts.values()))[1]
    town.people.roles[ONE, account.member_id] = Role.ADMIN
    store = web._site.store
    assert isinstance(store, TownStore)
    for community, feed in ((ONE, "Ours"), (TWO, "Theirs")):
        note = Notice(community_id=community, key="{feed} can be read again.", values=(("feed", feed),), at=START)
        store.notes.append(note)
    page = await reader.get("/admin")
    assert "Ours can be read again." in page.text
    assert "Theirs" not in page.text
    assert (await reader.get("/c/club/admin")).status == 403
    assert (await reader.get("/c/club/feeds/add")).status == 403


async def test_signals_do_not_cross(town: Town, web: WebNetwork) -> None:
    host, port = web.bound
    async with ClientSession() as http, http.get(f"http://{host}:{port}/events") as stream:
        assert await stream.content.readuntil(b"data: {}\n") == b"retry: 5000\n\nevent: figures\ndata: {}\n"
        town.publish(Signal(community_id=TWO, discussion_id=None))
        town.publish(Signal(community_id=TWO, discussion_id=DiscussionId(3)))
        assert await stream.content.readline() == b"\n"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stream.content.readline(), 0.3)
