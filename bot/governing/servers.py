"""Servers of chat networks: who invites the bot, whether it stays, and what it may do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from bot.domain.events import Joined, Left, Outcome
from bot.domain.model import CommunityId, Ref, Server
from bot.office import Office
from bot.ports.moderation import Actor


class Unknown(StrEnum):
    """What becomes of a server that belongs to no community; the values stand in the configuration."""

    REFUSE = "refuse"
    ASK = "ask"
    OWN = "own"


class ServerDesk:
    """See `bot.ports.governing.ServersDesk`; and what networks tell of their servers."""

    def __init__(self, office: Office, unknown: Mapping[str, Unknown]) -> None:
        """`unknown` is by network."""
        self._office = office
        self._unknown = unknown

    async def servers(self, by: Actor) -> Sequence[Server]:
        raise NotImplementedError

    async def admit(self, by: Actor, server: Ref, community_id: CommunityId | None) -> Server:
        raise NotImplementedError

    async def refuse(self, by: Actor, server: Ref) -> Server:
        raise NotImplementedError

    async def joined(self, event: Joined) -> Outcome:
        """The bot is in a server; an outcome that refuses means that it has to leave."""
        raise NotImplementedError

    async def left(self, event: Left) -> Outcome:
        """A server or a channel is gone: what went there is suspended, and its admins are told."""
        raise NotImplementedError

    async def present(self, network: str, servers: frozenset[Ref]) -> None:
        """The bot is in these servers of a network: it has left all others."""
        raise NotImplementedError
