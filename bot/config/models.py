"""What the configuration holds. A key that is not here is a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from bot.config.database import DatabaseAddress, shown_address
from bot.config.proxy import ProxyAddress
from bot.config.secrets import Secret, TextOrSecret
from bot.config.values import (
    ChannelRef,
    Duration,
    FeedAddress,
    Folder,
    Homeserver,
    Host,
    Language,
    Line,
    Many,
    MatrixInviter,
    MatrixUser,
    Port,
    Prefix,
    PublicBase,
    Range,
    ServerRef,
    Slug,
    Zone,
    between,
    fault,
)
from bot.domain.model import Visibility


class _Table(BaseModel):
    """A table of the file: no unknown keys, no silent conversions, no change afterwards."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True
    )


def _visibility(value: object) -> object:
    known = [each.value for each in Visibility]
    if isinstance(value, str) and value not in known:
        raise fault(f"{value!r} is no visibility", f"write one of {', '.join(known)}")
    return Visibility(value) if isinstance(value, str) else value


Seen = Annotated[Visibility, BeforeValidator(_visibility)]
Few = Annotated[int, Field(ge=0, le=100)]


class TribuneConfig(_Table):
    """Who runs this, and the language it speaks where nothing says otherwise."""

    contact: Line
    language: Language = "en"


class DatabaseConfig(_Table):
    """Where everything is kept, and for how long."""

    url: DatabaseAddress = SecretStr("sqlite+aiosqlite:///var/tribune.db")
    retention_days: Annotated[int, Field(ge=30)] | None = 365

    @property
    def address(self) -> str:
        """The address with its password, for who connects."""
        return self.url.get_secret_value()

    @property
    def shown(self) -> str:
        """The address without its password, for people."""
        return shown_address(self.address)

    @property
    def retention(self) -> timedelta | None:
        """How long what nobody discusses is kept; None: for ever."""
        return timedelta(days=self.retention_days) if self.retention_days is not None else None


class WebConfig(_Table):
    """The page. `open_registration` None: only where it listens on loopback."""

    enabled: bool = True
    host: Line = "127.0.0.1"
    port: Port = 8080
    public_base: PublicBase | None = None
    trusted_proxies: Many[Range] = ()
    open_registration: bool | None = None
    images: bool = True


class PollingConfig(_Table):
    """How feeds are asked."""

    interval: Annotated[Duration, between("1m", "1d")] = timedelta(minutes=30)
    backlog: Few = 3
    allowed_hosts: Many[Host] = ()
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    timeout: Annotated[Duration, between("1s", "5m")] = timedelta(seconds=30)
    proxy: ProxyAddress | None = None


class DeliveryConfig(_Table):
    """How what the bot says reaches the networks.

    `backlog_limit`: how many new posts of a channel are kept after an outage. `outage_after`: how long the oldest must
    have waited for it to be one. `refill_per_minute`: new posts a minute in a channel after it. `refresh_every`: posts
    show new counts at most this often. `catch_up`: after a gap, discussions are looked through that were active so
    recently.
    """

    backlog_limit: Annotated[int, Field(ge=1, le=10_000)] = 50
    outage_after: Annotated[Duration, between("1m", "7d")] = timedelta(hours=1)
    refill_per_minute: Annotated[int, Field(ge=1, le=600)] = 10
    refresh_every: Annotated[Duration, between("10s", "1d")] = timedelta(minutes=1)
    catch_up: Annotated[Duration, between("1h", "90d")] = timedelta(days=14)


class ModerationConfig(_Table):
    """How order is kept without a moderator.

    A case that nobody decided is ignored `stale_after`. A discussion locks itself for `lock_for` when `lock_members`
    members of trust 2 or more report something in it `lock_within`.
    """

    stale_after: Annotated[Duration, between("1d", "365d")] = timedelta(days=30)
    lock_members: Annotated[int, Field(ge=2, le=100)] = 5
    lock_within: Annotated[Duration, between("1m", "1d")] = timedelta(minutes=15)
    lock_for: Annotated[Duration, between("5m", "7d")] = timedelta(hours=4)


class TitleConfig(_Table):
    """A title of members, what it takes, and its names by language."""

    key: Slug
    points: Annotated[int, Field(ge=0)]
    upvoters: Annotated[int, Field(ge=0)]
    names: dict[Language, Line]


class CommandsConfig(_Table):
    """How commands are typed into a chat that has none of its own."""

    prefix: Prefix = "!tribune"


class DiscordConfig(_Table):
    """How Tribune is on Discord; without a token it is not.

    `unknown_servers`: what becomes of a server that invites the bot and belongs to no community. `message_content`:
    the intent of that name is enabled for the application, so that comments can be read.
    """

    token: Secret | None = None
    message_content: bool = True
    unknown_servers: Literal["refuse", "ask", "own"] = "ask"
    shards: Annotated[int, Field(ge=1, le=1000)] | None = None


class MatrixConfig(_Table):
    """How Tribune is on Matrix; without a homeserver it is not.

    `password`, or `token` with its `device`; neither where `tribune matrix login` has been run. `key`: what is kept in
    the folder `store` is encrypted with it. `invited_by`: people and homeservers whose invitations are taken.
    `unknown_servers`: what becomes of a space or room that it was invited to so and belongs to no community.
    """

    homeserver: Homeserver | None = None
    user: MatrixUser | None = None
    password: Secret | None = None
    token: Secret | None = None
    device: Line | None = None
    key: Secret | None = None
    store: Folder = Path("var/matrix")
    invited_by: Many[MatrixInviter] = ()
    unknown_servers: Literal["refuse", "ask", "own"] = "ask"


class LogsConfig(_Table):
    """What is written to the standard error. `auto`: colours on a terminal, logfmt elsewhere."""

    format: Literal["auto", "console", "logfmt", "json"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"


class SectionConfig(_Table):
    """A section of the page."""

    slug: Slug
    name: Line
    language: Language | None = None
    zone: Zone = "UTC"
    visibility: Seen = Visibility.PUBLIC


class ChannelConfig(_Table):
    """A channel of a chat network."""

    slug: Slug
    ref: ChannelRef
    name: Line
    language: Language | None = None
    zone: Zone = "UTC"
    visibility: Seen = Visibility.PRIVATE


class CommunityConfig(_Table):
    """The people who share discussions, and where they have them. The first community is at the root of the page."""

    slug: Slug
    name: Line
    servers: Many[ServerRef] = ()
    sections: Many[SectionConfig] = ()
    channels: Many[ChannelConfig] = ()


class FeedConfig(_Table):
    """An address to poll, and the channels (by slug) that get its articles."""

    address: FeedAddress
    channels: Many[Slug] = ()
    interval: Annotated[Duration, between("1m", "1d")] | None = None
    backlog: Few | None = None
    headers: dict[str, TextOrSecret] = {}
    user: Line | None = None
    password: Secret | None = None
    proxy: ProxyAddress | None = None
    sensitive: Line | None = None


def _some(communities: tuple[CommunityConfig, ...]) -> tuple[CommunityConfig, ...]:
    if not communities:
        raise fault("there is no community", "write at least one [[communities]] with a slug and a name")
    return communities


def _rising(titles: tuple[TitleConfig, ...]) -> tuple[TitleConfig, ...]:
    """The first title is everybody's, and each takes more than the one before."""
    if titles and (titles[0].points, titles[0].upvoters) != (0, 0):
        raise fault("the first title takes something", "write points = 0 and upvoters = 0 there: newcomers have it")
    for one, other in pairwise(titles):
        if other.points <= one.points or other.upvoters < one.upvoters:
            raise fault(f"{other.key!r} takes no more than {one.key!r}", "write the titles from the least upwards")
    return titles


class Config(_Table):
    """A whole configuration, read and found good. A table that the file leaves out is read as an empty one."""

    tribune: TribuneConfig
    database: DatabaseConfig
    web: WebConfig
    polling: PollingConfig
    delivery: DeliveryConfig
    moderation: ModerationConfig
    commands: CommandsConfig
    discord: DiscordConfig
    matrix: MatrixConfig
    logs: LogsConfig
    communities: Annotated[Many[CommunityConfig], AfterValidator(_some)]
    feeds: Many[FeedConfig] = ()
    titles: Annotated[Many[TitleConfig], AfterValidator(_rising)] = ()

    def interval_of(self, feed: FeedConfig) -> timedelta:
        """How often a feed is polled at most."""
        return feed.interval or self.polling.interval

    def backlog_of(self, feed: FeedConfig) -> int:
        """How many articles a feed's first poll posts."""
        return self.polling.backlog if feed.backlog is None else feed.backlog

    def places(self) -> Iterator[tuple[CommunityConfig, SectionConfig | ChannelConfig]]:
        """Every section and channel with its community, in the file's order."""
        for community in self.communities:
            yield from ((community, section) for section in community.sections)
            yield from ((community, channel) for channel in community.channels)
