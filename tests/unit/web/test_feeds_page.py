"""The feeds' page: what visitors see, and what admins do there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.model import FailureKind, FeedState, Role
from tests.unit.web.reader import Reader
from tests.unit.web.test_api import feed
from tests.unit.web.town import ONE, START, Town


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
    return town


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
    assert page.all("main form") == []


async def test_members_are_no_admins(feeds: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    assert (await reader.get("/feeds")).all("main form") == []
    for act in ("release", "skip", "poll"):
        assert (await reader.post(f"/feeds/2/{act}", {"csrf": await reader.csrf()})).status == 403
    assert feeds.acts == []


async def test_admins_see_addresses_and_decide(feeds: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    account = next(iter(feeds.people.accounts.values()))[1]
    feeds.people.roles[ONE, account.member_id] = Role.ADMIN
    page = await reader.get("/feeds")
    assert "https://user:pass@feeds.example/rss?key=secret" in page.words("#f1")
    assert len(page.all("#f1 form")) == 1
    for act in ("release", "skip", "poll"):
        answer = await reader.send(page, f"form[action=/feeds/2/{act}]")
        assert answer.url.endswith("/feeds")
    assert [(act, feed_id, by) for act, _, feed_id, by in feeds.acts] == [
        ("release", 2, account.id),
        ("skip", 2, account.id),
        ("poll", 2, account.id),
    ]
    assert (await reader.post("/feeds/2/burn", {"csrf": await reader.csrf()})).status == 404
