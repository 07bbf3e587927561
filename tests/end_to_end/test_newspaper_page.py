"""A newspaper's page: ten comments of six people, in the order in which that page shows them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.end_to_end.small import Town, small_town

# Who wrote at what time, and the votes it has: ten comments in the order of a real newspaper's page.
SHOWN = [
    ("ann", "12:41", 2, 0),
    ("bob", "12:31", 1, 0),
    ("ann", "13:23", 1, 0),
    ("cid", "16:57", 1, 0),
    ("ann", "13:08", 1, 1),
    ("dot", "15:54", 1, 1),
    ("eve", "16:00", 1, 1),
    ("ann", "17:50", 0, 0),
    ("bob", "13:08", 1, 2),
    ("fay", "16:33", 0, 1),
]


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-01-12T{clock}+01:00").astimezone(UTC)


async def test_the_comments_come_best_first_newest_or_oldest(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        discussion = await town.article("A law for a network", "town")
        for who, clock, up, down in sorted(SHOWN, key=lambda each: at(each[1])):
            comment = await town.comment(discussion, who, f"<p>{who} at {clock}</p>", at(clock))
            for number in range(up + down):
                await town.vote(comment, f"reader{number}", "👍" if number < up else "👎", community)
        best = await shown(town, f"/api/articles/{discussion}/comments?sort=best")
        assert best == SHOWN
        oldest = await shown(town, f"/api/articles/{discussion}/comments?sort=old")
        assert [each[1] for each in oldest] == sorted(each[1] for each in SHOWN)
        newest = await shown(town, f"/api/articles/{discussion}/comments?sort=new")
        assert [each[1] for each in newest] == sorted((each[1] for each in SHOWN), reverse=True)
        article = await town.json(f"/api/articles/{discussion}")
        assert article["comments"] == 10


async def shown(town: Town, path: str) -> list[tuple[str, str, int, int]]:
    found = await town.json(path)
    items = found["items"]
    assert isinstance(items, list)
    return [(each["author"], each["text"].rpartition(" ")[2], each["up"], each["down"]) for each in items]


NEWSPAPER = Path("../shared/seed")


@pytest.mark.skipif(not NEWSPAPER.is_dir(), reason="the newspaper's page is not at hand: there is no ../shared/seed")
def test_the_table_is_what_the_newspaper_shows() -> None:
    """The table above against the page it was read from."""
    (page,) = NEWSPAPER.glob("*.txt")
    text = page.read_text(encoding="utf-8")
    comments = text[re.search(r"^Le \d", text, re.M).start() :]  # type: ignore[union-attr]
    clocks = re.findall(r"^Le \d+/\d+/\d+ à (\d+:\d+)", comments, re.M)
    votes = re.findall(r"^(\d+)\s+(\d+)\s*$", comments, re.M)
    assert clocks == [each[1] for each in SHOWN]
    assert [(int(up), int(down)) for up, down in votes] == [each[2:] for each in SHOWN]
