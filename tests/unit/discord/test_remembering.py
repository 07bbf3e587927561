"""What is remembered of what Discord tells only once: kinds of reactions, locks, servers of sessions."""

from __future__ import annotations

import pytest

from adapters.discord import bursts
from adapters.discord.bursts import Bursts
from adapters.discord.locks import Locks
from adapters.discord.sessions import Coming, Sessions

KEY = (1, 2, "▲")


def test_two_kinds_of_a_reaction_count_until_both_are_gone() -> None:
    known = Bursts()
    known.put(KEY, burst=False)
    known.put(KEY, burst=True)
    assert not known.take(KEY, burst=False)
    assert known.take(KEY, burst=True)


def test_one_that_was_never_seen_is_gone_with_the_first_word_of_it() -> None:
    assert Bursts().take(KEY, burst=True)


@pytest.mark.parametrize("emoji", [None, "▲"])
def test_what_was_cleared_is_not_remembered(emoji: str | None) -> None:
    known = Bursts()
    known.put(KEY, burst=True)
    known.clear(1, emoji)
    assert known.take(KEY, burst=False)


def test_another_emoji_that_was_cleared_takes_nothing_along() -> None:
    known = Bursts()
    known.put(KEY, burst=True)
    known.clear(1, "▼")
    assert not known.take(KEY, burst=False)


def test_the_oldest_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bursts, "REMEMBERED", 1)
    known = Bursts()
    known.put(KEY, burst=True)
    known.put((9, 9, "▲"), burst=True)
    assert known.take(KEY, burst=False)
    assert not known.take((9, 9, "▲"), burst=False)


def test_a_thread_is_locked_and_opened_once() -> None:
    locks = Locks()
    assert locks.seen(1, locked=True, before=False)
    assert not locks.seen(1, locked=True)
    assert locks.seen(1, locked=False)
    assert not locks.seen(1, locked=False)


def test_of_an_unknown_thread_that_is_open_nothing_is_learnt() -> None:
    assert not Locks().seen(1, locked=False)


def test_servers_of_a_session() -> None:
    sessions = Sessions()
    sessions.began(0, [1, 2])
    assert sessions.came(0, 1) is Coming.WITH_SESSION
    sessions.told(0)
    assert sessions.came(0, 2) is Coming.BACK
    assert sessions.servers() == {1, 2}
    sessions.went(0, 1)
    assert sessions.servers() == {2}
    assert sessions.came(0, 1) is Coming.ANEW


def test_all_shards_have_to_tell() -> None:
    sessions = Sessions()
    for shard in (0, 1):
        sessions.began(shard, [shard])
    sessions.told(0)
    assert not sessions.all_told([0, 1])
    sessions.told(1)
    assert sessions.all_told([0, 1])
    sessions.began(1, [3])
    assert not sessions.all_told([0, 1])
    assert sessions.servers() == {0, 3}


def test_what_an_earlier_session_knew_is_not_taken_for_news() -> None:
    sessions = Sessions()
    sessions.began(0, [1], stale=[7])
    sessions.came(0, 1)
    assert sessions.unheard(0, [1, 5, 7]) == [5]
