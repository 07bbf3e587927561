"""Subscriptions as files: every feed of a file is accounted for, and what is taken out changes nothing brought in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.model import CommunityId, Ref, Role, Visibility
from bot.errors import RequestError
from bot.locale import translator
from bot.locale.answers import as_data
from bot.ports.commands import Answer, Caller, Document
from bot.ports.moderation import Actor
from storage.schema.news import feeds
from storage.schema.places import subscriptions
from storage.schema.work import audit_log
from tests.end_to_end.small import START, Town, small_town


@dataclass(slots=True)
class Desk:
    """A town with two sections, and its admin."""

    town: Town
    community: CommunityId

    async def run(self, name: str, progress: Any = lambda done, of: None, **values: str) -> Answer:
        actor = Actor(community_id=self.community, account_id=None, member_id=None, role=Role.ADMIN)
        given = {name.replace("_", "-"): value for name, value in values.items()}
        return await self.town.commands.run(Caller(actor=actor), name, given, progress=progress)

    async def bring(self, text: str, **values: str) -> tuple[dict[str, int], list[dict[str, Any]]]:
        """What a file came to: the numbers, and a row for each feed of it."""
        blocks = as_data(await self.run("feed import", file=text, **values), translator("en"), "UTC")
        facts = next(each["facts"] for each in blocks if "facts" in each)
        return facts, next(each["rows"] for each in blocks if "rows" in each)

    async def take(self, **values: str) -> str:
        (document,) = (await self.run("feed export", **values)).blocks
        assert isinstance(document, Document)
        assert (document.name, document.media_type) == ("tribune.opml", "text/x-opml")
        return document.text

    async def stored(self) -> dict[str, Any]:
        """Feeds, subscriptions and how much is in the log."""
        async with self.town.store.read() as tx:
            rows: dict[str, Any] = {
                each.name: [tuple(row) for row in await tx.sql.all(select(each).order_by(each.c.id))]
                for each in (feeds, subscriptions)
            }
            return rows | {"log": await tx.sql.value(select(func.count()).select_from(audit_log))}


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        await town.store.write(
            lambda tx: tx.places.put_channel(
                community, Ref("web:section/other"), "Other", language="fr", zone="UTC", visibility=Visibility.PUBLIC
            )
        )
        yield Desk(town=town, community=community)


def _file(*outlines: str) -> str:
    return "<opml version='2.0'><body>\n" + "\n".join(outlines) + "\n</body></opml>"


def _feed(address: str, more: str = "") -> str:
    return f"<outline type='rss' text='T' xmlUrl='{address}' {more}/>"


async def test_a_file_of_five_hundred_feeds(desk: Desk) -> None:
    addresses = [f"https://h{number}.example/feed" for number in range(430)]
    await desk.bring(_file(*(_feed(each) for each in addresses[:20])), channel="town")
    wrong = [""] * 20 + ["mailto:a@b.example"] * 10 + ["https://u:p@h.example/feed"] * 5
    lines = [*(_feed(each) for each in addresses), *(_feed(each) for each in addresses[100:135])]
    lines += [_feed(each) for each in wrong]
    facts, rows = await desk.bring(_file(*lines), channel="town")
    assert facts == {"feeds": 500, "created": 410, "skipped": 90}
    assert [row["line"] for row in rows] == list(range(2, 502))
    reasons: dict[str, int] = {}
    for row in rows:
        reasons[row["result"]] = reasons.get(row["result"], 0) + 1
    assert reasons == {
        "New": 410,
        "Town gets it already.": 20,
        "It stands in this file before.": 35,
        "It has no address (xmlUrl).": 20,
        "Its address is not one of the web (https://…).": 10,
        "Its address holds a user or a password. Add it with “feed add”, which keeps them secret.": 5,
    }
    assert not any("u:p" in str(row) for row in rows)
    due = [row.next_at for row in await _feeds(desk)]
    assert min(due) == START
    assert START + timedelta(minutes=6) < max(due) <= START + timedelta(minutes=30), "one after the other"
    before = await desk.stored()
    facts, rows = await desk.bring(await desk.take())
    assert facts == {"feeds": 430, "created": 0, "skipped": 430}
    assert {row["result"] for row in rows} == {"Town gets it already."}
    assert await desk.stored() == before


async def _feeds(desk: Desk) -> Any:
    async with desk.town.store.read() as tx:
        return await tx.feeds.all()


async def test_rules_go_out_and_come_in_again(desk: Desk) -> None:
    rules = (
        "tribune:filter='title:bridge OR \"city hall\"' tribune:template='{{title}}' tribune:mention='News' "
        "tribune:tags='Local,Press' tribune:language='fr' tribune:members-only='yes' tribune:cap='3' "
        "tribune:quiet='22:00-07:00' tribune:digest='mon 08:00' tribune:sensitive='Gore' tribune:paused='yes' "
        "tribune:channel='web:section/other' xmlns:tribune='urn:tribune:opml'"
    ).replace("'{{title}}'", "'{title}'")
    plain = "<outline text='Press'><outline text='Far'>" + _feed("https://b.example/") + "</outline></outline>"
    facts, rows = await desk.bring(_file(plain), channel="town", backlog="2")
    assert facts["created"] == 1, rows
    text = await desk.take()
    assert 'tribune:tags="Press,Far"' in text
    facts, rows = await desk.bring(_file(_feed("https://a.example/feed", rules)))
    assert facts["created"] == 1, rows
    before = await desk.stored()
    both = await desk.take()
    assert await desk.take(channel="town") == text
    for expected in ("title:bridge OR", "22:00-07:00", "mon 08:00", 'paused="yes"', "Gore", 'members-only="yes"'):
        assert expected in both
    assert (await desk.bring(both))[0] == {"feeds": 2, "created": 0, "skipped": 2}
    assert await desk.stored() == before


async def test_where_feeds_go(desk: Desk) -> None:
    there = "tribune:channel='web:section/other' xmlns:tribune='urn:tribune:opml'"
    nowhere = "tribune:channel='web:section/x' xmlns:tribune='urn:tribune:opml'"
    lines = [_feed("https://a.example/", there), _feed("https://b.example/"), _feed("https://c.example/", nowhere)]
    _, rows = await desk.bring(_file(*lines))
    assert [row["result"] for row in rows] == [
        "New",
        "No channel is named for it. Name one behind the file.",
        "It is for the channel web:section/x, which is not here or not yours to change.",
    ]


async def test_a_rule_that_cannot_be_read_is_a_reason(desk: Desk) -> None:
    bad = "tribune:filter='(' xmlns:tribune='urn:tribune:opml'"
    facts, rows = await desk.bring(_file(_feed("https://a.example/", bad)), channel="town")
    assert facts == {"feeds": 1, "created": 0, "skipped": 1}
    assert rows[0]["result"]
    assert rows[0]["result"] != "New"


async def test_addresses_that_mean_the_same(desk: Desk) -> None:
    lines = [_feed(each) for each in ("https://A.example/feed", "http://a.example/feed/", "feed://a.example/feed")]
    facts, _ = await desk.bring(_file(*lines), channel="town")
    assert facts == {"feeds": 3, "created": 1, "skipped": 2}


async def test_progress_is_told(desk: Desk) -> None:
    told: list[tuple[int, int]] = []
    text = _file(*(_feed(f"https://h{number}.example/") for number in range(60)))
    await desk.run("feed import", lambda done, of: told.append((done, of)), file=text, channel="town")
    assert told == [(25, 60), (50, 60), (60, 60)]


async def test_what_is_no_file_is_refused(desk: Desk) -> None:
    with pytest.raises(RequestError, match="instead of <opml>"):
        await desk.run("feed import", file="<rss/>", channel="town")
