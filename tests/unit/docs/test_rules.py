"""The figures in the guides are those of the rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config import load
from bot.domain import corrections, flags, reputation
from bot.domain.reputation import LADDER, TITLES

ROOT = Path(__file__).resolve().parents[3]
GUIDES = ROOT / "docs"


def text(name: str) -> str:
    return " ".join((GUIDES / name).read_text(encoding="utf-8").split())


def rows(name: str, heading: str) -> list[list[str]]:
    """The cells of the table whose first heading it is."""
    lines = (GUIDES / name).read_text(encoding="utf-8").split(f"| {heading} |", 1)[1].splitlines()[2:]
    table = lines[: next(n for n, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_the_titles_are_those_that_hold_where_none_are_configured() -> None:
    assert rows("members.md", "title") == [[each.key, str(each.points), str(each.upvoters)] for each in TITLES]


def test_what_trust_takes_is_what_is_written() -> None:
    wanted = [
        [level, each.comments, each.days, each.upvoters, each.voted_days, _most(each.most_upheld)]
        for level, each in enumerate(LADDER, 1)
    ]
    assert rows("members.md", "trust") == [[str(cell) for cell in row] for row in wanted]


def _most(upheld: int | None) -> str:
    return "any" if upheld is None else f"at most {upheld}"


SAID: list[tuple[str, str]] = [
    ("members.md", f"at most {reputation.MOST_OF_COMMENT:.0f}, at least −{-reputation.LEAST_OF_COMMENT:.0f}"),
    ("members.md", f"commented is worth {reputation.FOR_ACTIVE_DAY:.0f}"),
    ("members.md", f"led to a correction {reputation.FOR_CORRECTION:.0f}."),
    ("members.md", f"costs {-reputation.FOR_UPHELD_FLAG:.0f}."),
    ("members.md", f"within {reputation.ONE_VOTER.days} days"),
    ("members.md", f"A day brings {reputation.MOST_A_DAY:.0f} points at most"),
    ("members.md", f"the last {reputation.TRUST_WINDOW.days} days"),
    ("members.md", f"at most {corrections.LONGEST_EXCERPT} characters"),
    ("moderators.md", f"weigh {flags.HIDES_AT:.0f} or more together"),
    ("moderators.md", f"and {flags.MODERATOR_BONUS:.0f} more for a moderator"),
    ("moderators.md", f"nor more than {flags.HEAVIEST:.0f}"),
    ("moderators.md", f"by up to {flags.MOST_BONUS:.0f}"),
    ("moderators.md", f"for {flags.QUIET_AFTER_DECISION.total_seconds() / 3600:.0f} hours"),
]


@pytest.mark.parametrize(("name", "said"), SAID, ids=[said for _, said in SAID])
def test_a_figure_is_as_it_is_written(name: str, said: str) -> None:
    assert said in text(name)


def test_the_titles_to_copy_are_a_good_configuration(tmp_path: Path) -> None:
    (snippet,) = re.findall(r"```toml\n(.*?)```", (GUIDES / "admins.md").read_text(encoding="utf-8"), re.DOTALL)
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    path = tmp_path / "config.toml"
    path.write_text(f"{example}\n{snippet}", encoding="utf-8")
    assert [each.key for each in load(path, {}).titles] == ["newcomer", "columnist"]
