"""News on Matrix in small, with real processes on a real homeserver: all the work is done, counted, and reported."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any, cast

import nio
import pytest

from bench.matrix import ALONE, TRIBUNE, Times, measure_matrix
from bench.matrix_report import MatrixReport
from bench.matrix_watcher import Watcher
from tests.servers.matrix.people import Person

BOT, ROOM = "@bot:example.org", "!room"
POST = {"type": "m.room.message", "event_id": "$1", "content": {"body": "A bridge"}}


def hung(event: str, kind: str, rel_type: str) -> dict[str, Any]:
    relation = {"rel_type": rel_type, "event_id": "$1"}
    return {"type": kind, "event_id": event, "content": {"m.relates_to": relation}}


DONE = [
    POST,
    hung("$2", "m.room.message", "m.thread"),
    hung("$3", "m.reaction", "m.annotation"),
    hung("$4", "m.reaction", "m.annotation"),
]


class Telling:
    """A client that is told of these events in one sync."""

    def __init__(self, events: list[dict[str, Any]], *, limited: bool = False) -> None:
        self._events = [
            nio.UnknownEvent({**each, "sender": BOT, "origin_server_ts": 1}, each["type"]) for each in events
        ]
        self._limited = limited

    @property
    def client(self) -> Telling:
        return self

    async def sync(self, wait: int, sync_filter: object) -> nio.SyncResponse:
        timeline = nio.Timeline(self._events, self._limited, "p")
        info = nio.RoomInfo(timeline, [], [], [], nio.RoomSummary())
        return nio.SyncResponse(
            "s", nio.Rooms({}, {ROOM: info}, {}), nio.DeviceOneTimeKeyCount(0, 0), nio.DeviceList([], []), [], []
        )


async def watched(events: list[dict[str, Any]], *, limited: bool = False) -> Watcher:
    watcher = Watcher(cast(Person, Telling(events, limited=limited)), ROOM, BOT)
    await watcher.seen(1)
    return watcher


async def test_a_few_articles_are_measured_and_reported(tmp_path: Path) -> None:
    said: list[str] = []
    times = await measure_matrix(2, 1, tmp_path / "matrix", said.append)
    assert [line.partition(":")[2].split()[0] for line in said] == ["Tribune", "nio"]
    assert times.ratio() > 0
    assert list((tmp_path / "matrix").iterdir()) == []


async def test_what_was_sent_is_taken_down_without_edits() -> None:
    watcher = await watched([*DONE, hung("$5", "m.room.message", "m.replace")])
    (news,) = watcher.news(1)
    assert news.post == POST["content"]
    assert sorted(kind for kind, _ in news.others) == ["m.reaction", "m.reaction", "m.room.message"]


@pytest.mark.parametrize("lost", [1, 2], ids=["invitation", "vote"])
async def test_work_that_was_not_done_is_no_figure(lost: int) -> None:
    events = deepcopy(DONE)
    del events[lost]
    watcher = await watched(events)
    with pytest.raises(RuntimeError, match="of 1 articles there are 1, 0 of them whole"):
        watcher.news(1)


async def test_who_looks_on_has_to_see_everything() -> None:
    with pytest.raises(RuntimeError, match="too slow"):
        await watched(DONE, limited=True)


@pytest.mark.parametrize(("tribune", "verdict"), [(1.2, "; reached: at most 1.2"), (1.3, "; NOT REACHED: at most 1.2")])
def test_each_run_is_held_against_the_one_beside_it(tribune: float, verdict: str) -> None:
    slow = (1.0, 40.0, 0.1)
    runs = {TRIBUNE: [tribune * each for each in slow], ALONE: [1.0 * each for each in slow]}
    lines = MatrixReport(command="make bench", runs=3, times=Times(articles=10, runs=runs)).lines()
    assert verdict in lines[-1]
