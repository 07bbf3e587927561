"""How a subscription's rules stand in its row."""

from __future__ import annotations

from datetime import time
from typing import Any

from sqlalchemy import Row

from bot.domain.model import DigestTime, Quiet, Rules

RULES = ("filter", "template", "mention", "tags", "language", "members_only", "cap", "quiet", "digest")
"""The columns of a subscription that hold its rules."""


def rules_from(row: Row[Any]) -> Rules:
    """The rules in a row that carries the columns `RULES`."""
    return Rules(
        filter=row.filter,
        template=row.template,
        mention=row.mention,
        tags=row.tags,
        language=row.language,
        members_only=row.members_only,
        cap=row.cap,
        quiet=_quiet_from(row.quiet),
        digest=_digest_from(row.digest),
    )


def rules_row(rules: Rules) -> dict[str, Any]:
    """The columns `RULES` with what they hold."""
    return {
        "filter": rules.filter,
        "template": rules.template,
        "mention": rules.mention,
        "tags": rules.tags,
        "language": rules.language,
        "members_only": rules.members_only,
        "cap": rules.cap,
        "quiet": _quiet_text(rules.quiet),
        "digest": _digest_text(rules.digest),
    }


def _quiet_from(text: str | None) -> Quiet | None:
    if text is None:
        return None
    start, until = (time.fromisoformat(each) for each in text.split("-"))
    return Quiet(start=start, until=until)


def _quiet_text(quiet: Quiet | None) -> str | None:
    return f"{quiet.start:%H:%M}-{quiet.until:%H:%M}" if quiet is not None else None


def _digest_from(text: str | None) -> DigestTime | None:
    if text is None:
        return None
    weekday, _, at = text.rpartition(" ")
    return DigestTime(at=time.fromisoformat(at), weekday=int(weekday) if weekday else None)


def _digest_text(digest: DigestTime | None) -> str | None:
    if digest is None:
        return None
    weekday = f"{digest.weekday} " if digest.weekday is not None else ""
    return f"{weekday}{digest.at:%H:%M}"
