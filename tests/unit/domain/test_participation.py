"""Who may take part now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import participation
from bot.domain.model import Role, Standing

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LATER = NOW + 5 * MINUTE

MEMBER = Standing()
MODERATOR = Standing(role=Role.MODERATOR)

CASES: list[tuple[str, Standing, bool, timedelta | None, datetime | None, str | None]] = [
    # standing, locked, slow, the last comment, why not
    ("a member", MEMBER, False, None, None, None),
    ("banned", Standing(banned_at=NOW), False, None, None, participation.BANNED),
    ("muted", Standing(muted_until=LATER), False, None, None, participation.MUTED),
    ("muted until now", Standing(muted_until=NOW), False, None, None, None),
    ("banned and muted", Standing(banned_at=NOW, muted_until=LATER), False, None, None, participation.BANNED),
    ("locked", MEMBER, True, None, None, participation.LOCKED),
    ("locked, a moderator", MODERATOR, True, None, None, None),
    ("locked, an admin", Standing(role=Role.ADMIN), True, None, None, None),
    ("locked, a muted member", Standing(muted_until=LATER), True, None, None, participation.MUTED),
    (
        "locked, a banned moderator",
        Standing(role=Role.MODERATOR, banned_at=NOW),
        True,
        None,
        None,
        participation.BANNED,
    ),
    ("slow, the first comment", MEMBER, False, 10 * MINUTE, None, None),
    ("slow, too early", MEMBER, False, 10 * MINUTE, NOW - 5 * MINUTE, participation.SLOW),
    ("slow, just in time", MEMBER, False, 10 * MINUTE, NOW - 10 * MINUTE, None),
    ("slow, a moderator", MODERATOR, False, 10 * MINUTE, NOW, None),
    ("not slow, one after the other", MEMBER, False, None, NOW, None),
]


@pytest.mark.parametrize(("name", "standing", "locked", "slow", "last", "why"), CASES, ids=[name for name, *_ in CASES])
def test_who_may_write(
    name: str, standing: Standing, locked: bool, slow: timedelta | None, last: datetime | None, why: str | None
) -> None:
    outcome = participation.refusal(standing, locked=locked, slow=slow, last_comment_at=last, now=NOW)
    assert (outcome.refused if outcome else None) == why


def test_a_refusal_says_until_when() -> None:
    muted = participation.barred(Standing(muted_until=LATER), NOW)
    slow = participation.refusal(MEMBER, locked=False, slow=10 * MINUTE, last_comment_at=NOW - 5 * MINUTE, now=NOW)
    assert muted is not None
    assert slow is not None
    assert dict(muted.values) == dict(slow.values) == {"until": LATER}
