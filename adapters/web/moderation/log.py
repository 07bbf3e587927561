"""The audit log, as people read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from adapters.web.failures import not_found
from adapters.web.forms import moderator
from adapters.web.moderation import wording
from adapters.web.queries import page_number
from adapters.web.render import VISIT, lasting
from adapters.web.site import SITE
from adapters.web.tongue import tongue
from adapters.web.visit import Visit
from bot.domain.model import Measure, Ruling, Sanction
from bot.locale import Translator
from bot.locale.moments import when
from bot.ports.moderation import LogLine

LINES_A_PAGE = 50

GROUPS = {
    "case": "Cases",
    "flag": "Reports",
    "comment": "Comments",
    "discussion": "Discussions",
    "sensitive": "Sensitive matter",
    "member": "Members",
    "account": "Accounts",
    "correction": "Corrections",
    "article": "Articles",
    "feed": "Feeds",
    "role": "Roles",
    "channel": "Channels",
    "community": "Communities",
    "server": "Servers",
    "outbox": "Outbox",
}
"""The groups of actions: what their names begin with."""

ACTIONS = {
    "case.claim": "claimed a case",
    "case.release": "gave a case back",
    "case.decide": "decided a case",
    "case.reopen": "reopened a case by an edit",
    "case.stale": "closed a case that waited too long",
    "flag.withdraw": "withdrew a report",
    "comment.hide": "hid a comment by the weight of the reports",
    "discussion.lock": "locked a discussion",
    "discussion.unlock": "unlocked a discussion",
    "discussion.slow": "changed the slow mode of a discussion",
    "sensitive.mark": "drew a curtain",
    "sensitive.clear": "took a curtain away",
    "member.warn": "warned a member",
    "member.mute": "muted a member",
    "member.unmute": "lifted a mute",
    "member.ban": "banned a member",
    "member.unban": "lifted a ban",
    "member.trust": "changed a member's trust",
    "member.forget": "was forgotten at their own wish",
    "account.link": "got an account on the page",
    "correction.report": "reported an error in an article",
    "correction.state": "changed the state of a correction",
    "article.merge": "merged two articles",
    "article.split": "split an article",
    "feed.add": "subscribed a channel to a feed",
    "feed.edit": "changed what a channel gets of a feed",
    "feed.pause": "paused a feed in a channel",
    "feed.resume": "resumed a feed in a channel",
    "feed.remove": "removed a feed from a channel",
    "feed.release": "posted what was held of a feed",
    "feed.skip": "skipped what was held of a feed",
    "role.grant": "granted a role",
    "role.revoke": "took a role back",
    "role.invite": "made a sign-in link",
    "channel.set": "changed a channel",
    "channel.add": "made a channel known",
    "channel.leave": "had to leave a channel",
    "channel.return": "came back to a channel",
    "channel.move": "followed a channel to its new place",
    "community.set": "changed the community",
    "community.join": "joined two communities",
    "server.ask": "invited the bot into a server",
    "server.admit": "admitted a server",
    "server.refuse": "refused a server",
    "server.rename": "renamed a server",
    "server.leave": "had to leave a server",
    "server.return": "came back to a server",
    "server.move": "followed a server to its new place",
    "outbox.retry": "had something tried again",
    "outbox.drop": "dropped something from the outbox",
}
"""What each action is called, as what somebody did."""

SUBJECTS = {
    "case": "Case {number}",
    "discussion": "Discussion {number}",
    "comment": "Comment {number}",
    "member": "Member {number}",
    "account": "Account {number}",
    "correction": "Correction {number}",
    "article": "Article {number}",
    "feed": "Feed {number}",
    "channel": "Channel {number}",
    "community": "Community {number}",
    "server": "Server {number}",
    "outbox": "Outbox {number}",
}
_PATHS = {
    "case": "/mod/cases/{}",
    "discussion": "/a/{}",
    "article": "/a/{}",
    "member": "/mod/members/{}",
    "correction": "/corrections/{}",
    "feed": "/feeds#f{}",
}
VALUES = {
    "votes void": "their votes do not count",
    "until unlocked": "until it is unlocked",
    "by the facts": "by the facts",
    "received": "received",
    "sent-on": "sent on",
    "corrected": "corrected",
    "rejected": "rejected",
}
"""What stored words are called."""

_SUBJECT = re.compile(r"([a-z]+)[: ](\d{1,20})")
_SECONDS = re.compile(r"(\d{1,9})s")
_LOCKED = re.compile(r"(\d) \(locked\)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of the log in somebody's language."""

    at: datetime
    by: str | None
    action: str
    subject: str
    address: str | None
    before: str
    after: str


async def log(request: web.Request) -> web.Response:
    """One page of it, the latest first."""
    site, visit = request.app[SITE], request[VISIT]
    moderator(visit)
    asked = request.query.get("group", "")
    group = asked if asked in GROUPS else None
    page = await site.order.log(
        visit.viewer, action=f"{group}." if group else None, page=page_number(request), size=LINES_A_PAGE
    )
    if not page.items and page.number > 1:
        raise not_found()
    language, zone = await tongue(site, visit)
    t = site.renderer.translator(visit, language)
    return site.renderer.page(
        request,
        "moderation_log.html",
        language=language,
        zone=zone,
        group=group,
        groups=GROUPS,
        counts=await site.order.counts(visit.viewer, visit.at),
        page=page,
        entries=entries(page.items, visit, t, zone),
    )


def entries(lines: Iterable[LogLine], visit: Visit, t: Translator, zone: str) -> list[Entry]:
    """Lines of the log in the reader's language."""
    return [
        Entry(
            at=line.at,
            by=line.by,
            action=t(ACTIONS[line.action]) if line.action in ACTIONS else line.action,
            subject=_subject(line.subject, t),
            address=_address(line.subject, visit),
            before=readable(line.before, t, zone),
            after=readable(line.after, t, zone),
        )
        for line in lines
    ]


def _subject(text: str, t: Translator) -> str:
    match = _SUBJECT.fullmatch(text)
    return t(SUBJECTS[match[1]], number=match[2]) if match is not None and match[1] in SUBJECTS else text


def _address(text: str, visit: Visit) -> str | None:
    match = _SUBJECT.fullmatch(text)
    return visit.url(_PATHS[match[1]].format(match[2])) if match is not None and match[1] in _PATHS else None


def readable(stored: str | None, t: Translator, zone: str) -> str:
    """What a line holds of before or after, for people: a decision, a moment, a time, a word; else as it is."""
    if not stored:
        return ""
    if stored.startswith("{"):
        return _decision(stored, t)
    if stored in VALUES:
        return t(VALUES[stored])
    if (match := _SECONDS.fullmatch(stored)) is not None:
        return lasting(timedelta(seconds=int(match[1])), t.language)
    if (match := _LOCKED.fullmatch(stored)) is not None:
        return t("{trust}, set by a moderator", trust=match[1])
    return _moment(stored, t, zone) or _subject(stored, t)


def _moment(stored: str, t: Translator, zone: str) -> str | None:
    """Moments are what mutes and locks last until."""
    try:
        at = datetime.fromisoformat(stored)
    except ValueError:
        return None
    return t("until {until}", until=when(at, zone, t.language)) if at.tzinfo is not None else None


def _decision(stored: str, t: Translator) -> str:
    try:
        said = json.loads(stored)
    except ValueError:
        return stored
    ruling, measure = said.get("ruling"), said.get("measure")
    parts = [t(wording.RULED[Ruling(ruling)]) if ruling in set(Ruling) else ""]
    if ruling == Ruling.AGREE:
        parts += [t(wording.TAKEN[Measure(measure)]) if measure in set(Measure) else "", _sanction(said, t)]
    if said.get("sensitive"):
        parts.append(t("behind a curtain: {reason}", reason=said["sensitive"]))
    if said.get("words"):
        parts.append(t("“{words}”", words=said["words"]))
    return ", ".join(part for part in parts if part)


def _sanction(said: dict[str, object], t: Translator) -> str:
    if said.get("sanction") == Sanction.WARN:
        return t(wording.GIVEN[Sanction.WARN])
    if said.get("sanction") != Sanction.MUTE:
        return ""
    hours = said.get("mute_hours")
    if not isinstance(hours, int | float):
        return t(wording.GIVEN[Sanction.MUTE])
    return t("author muted for {time}", time=lasting(timedelta(hours=hours), t.language))
