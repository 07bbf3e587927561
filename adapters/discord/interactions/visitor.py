"""Who is behind an interaction, where, in which language, and what Discord itself lets them do there."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from adapters.discord import refs
from adapters.discord.interactions.reply import Interaction
from adapters.discord.people import who_is
from bot.domain.events import Who
from bot.domain.model import Ref, Role
from bot.errors import RequestError
from bot.locale import LANGUAGES, Translator, supported, translator
from bot.ports.chat import ChatDesk, Place
from bot.ports.commands import Caller, Commands

_NO_BUSINESS = "There is nothing that I could do here: no community is at home in this server."


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """`places` are the thread, if it is one, and its channel; `language` is None where Discord's is none of ours."""

    who: Who
    role: Role
    server: Ref | None
    places: tuple[Ref, ...]
    language: str | None

    @property
    def t(self) -> Translator:
        """Says things before it is known where they are said."""
        return translator(self.language or LANGUAGES[0])


def visitor(interaction: Interaction) -> Visitor:
    """Read who is behind an interaction; nothing is asked for."""
    user = interaction.user
    return Visitor(
        who=who_is(user),
        role=own_role(interaction.permissions),
        server=refs.server(interaction.guild_id) if interaction.guild_id is not None else None,
        places=_places(interaction),
        language=supported(str(interaction.locale)),
    )


def own_role(permissions: discord.Permissions) -> Role:
    """What Discord's permissions in a channel come to."""
    if permissions.administrator or permissions.manage_guild:
        return Role.ADMIN
    if permissions.moderate_members or permissions.manage_messages:
        return Role.MODERATOR
    return Role.MEMBER


def _places(interaction: Interaction) -> tuple[Ref, ...]:
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return refs.thread(channel.id), refs.channel(channel.parent_id)
    return (refs.channel(interaction.channel_id),) if interaction.channel_id is not None else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reception:
    """Finds out who somebody is to the community at home where they are."""

    commands: Commands
    chat: ChatDesk

    async def place(self, who: Visitor) -> Place:
        """Whose words are spoken there. Raises `RequestError` where nobody's are."""
        place = await self.chat.place(who.server, *who.places)
        if place is None:
            raise RequestError(_NO_BUSINESS)
        return place

    async def caller(self, who: Visitor) -> Caller:
        """Who asks. Raises `RequestError` as `place` does."""
        place = await self.place(who)
        actor = await self.commands.actor(place.community_id, who.who, who.role)
        channel = place.channel.ref if place.channel is not None else who.places[-1] if who.places else None
        return Caller(actor=actor, channel=channel, language=who.language or place.language, zone=place.zone)
