"""Where an article comes from: what admins see of it, and how they merge and split."""

from __future__ import annotations

import pytest

from bot.domain.model import DiscussionId, FeedId, Role
from bot.errors import RequestError
from bot.ports.moderation import SourceLine
from tests.unit.web.desks import Desks
from tests.unit.web.disorder import moderator
from tests.unit.web.reader import Reader
from tests.unit.web.town import START, Town


@pytest.fixture
def desks(town: Town) -> Desks:
    made = Desks()
    made.lines[DiscussionId(1)] = [
        SourceLine(
            feed_id=FeedId(number),
            name=name,
            title=f"{name}'s bridge",
            link=f"https://{name}.example/bridge",
            primary=number == 1,
            at=START,
        )
        for number, name in ((1, "Herald"), (2, "Courier"))
    ]
    for name in ("sources", "merge", "split"):
        setattr(town.order, name, getattr(made, name))
    return made


@pytest.fixture
async def admin(town: Town, reader: Reader) -> Reader:
    await moderator(town, reader, "Ada", Role.ADMIN)
    return reader


async def test_sources_are_for_admins(town: Town, desks: Desks, reader: Reader) -> None:
    await moderator(town, reader)
    assert "/a/1/sources" not in (await reader.get("/a/1")).text
    for path in ("/a/1/sources", "/a/1/sources/2/split", "/a/1/merge?into=2"):
        assert (await reader.get(path)).status == 403
    csrf = await reader.csrf()
    for path in ("/a/1/sources/2/split", "/a/1/merge"):
        assert (await reader.post(path, {"csrf": csrf, "into": "2"})).status == 403
    assert desks.put_right == []


async def test_every_source_says_what_it_calls_the_story(desks: Desks, admin: Reader) -> None:
    assert (await admin.get("/a/1")).one("a[href=/a/1/sources]").text_content() == "Sources"
    page = await admin.get("/a/1/sources")
    assert "Herald's bridge" in page.words("#f1")
    assert "brought the article first" in page.words("#f1")
    assert "brought the article first" not in page.words("#f2")


async def test_a_source_is_split_off_once_it_was_asked(desks: Desks, admin: Reader) -> None:
    page = await admin.get("/a/1/sources/2/split")
    assert "Courier's bridge" in page.words("main")
    assert desks.put_right == []
    answer = await admin.send(page, "main form")
    assert answer.url.endswith("/a/2")
    assert desks.put_right == [("split", Role.ADMIN, 1, 2)]
    assert (await admin.get("/a/1/sources/9/split")).status == 404


@pytest.mark.parametrize("into", ["2", " 2 ", "/a/2", "https://tribune.example/a/2?sort=new#c7"])
async def test_both_are_shown_before_they_are_merged(desks: Desks, admin: Reader, into: str) -> None:
    assert (await admin.get("/a/1/sources")).one("#merge").get("action") == "/a/1/merge"
    confirm = await admin.get("/a/1/merge", params={"into": into})
    assert "This article goes A bridge opens" in confirm.words("main")
    assert "This one stays Bees return" in confirm.words("main")
    assert desks.put_right == []
    answer = await admin.send(confirm, "main form")
    assert answer.url.endswith("/a/2")
    assert desks.put_right == [("merge", Role.ADMIN, 1, 2)]


@pytest.mark.parametrize(
    ("into", "said"),
    [("1", "only be merged into another"), ("3", "not the number"), ("nonsense", "not the number"), ("", "not the")],
)
async def test_what_cannot_be_merged_is_said(desks: Desks, admin: Reader, into: str, said: str) -> None:
    answer = await admin.get("/a/1/merge", params={"into": into})
    assert answer.status == 422
    assert said in answer.words(".refused")
    assert answer.one("#into").get("value") == into


async def test_what_the_desk_refuses_is_told_where_it_was_asked(desks: Desks, admin: Reader) -> None:
    desks.no = RequestError("These two are one article already.")
    confirm = await admin.get("/a/1/merge?into=2")
    answer = await admin.send(confirm, "main form")
    assert (answer.status, answer.words(".refused")) == (422, "These two are one article already.")
    answer = await admin.send(await admin.get("/a/1/sources/2/split"), "main form")
    assert answer.status == 422
