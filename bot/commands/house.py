"""What the commands work with: the desks behind their ports, handed in by the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.ports.clock import Clock
from bot.ports.desk import FeedsDesk, Health
from bot.ports.governing import ChannelsDesk, CommunitiesDesk, OutboxDesk, RolesDesk, ServersDesk
from bot.ports.moderation import CorrectionsDesk, Moderation, ModerationReader
from bot.ports.network import Network
from bot.ports.newsdesk import NewsDesk
from bot.ports.opml import OpmlDesk
from bot.ports.pages import PageReader
from bot.ports.people import PeopleDesk
from bot.ports.stores import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """The desks and readers."""

    store: Store
    clock: Clock
    pages: PageReader
    order: ModerationReader
    health: Health
    moderation: Moderation
    corrections: CorrectionsDesk
    feeds: FeedsDesk
    opml: OpmlDesk
    news: NewsDesk
    people: PeopleDesk
    roles: RolesDesk
    channels: ChannelsDesk
    communities: CommunitiesDesk
    outbox: OutboxDesk
    servers: ServersDesk
    networks: Mapping[str, Network]  # those that run here, by their names; may fill up later
    prefix: str = "!tribune"  # what typed lines begin with where a network needs it
