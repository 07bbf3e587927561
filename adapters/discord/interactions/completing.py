"""What a parameter could be, while it is typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord
from discord.app_commands import Choice

from adapters.discord import refs
from adapters.discord.interactions.definitions import MOST_CHOICES, shortened
from adapters.discord.interactions.invocation import Invocation
from adapters.discord.interactions.reply import Interaction, translated
from adapters.discord.interactions.visitor import Reception, visitor
from bot.errors import RequestError
from bot.ports.commands import Caller, Commands, Completion, Kind

LONGEST_CHOICE = 100

_FOR_NEWS = (discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum)


class Completing:
    """Answers what Discord asks while somebody types."""

    def __init__(self, commands: Commands, reception: Reception) -> None:
        self._commands = commands
        self._reception = reception

    async def complete(self, interaction: Interaction, asked: Invocation) -> None:
        """Offer what the parameter could be: nothing where nobody knows, or something broke."""
        known: Sequence[Completion] = ()
        try:
            known = await self._known(interaction, asked)
        except RequestError:
            known = ()  # who asks learns why when the command is sent
        finally:
            with translated():
                await interaction.response.autocomplete([_choice(each) for each in _sendable(known)])

    async def _known(self, interaction: Interaction, asked: Invocation) -> Sequence[Completion]:
        if asked.focused is None:
            return ()
        caller = await self._reception.caller(visitor(interaction))
        typed = asked.values.get(asked.focused, "")
        others = {name: value for name, value in asked.values.items() if name != asked.focused}
        known = await self._commands.complete(caller, asked.name, asked.focused, typed, others)
        if not self._takes_a_channel(caller, asked):
            return known
        return [*known, *channels(interaction, typed, {each.value for each in known})]

    def _takes_a_channel(self, caller: Caller, asked: Invocation) -> bool:
        """Whether a channel is wanted, by somebody who may name one that nothing is posted in yet."""
        command = self._commands.find(asked.name)
        wanted = command.parameter(asked.focused or "")
        return wanted is not None and wanted.kind is Kind.CHANNEL and caller.actor.role.allows(command.role)


def channels(interaction: Interaction, typed: str, known: set[str]) -> Iterator[Completion]:
    """The server's channels that the person sees and that could be meant, those in `known` left out."""
    user, wanted = interaction.user, typed.removeprefix("#").casefold()
    if interaction.guild is None or not isinstance(user, discord.Member):
        return
    for channel in interaction.guild.channels:
        if channel.type not in _FOR_NEWS or wanted not in channel.name.casefold():
            continue
        if not known & {str(channel.id), refs.channel(channel.id)} and channel.permissions_for(user).view_channel:
            yield Completion(value=refs.channel(channel.id), label=f"#{channel.name}")


def _sendable(known: Sequence[Completion]) -> list[Completion]:
    """A value that is too long for Discord could not be picked."""
    return [each for each in known if 0 < len(each.value) <= LONGEST_CHOICE][:MOST_CHOICES]


def _choice(known: Completion) -> Choice[str]:
    return Choice(name=shortened(known.label or known.value, LONGEST_CHOICE), value=known.value)
