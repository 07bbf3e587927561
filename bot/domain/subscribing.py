"""What is said about a subscription: rules read out of words, changed only where something is said."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import filters, pacing, templates
from bot.domain.model import DigestTime, Quiet, Rules, Subscription
from bot.domain.text import one_line
from bot.domain.wrong import Wrong

MOST_TAGS = 10
LONGEST_NAME = 100
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=1)
_SPOKEN = ("en", "fr")


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleChanges:
    """What is to be different; None: as it is, "" (and 0): as usual."""

    filter: str | None = None
    template: str | None = None
    mention: str | None = None
    tags: str | None = None
    language: str | None = None
    members_only: bool | None = None
    cap: int | None = None
    quiet: str | None = None
    digest: str | None = None
    sensitive: str | None = None

    def __bool__(self) -> bool:
        return self != RuleChanges()


def amended(rules: Rules, changes: RuleChanges) -> Rules:
    """The rules with the changes. Raises `Wrong` where one cannot be understood."""
    if changes.filter is not None:
        filters.read(changes.filter)
        rules = replace(rules, filter=changes.filter)
    if changes.template is not None:
        templates.read(changes.template)
        rules = replace(rules, template=changes.template)
    if changes.mention is not None:
        rules = replace(rules, mention=_name(changes.mention.removeprefix("@")))
    if changes.tags is not None:
        rules = replace(rules, tags=_tags(changes.tags))
    if changes.language is not None:
        rules = replace(rules, language=_language(changes.language))
    if changes.members_only is not None:
        rules = replace(rules, members_only=changes.members_only)
    if changes.cap is not None:
        rules = replace(rules, cap=changes.cap or None)
    return _paced(rules, changes)


def _paced(rules: Rules, changes: RuleChanges) -> Rules:
    if changes.quiet is not None:
        rules = replace(rules, quiet=pacing.read_quiet(changes.quiet) if changes.quiet else None)
    if changes.digest is not None:
        rules = replace(rules, digest=pacing.read_digest(changes.digest) if changes.digest else None)
    return rules


def bounded(interval: timedelta) -> timedelta:
    """An interval between polls, if it can be one. Raises `Wrong`."""
    if not SHORTEST <= interval <= LONGEST:
        raise Wrong(_INTERVAL)
    return interval


def digest_due(before: Subscription | None, rules: Rules, zone: str, now: datetime) -> datetime | None:
    """When the next digest is due; one that was planned stays where its time is as it was.

    Where there are to be none any more, a last one is due at once, for what was gathered.
    """
    if rules.digest is None:
        return now if before is not None and before.rules.digest is not None else None
    if before is not None and before.rules.digest == rules.digest and before.digest_due is not None:
        return before.digest_due
    return pacing.next_digest(now, rules.digest, zone)


def record(rules: Rules, sensitive: str | None, **besides: Any) -> str:
    """Rules as the audit log keeps them: what differs from the usual, as JSON."""
    usual = _plain(Rules())
    kept = {name: value for name, value in _plain(rules).items() if value != usual[name]}
    return json.dumps(besides | ({"sensitive": sensitive} if sensitive else {}) | kept, ensure_ascii=False)


def quiet_text(quiet: Quiet | None) -> str:
    """Quiet hours as they are written, "" for none."""
    return f"{quiet.start:%H:%M}-{quiet.until:%H:%M}" if quiet is not None else ""


def digest_text(digest: DigestTime | None) -> str:
    """The time of a digest as it is written, "" for none."""
    if digest is None:
        return ""
    day = "" if digest.weekday is None else f"{('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')[digest.weekday]} "
    return f"{day}{digest.at:%H:%M}"


def _plain(rules: Rules) -> dict[str, Any]:
    return {
        "filter": rules.filter,
        "template": rules.template,
        "mention": rules.mention,
        "tags": list(rules.tags),
        "language": rules.language,
        "members_only": rules.members_only,
        "cap": rules.cap,
        "quiet": quiet_text(rules.quiet),
        "digest": digest_text(rules.digest),
    }


def _name(text: str) -> str | None:
    name = one_line(text)
    if len(name) > LONGEST_NAME:
        raise Wrong(_LONG_NAME, limit=LONGEST_NAME)
    return name or None


def _tags(text: str) -> tuple[str, ...]:
    """Tags with commas between them, each once."""
    tags = tuple(dict.fromkeys(filter(None, (one_line(each).removeprefix("#") for each in text.split(",")))))
    if len(tags) > MOST_TAGS or any(len(each) > LONGEST_NAME for each in tags):
        raise Wrong(_TAGS, limit=MOST_TAGS, length=LONGEST_NAME)
    return tags


def _language(text: str) -> str | None:
    language = text.strip().casefold()
    if language and language not in _SPOKEN:
        raise Wrong(_NO_LANGUAGE, language=text, known=", ".join(_SPOKEN))
    return language or None


_LONG_NAME = "The name of the role is longer than {limit} characters; give its name as it stands in the channel."
_TAGS = "There can be {limit} tags of {length} characters; put commas between them."
_NO_LANGUAGE = "“{language}” is no language that Tribune speaks; there are: {known}."
_INTERVAL = "A feed is read at most once a minute and at least once a day; write an interval like 30m or 6h."
