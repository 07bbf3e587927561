"""What the outbox holds: orders, how far each has come, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.model import AccountId, CaseId, ChannelId, CommunityId, OutboxId, PostId, Ref


@dataclass(frozen=True, kw_only=True, slots=True)
class Publish:
    """Post an article, open its thread, say the first message, seed the votes."""

    post_id: PostId


@dataclass(frozen=True, kw_only=True, slots=True)
class Refresh:
    """Make a post show what is stored now. Pending ones for the same post are one."""

    post_id: PostId


@dataclass(frozen=True, kw_only=True, slots=True)
class Speak:
    """Say something in a thread or a channel. `html` is sanitised."""

    place: Ref
    html: str
    language: str
    marker: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Remove:
    """Delete a message or a thread of the bot's."""

    message: Ref


@dataclass(frozen=True, kw_only=True, slots=True)
class Tell:
    """Say something to one person, where the network has a way. `html` is sanitised."""

    account: Ref
    html: str
    language: str
    marker: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hide:
    """Take a member's comment out of sight, or (not `hidden`) bring it back, where the network has a way."""

    message: Ref
    hidden: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """Let nobody write in a thread, or (not `locked`) everybody again, where the network has a way."""

    thread: Ref
    locked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeOff:
    """Take a member's reaction off a message, as a flag is at once, where the network has a way."""

    reaction: Ref


@dataclass(frozen=True, kw_only=True, slots=True)
class Rename:
    """Give a post's thread the name that its article's title makes now, where the network has a way."""

    post_id: PostId


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishCase:
    """Show a case to the moderators in a channel, where the network has a way."""

    case_id: CaseId
    channel_id: ChannelId


@dataclass(frozen=True, kw_only=True, slots=True)
class RefreshCase:
    """Make a shown case say what is stored now. Pending ones for the same case and channel are one."""

    case_id: CaseId
    channel_id: ChannelId


@dataclass(frozen=True, kw_only=True, slots=True)
class Leave:
    """Leave a server where the operator does not want the bot, where the network has a way."""

    server: Ref


Order = Publish | Refresh | Speak | Remove | Tell | Hide | Lock | TakeOff | Rename | PublishCase | RefreshCase | Leave


class OutboxState(StrEnum):
    """Where a row stands; the values are stored."""

    PENDING = "pending"
    DONE = "done"
    PARKED = "parked"  # with the reason; an admin can have it tried again
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One call of an order. `marked_at` is stored before the call, `ref` (where it has one) and `done` after it."""

    name: str
    marked_at: datetime | None = None
    ref: Ref | None = None
    done: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NewOrder:
    """A row to be.

    `key` is random, and what the idempotency keys of its steps are made of; `lane` is what is done in order;
    `not_before` puts it off; after `expires_at` it is not worth doing any more.
    """

    order: Order
    lane: str
    key: str
    created_at: datetime
    not_before: datetime | None = None
    expires_at: datetime | None = None
    in_doubt: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxItem:
    """A row of the outbox."""

    id: OutboxId
    order: Order
    lane: str
    key: str
    state: OutboxState
    created_at: datetime
    due_at: datetime  # when it could first be done
    next_at: datetime
    expires_at: datetime | None = None
    attempts: int = 0
    last_answer: str | None = None
    in_doubt: bool = False  # it may have been done before a backup was restored: look first
    spread: bool = False  # its time was set when its lane was refilled after an outage
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """The right to work on a lane until `until`; a write with an older epoch is refused."""

    lane: str
    owner: str
    epoch: int
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far the head of a leased lane has come, and how it ended where it is no longer pending."""

    lease: Lease
    item_id: OutboxId
    steps: tuple[Step, ...]
    state: OutboxState = OutboxState.PENDING
    answer: str | None = None  # of one that ended


@dataclass(frozen=True, kw_only=True, slots=True)
class Backlog:
    """What is held up in a lane of new posts: what could have been posted already."""

    waiting: int
    oldest: datetime | None  # when the first of them was due


@dataclass(frozen=True, kw_only=True, slots=True)
class LogEntry:
    """A line of a community's audit log; `account_id` is who did it, None for the operator's command line."""

    at: datetime
    account_id: AccountId | None
    action: str
    subject: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Something admins of a community are told once; `key` is a message of the catalogue, `values` fill it."""

    community_id: CommunityId
    key: str
    values: tuple[tuple[str, str], ...]
    at: datetime
