"""Where members and their accounts stand in the tables: what an export tells of it, and what forgetting does to it.

Every table stands here. A test holds the schema against it, so that no new table is overlooked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, Table

from storage.schema import metadata


class Fate(StrEnum):
    """What becomes of a row that names somebody who is forgotten."""

    STAYS = "stays"  # with the pseudonym
    GOES = "goes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """A column that names a member or an account. `kept_back` says why an export leaves its rows out."""

    fate: Fate
    kept_back: str = ""


_MODERATORS = "the moderators' own work"
_TWICE = "told by another column of the same row"
_LOGGED = "told by the audit log"

_STAYS, _GOES = Trace(fate=Fate.STAYS), Trace(fate=Fate.GOES)

TRACES: Mapping[str, Trace] = {
    "accounts.member_id": _GOES,
    "standings.member_id": _GOES,
    "preferences.member_id": _GOES,
    "follows.member_id": _GOES,
    "recounts.member_id": Trace(fate=Fate.GOES, kept_back="only says that figures are to be recomputed"),
    "channel_roles.member_id": _GOES,
    "sessions.account_id": _GOES,
    "signin_links.account_id": _GOES,
    "forgotten.account_id": Trace(fate=Fate.STAYS, kept_back="names nobody who can ask"),
    "shares.account_id": _STAYS,
    "comments.account_id": _STAYS,
    "reactions.account_id": _STAYS,
    "votes.member_id": _STAYS,
    "flags.member_id": _STAYS,
    "flags.account_id": Trace(fate=Fate.STAYS, kept_back=_TWICE),
    "correction_reports.member_id": _STAYS,
    "correction_reports.account_id": Trace(fate=Fate.STAYS, kept_back=_TWICE),
    "corrections.decided_by": Trace(fate=Fate.STAYS, kept_back=_LOGGED),
    "cases.author_id": _STAYS,
    "cases.claimed_by": Trace(fate=Fate.STAYS, kept_back=_MODERATORS),
    "cases.decided_by": Trace(fate=Fate.STAYS, kept_back=_LOGGED),
    "notes.member_id": Trace(fate=Fate.GOES, kept_back=_MODERATORS),
    "notes.account_id": Trace(fate=Fate.STAYS, kept_back=_MODERATORS),
    "audit_log.account_id": _STAYS,
}
"""The columns that name a member or an account by its number."""

BY_HAND: Mapping[str, str] = {
    "members": "the member: replaced by a nameless one",
    "follow_hits": "go with what was followed",
    "comment_revisions": "go with the text of their comment",
    "outbox": "what was to be told to an account goes",
    "lanes": "an account's lane goes with what was to be told",
    "page_messages": "what an account was told goes",
    "notices": "a name that stands in one goes",
    "servers": "the name of who invited the bot goes",
}
"""Tables that tell of members without naming them by number, and what is done about it."""

IMPERSONAL: Mapping[str, str] = {
    "communities": "places",
    "channels": "places",
    "case_posts": "cases in channels",
    "subscriptions": "what goes where",
    "discussions": "counts of all members together",
    "posts": "articles in channels",
    "verdicts": "articles and subscriptions",
    "settings": "the database's own values",
    "feeds": "what publishers say",
    "feed_access": "how feeds are asked",
    "feed_forms": "what publishers say",
    "former_addresses": "what publishers say",
    "articles": "what publishers say",
    "article_revisions": "what publishers say",
    "aliases": "what publishers say",
    "article_sources": "what publishers say",
}
"""Tables that know of nobody."""

UNTOLD: Mapping[str, frozenset[str]] = {
    "sessions": frozenset({"session_hash"}),
    "signin_links": frozenset({"token_hash"}),
    "flags": frozenset({"subject_text", "weight"}),
    "cases": frozenset({"claimed_by", "claimed_until", "decided_by"}),
}
"""Columns that an export leaves out: secrets, others' words, and who the moderators are."""


def column_of(place: str) -> Column[int]:
    """The column behind a name like "comments.account_id"."""
    table, _, name = place.partition(".")
    column: Column[int] = metadata.tables[table].c[name]
    return column


def names_member(column: Column[int]) -> bool:
    """Whether a column names a member; else it names an account."""
    return any(key.column.table.name == "members" for key in column.foreign_keys)


def table_of(place: str) -> Table:
    """The table of a column."""
    return metadata.tables[place.partition(".")[0]]
