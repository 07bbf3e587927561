"""The seam to the networks: one Protocol, and one more for each thing that only some can do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.domain.events import Event, Outcome, Reacted, Who
from bot.domain.model import CaseId, FlagReason, Ref, SubjectKind
from bot.domain.telling import Sentence

Emit = Callable[[Event], Awaitable[Outcome]]
"""Hands an event to the core; returns when it is stored."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """An article as a post shows it; texts are plain, addresses absolute."""

    title: str
    link: str | None
    source: str
    author: str | None
    lead: str
    image: str | None
    dated: datetime
    up: int
    down: int
    comments: int
    marker: str  # to be carried by the message, so that it can be found again
    language: str
    words: str | None = None  # plain text that a template of the channel makes; shown in place of author and lead
    mention: str | None = None  # the name of a role to call
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()  # as the publisher names them
    colour: int | None = None  # 0xRRGGBB
    sensitive: str | None = None  # why it stands behind a curtain
    zone: str = "UTC"  # in which moments are written, where the network does not show them in each reader's own


@dataclass(frozen=True, kw_only=True, slots=True)
class Say:
    """Something the bot says. `html` is sanitised; `marker` is to be carried by the message."""

    html: str
    marker: str
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseCard:
    """A case as a message shows it to moderators; texts are plain."""

    case_id: CaseId
    kind: SubjectKind
    title: str  # of the article
    text: str  # what was reported, as it was then; of an article: its lead
    author: str | None
    message: Ref | None  # what was reported, to be linked where it is on the same network
    reports: tuple[tuple[str, FlagReason, str], ...]  # who, why, in which words
    hidden: bool
    claimed_by: str | None
    decision: tuple[Sentence, ...]  # what was decided and by whom; empty while it is open
    link: str | None  # on the page
    marker: str
    language: str
    zone: str

    @property
    def decided(self) -> bool:
        """Whether there is nothing left to do."""
        return bool(self.decision)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A message that somebody wrote in a thread, as it stands now."""

    message: Ref
    who: Who
    html: str
    at: datetime
    edited_at: datetime | None = None
    reply_to: Ref | None = None
    sensitive: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recount:
    """What stands in a discussion on a network.

    `messages`: every one in the thread since `since`, the bot's own left out, and those that cannot be read. `counted`:
    the messages whose reactions were listed, also of those; `reactions`: all that stand on them. `locked` is None where
    nobody can say; `gone`: the thread is no more, and nothing else was listed.
    """

    since: datetime
    messages: tuple[Listed, ...] = ()
    counted: frozenset[Ref] = frozenset()
    reactions: tuple[Reacted, ...] = ()
    missing: frozenset[Ref] = frozenset()  # of the messages asked for: those that are no more
    locked: bool | None = None
    gone: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspected:
    """A channel as its network knows it. `lacks` names (messages of the catalogue) what the bot may not do there and
    has to."""

    server: Ref | None
    name: str
    lacks: tuple[str, ...] = ()


class Network(Protocol):
    """A chat network, or the page. Every method raises `NetworkError` and its children, nothing else on purpose.

    `key` is the same whenever the same act is tried again: a network that remembers keys does it once.
    """

    name: str  # what stands before the colon of its references
    reads_store: bool  # it shows what is stored, live: a post there needs no refresh

    @property
    def keys_last(self) -> timedelta:
        """How long a key is remembered, as things are now; zero: not at all, so look before a second try."""
        ...

    async def run(self, emit: Emit) -> None:
        """Listen until cancelled; called once by the app, restarted with backoff when it raises NetworkError."""
        ...

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        """Post an article into a channel; returns the message."""
        ...

    async def open_thread(self, post: Ref, name: str, key: str) -> Ref:
        """Open the thread under a post; returns the thread, the one that is there already if there is one."""
        ...

    async def say(self, place: Ref, message: Say, key: str) -> Ref:
        """Say something in a thread or a channel; returns the message."""
        ...

    async def edit(self, post: Ref, card: Card) -> None:
        """Make a post show `card`; to do it twice changes nothing."""
        ...

    async def delete(self, message: Ref) -> None:
        """Remove a message or a thread of the bot's; one that is gone already is removed."""
        ...


@runtime_checkable
class CanFind(Protocol):
    """The bot's own messages can be looked up; asked after a lost answer, before a second try."""

    settles_after: timedelta  # after this a call whose answer was lost has either happened or never will

    async def find(self, place: Ref, marker: str, since: datetime | None) -> Sequence[Ref]:
        """The bot's messages in a channel or thread that carry `marker`, oldest first, empty if there are none."""
        ...

    async def find_threads(self, post: Ref) -> Sequence[Ref]:
        """The threads under a post, oldest first."""
        ...


@runtime_checkable
class CanSeed(Protocol):
    """The bot can put the vote emoji under a post, for people to press."""

    async def seed(self, message: Ref, emoji: str) -> None:
        """React as the bot; to do it twice changes nothing."""
        ...


@runtime_checkable
class CanInvite(Protocol):
    """A thread wants a first message that says what it is for (the page says so by itself)."""

    def invitation(self, language: str) -> str:
        """The first message, as sanitised HTML."""
        ...


@runtime_checkable
class CanDirectMessage(Protocol):
    """Somebody can be told something that nobody else sees. Where `CanFind`, `find` looks there, too."""

    async def tell(self, account: Ref, message: Say, key: str) -> Ref:
        """Say something to one account; returns the message. Raises `NetworkRefused` where they do not want it."""
        ...


@runtime_checkable
class CanHide(Protocol):
    """What members wrote can be taken out of sight and, where hiding is not deleting there, brought back."""

    hiding_deletes: bool  # what was hidden cannot be shown again: its words are said by the bot

    async def hide(self, message: Ref, *, hidden: bool) -> None:
        """To do it twice changes nothing; one that is gone is hidden."""
        ...


@runtime_checkable
class CanLock(Protocol):
    """A thread can be closed to all but moderators."""

    async def lock(self, thread: Ref, *, locked: bool) -> None:
        """To do it twice changes nothing."""
        ...


@runtime_checkable
class CanTakeOff(Protocol):
    """A member's reaction can be taken off a message."""

    async def take_off(self, reaction: Ref) -> None:
        """One that is gone is taken off."""
        ...


@runtime_checkable
class CanRename(Protocol):
    """A thread can be given another name."""

    async def rename(self, thread: Ref, name: str) -> None:
        """To do it twice changes nothing. Raises `NetworkUnavailable` with a `retry_after` where it was renamed too
        often."""
        ...


@runtime_checkable
class CanShowCases(Protocol):
    """Moderators can be shown cases, and decide on them there. `CanFind.find` looks for a case by its marker."""

    async def show_case(self, channel: Ref, case: CaseCard, key: str) -> Ref:
        """Show a case; returns the message."""
        ...

    async def edit_case(self, message: Ref, case: CaseCard) -> None:
        """Make a shown case say `case`; a decided one cannot be decided there any more. To do it twice changes
        nothing."""
        ...


@runtime_checkable
class CanRecount(Protocol):
    """What stands in a discussion can be listed again, as after a gap."""

    async def recount(self, post: Ref, thread: Ref, since: datetime, messages: Sequence[Ref]) -> Recount:
        """List what stands in a thread since `since`, and the reactions on the post, on what is listed and on
        `messages`, which are known: of old, or since then."""
        ...


@runtime_checkable
class CanLeave(Protocol):
    """The bot can go out of a server by itself."""

    async def leave(self, server: Ref) -> None:
        """Leave a server; one that the bot is not in is left."""
        ...


@runtime_checkable
class CanInspect(Protocol):
    """A channel can be asked for that nothing was posted in yet."""

    async def inspect(self, channel: Ref) -> Inspected:
        """What is known of a channel. Raises `NetworkRefused` where there is none that the bot can see."""
        ...
