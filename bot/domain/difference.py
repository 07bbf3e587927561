"""What stands on a network, held against what is stored: the events that were missed, in both directions.

What changed in the store after the listing had begun is left alone: what was heard live is newer than a list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.events import Deleted, Edited, Event, Locked, Posted, Reacted, Unreacted, Who
from bot.domain.html import sanitise
from bot.domain.model import Ref, network_of


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownComment:
    """A comment as it is stored."""

    ref: Ref
    author: Ref
    html: str
    at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    sensitive: str | None = None
    elsewhere: bool = False  # written in another thread than the one that was listed, or nobody can say
    taken: bool = False  # the bot took it out of sight, which may mean that it is gone from its network
    late: bool = False  # it came while the network was listing


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownReaction:
    """A reaction as it is stored, and on what it stands."""

    ref: Ref
    message: Ref
    seen_at: datetime
    removed_at: datetime | None = None
    elsewhere: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is stored of one thread. `locked` is None where nothing is to be learnt of it."""

    thread: Ref
    comments: tuple[KnownComment, ...] = ()
    reactions: tuple[KnownReaction, ...] = ()
    locked: bool | None = None


class Message(Protocol):
    """A message as a network lists it."""

    @property
    def message(self) -> Ref: ...
    @property
    def who(self) -> Who: ...
    @property
    def html(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def edited_at(self) -> datetime | None: ...
    @property
    def reply_to(self) -> Ref | None: ...
    @property
    def sensitive(self) -> str | None: ...


class Listing(Protocol):
    """What a network lists: `bot.ports.network.Recount`."""

    @property
    def since(self) -> datetime: ...
    @property
    def messages(self) -> Sequence[Message]: ...
    @property
    def counted(self) -> Collection[Ref]: ...
    @property
    def reactions(self) -> Sequence[Reacted]: ...
    @property
    def missing(self) -> Collection[Ref]: ...
    @property
    def locked(self) -> bool | None: ...
    @property
    def gone(self) -> bool: ...


def difference(known: Known, recount: Listing, began: datetime) -> list[Event]:
    """The events that make what is stored what a network listed from `began` on. To apply them twice changes nothing.

    A thread is opened first and locked last, so that nobody is kept out who could write.
    """
    if recount.gone:
        return [Deleted(message=known.thread, at=began)]
    lock = list(_lock(known, recount, began))
    return [
        *(each for each in lock if not each.locked),
        *_comments(known, recount, began),
        *_reactions(known, recount, began),
        *(each for each in lock if each.locked),
    ]


def _comments(known: Known, recount: Listing, began: datetime) -> Iterator[Event]:
    stored = {each.ref: each for each in known.comments}
    for each in sorted(recount.messages, key=lambda each: (each.at, each.message)):
        there = stored.get(each.message)
        if there is None:
            if not each.who.bot:
                yield _posted(each, known.thread)
        elif (at := _edited_at(each, there)) is not None:
            yield Edited(message=each.message, who=each.who, html=each.html, at=at, sensitive=each.sensitive)
    listed = {each.message for each in recount.messages}
    for comment in known.comments:
        if comment.ref not in listed and _is_missing(comment, recount, began):
            yield Deleted(message=comment.ref, at=began)


def _posted(each: Message, thread: Ref) -> Posted:
    return Posted(
        message=each.message,
        thread=thread,
        who=each.who,
        html=each.html,
        at=each.at,
        reply_to=each.reply_to,
        sensitive=each.sensitive,
    )


def _edited_at(each: Message, there: KnownComment) -> datetime | None:
    """When a message was changed in a way that is not stored; None where it was not."""
    if there.deleted_at is not None or each.who.ref != there.author:
        return None
    if each.edited_at is None or each.edited_at <= (there.edited_at or there.at):
        return None
    same = (sanitise(each.html), each.sensitive) == (there.html, there.sensitive)
    return None if same else each.edited_at


def _is_missing(comment: KnownComment, recount: Listing, began: datetime) -> bool:
    """Whether a live comment that was not listed is gone: what its reactions were listed of may be unreadable, and is
    there."""
    if comment.deleted_at is not None or comment.taken or comment.late:
        return False
    if comment.ref in recount.missing or comment.ref in recount.counted:
        return comment.ref in recount.missing
    return not comment.elsewhere and recount.since <= comment.at <= began


def _reactions(known: Known, recount: Listing, began: datetime) -> Iterator[Event]:
    stored = {each.ref: each for each in known.reactions}
    for listed in sorted(recount.reactions, key=lambda each: each.reaction):
        there = stored.get(listed.reaction)
        if there is None or (there.removed_at is not None and there.removed_at <= began):
            yield listed
    standing, network = {each.reaction for each in recount.reactions}, network_of(known.thread)
    for each in sorted(known.reactions, key=lambda each: each.ref):
        counted = each.message in recount.counted and not each.elsewhere
        # Those of the page, and those of who was forgotten, are none that this network could list.
        listable = counted and network_of(each.ref) == network
        if listable and each.ref not in standing and each.removed_at is None and each.seen_at <= began:
            yield Unreacted(reaction=each.ref, at=began)


def _lock(known: Known, recount: Listing, began: datetime) -> Iterator[Locked]:
    if None not in (known.locked, recount.locked) and known.locked != recount.locked:
        yield Locked(thread=known.thread, locked=bool(recount.locked), at=began)
