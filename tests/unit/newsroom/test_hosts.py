"""Which feed is polled next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Feed, FeedId
from bot.newsroom.hosts import Hosts, host_of

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def feed(number: int, host: str) -> Feed:
    return Feed(id=FeedId(number), address=f"https://{host}/{number}", interval=timedelta(hours=1), next_at=NOW)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://News.Example/feed", "news.example"),
        ("http://user:secret@news.example:8080/feed?x=//y", "news.example:8080"),
        ("http://[::1]:80/feed", "[::1]:80"),
        ("file:///srv/feed.xml", ""),
    ],
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert host_of(address) == host


def test_a_host_gets_two_at_once_where_no_other_waits() -> None:
    hosts = Hosts(per_host=2)
    for number in range(5):
        hosts.add(feed(number, "a.example"))
    hosts.add(feed(9, "b.example"))
    taken = [hosts.take(), hosts.take(), hosts.take()]
    assert [each.id if each else None for each in taken] == [0, 9, 1]
    assert hosts.take() is None
    hosts.done(feed(0, "a.example"))
    following = hosts.take()
    assert following is not None
    assert following.id == 2


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=40), st.integers(1, 3), st.randoms())
def test_every_feed_is_taken_once_and_no_host_has_more_than_its_share(
    names: list[str], per_host: int, random: object
) -> None:
    hosts = Hosts(per_host=per_host)
    for number, name in enumerate(names):
        hosts.add(feed(number, name))
    busy: list[Feed] = []
    seen: list[int] = []
    while len(seen) < len(names):
        taken = hosts.take()
        if taken is not None:
            busy.append(taken)
            seen.append(taken.id)
            assert max(sum(each.address[8] == name for each in busy) for name in "abc") <= per_host
        else:
            assert busy, "nobody is busy and nothing can be taken"
            hosts.done(busy.pop(random.randrange(len(busy))))  # type: ignore[attr-defined]
    assert sorted(seen) == list(range(len(names)))
    assert hosts.waiting == 0


def test_a_host_is_quiet_until_its_time() -> None:
    hosts = Hosts(per_host=2)
    hosts.hush("a.example", NOW + timedelta(minutes=5))
    hosts.hush("a.example", NOW + timedelta(minutes=1))
    assert hosts.quiet_until("a.example", NOW) == NOW + timedelta(minutes=5)
    assert hosts.quiet_until("a.example", NOW + timedelta(minutes=5)) is None
    assert hosts.quiet_until("b.example", NOW) is None
