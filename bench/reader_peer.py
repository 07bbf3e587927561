"""lemon24's `reader`, as its documentation says to use it. Runs in an environment of its own: `bench.peers`."""

from __future__ import annotations

import importlib
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.contestant import serve
from bench.course import Course, Lap, Phase

WORKERS = 10


class ReaderPeer:
    """Polls with `update_feeds` and ten workers, whether feeds are scheduled or not."""

    def start(self, course: Course, folder: Path) -> None:
        make_reader: Any = importlib.import_module("reader").make_reader
        self._reader = make_reader(str(folder / "reader.db"))
        for address in course.addresses():
            self._reader.add_feed(address)

    def lap(self, phase: Phase) -> Lap:
        before, started = self._entries(), datetime.now(UTC)
        began = time.perf_counter()
        self._reader.update_feeds(workers=WORKERS, scheduled=False)
        seconds = time.perf_counter() - began
        polled = sum(feed.last_retrieved is not None and feed.last_retrieved >= started for feed in self._feeds())
        return Lap(seconds=seconds, polled=polled, entries=self._entries() - before)

    def close(self) -> None:
        self._reader.close()

    def _entries(self) -> int:
        return int(self._reader.get_entry_counts().total)

    def _feeds(self) -> list[Any]:
        return [feed for feed in self._reader.get_feeds() if feed.last_exception is None]


if __name__ == "__main__":
    serve(ReaderPeer())
