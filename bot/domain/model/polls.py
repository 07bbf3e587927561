"""What is asked of a feed, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.model.names import FeedId


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One item as a feed publishes it, repaired and made safe."""

    position: int  # place in the document, 0 first
    id: str | None  # None also where several items of the document carry the same id
    link: str | None  # absolute, http or https
    link_shared: bool = False  # the canonical link stands more than once in the document
    title: str  # plain text, "" where there is none
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    summary: str = ""  # sanitised HTML
    content: str = ""  # sanitised HTML
    image: str | None = None  # absolute, http or https
    categories: tuple[str, ...] = ()
    comments_url: str | None = None  # the publisher's own discussion
    language: str | None = None
    teaser: bool = False  # the publisher shows only a part


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedFeed:
    """What a document says, less the items whose form was seen at the last poll."""

    title: str
    link: str | None
    language: str | None
    ttl: timedelta | None
    entries: tuple[Entry, ...]
    total: int  # items in the document, seen ones included
    seen: bytes  # opaque to all but `feeds`: the forms of this document's items, for the next poll
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """What makes the next request conditional, and an unchanged body recognisable."""

    etag: str | None = None
    last_modified: str | None = None
    body_digest: bytes | None = None
    seen: bytes = b""


class FailureKind(StrEnum):
    """Why a poll brought nothing; the values are stored."""

    UNREACHABLE = "unreachable"  # no such host, no route, no connection
    TIMEOUT = "timeout"
    TLS = "tls"
    FORBIDDEN_ADDRESS = "forbidden-address"  # private, loopback, link-local or metadata range
    TOO_LARGE = "too-large"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    REFUSED = "refused"  # a 4xx or another answer that is no feed
    BUSY = "busy"  # 429 or 503
    SERVER = "server"  # another 5xx
    GONE = "gone"  # 410
    UNREADABLE = "unreadable"  # an answer that holds no feed


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchRequest:
    """One poll of one address."""

    feed_id: FeedId
    address: str
    validators: Validators = Validators()
    headers: tuple[tuple[str, str], ...] = ()
    user: str | None = None
    password: str | None = None
    proxy: str | None = None
    allow_file: bool = False  # `file:` addresses come from the configuration only


@dataclass(frozen=True, kw_only=True, slots=True)
class Unchanged:
    """The document is the one of the last poll (304, or the same bytes)."""

    validators: Validators
    fresh_for: timedelta | None = None  # from max-age or Expires
    moved_to: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A document was read."""

    feed: ParsedFeed
    validators: Validators  # to be stored only after the entries are
    fresh_for: timedelta | None = None
    moved_to: str | None = None  # where permanent redirects led, the whole chain being permanent


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """Nothing came; `reason` is one line for people, in English, with no secret in it."""

    kind: FailureKind
    reason: str
    status: int | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Spotted:
    """A feed at an address, or one that the page there names."""

    address: str
    title: str
    feed: ParsedFeed | None = None  # where it has been read


PollOutcome = Unchanged | Fetched | Failed
