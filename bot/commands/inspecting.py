"""What networks say of channels: those that are not known yet, and what the bot lacks in one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.commands.call import Call
from bot.commands.house import House
from bot.domain.model import Channel, Ref, Role, network_of
from bot.domain.telling import Sentence
from bot.errors import NetworkError, NetworkRefused, RequestError
from bot.ports.commands import Answer, Block, Caller, Column, Command, Kind, Listing, Offers
from bot.ports.network import CanInspect

_REF = re.compile(r"[a-z][a-z0-9]*:[^\s/]\S*")
_MENTION = re.compile(r"<#(\d{1,20})>")  # a channel as it is typed in chats

_UNSEEN = "There is no channel “{channel}” that the bot can see in the servers of this community."
_SILENT = "{network} cannot be asked for the channel “{channel}” now. Try again in a while."
_NOT_HERE = (
    "“{channel}” is not known yet, and {network} cannot be asked from here. Say the same on {network} itself or on the "
    "page, or write the channel into the configuration."
)
_LACKS = "In {channel} the bot may not do what it has to:"
_BLIND = "The bot cannot see {channel} on its network: nothing can be posted there."
_NO_ANSWER = "The network of {channel} cannot be asked now for what the bot may do there."


async def adopted(house: House, caller: Caller, command: Command, values: Mapping[str, str]) -> Mapping[str, str]:
    """The values of a command, its channels named by their references.

    A channel of a chat network that is not known is asked for there, for an admin of the community, and stored where
    it is in one of the community's servers. It is done before the command runs, so that no transaction waits for a
    network. Raises RequestError.
    """
    named = {each.name: values.get(each.name, "") for each in command.parameters if each.kind is Kind.CHANNEL}
    refs = {name: ref for name, text in named.items() if (ref := _ref_of(house, caller, text.strip())) is not None}
    if caller.actor.role.allows(Role.ADMIN):
        for ref in dict.fromkeys(refs.values()):
            await _adopt(house, caller, ref)
    return {**values, **refs}


async def adopted_here(call: Call) -> Channel | None:
    """The channel where an admin asks, stored where it was not known; None where it is no channel of the
    community. Raises RequestError where the network does not answer."""
    here = call.caller.channel
    if here is None or not call.actor.role.allows(Role.ADMIN):
        return None
    if not isinstance(call.house.networks.get(network_of(here)), CanInspect):
        return None
    try:
        return await _adopt(call.house, call.caller, here)
    except RequestError as refused:
        if refused.key == _UNSEEN:
            return None
        raise


def _ref_of(house: House, caller: Caller, text: str) -> Ref | None:
    """What is typed as a reference of a chat network."""
    if mentioned := _MENTION.fullmatch(text):
        here = [network_of(caller.channel)] if caller.channel is not None else []
        able = [name for name, each in house.networks.items() if isinstance(each, CanInspect)]
        return next((Ref(f"{name}:{mentioned[1]}") for name in (*here, *able)), None)
    return Ref(text) if _REF.fullmatch(text) else None


async def _adopt(house: House, caller: Caller, ref: Ref) -> Channel | None:
    async with house.store.read() as tx:
        channels = await tx.places.channels()
    here = [each for each in channels if each.community_id == caller.actor.community_id]
    known = next((each for each in here if ref.casefold() in (each.ref.casefold(), each.name.casefold())), None)
    name = network_of(ref)
    network = house.networks.get(name)
    if known is not None or name == "web":
        return known
    if network is None:
        raise RequestError(_NOT_HERE, channel=ref, network=name.title())
    if not isinstance(network, CanInspect) or any(each.ref == ref for each in channels):
        raise RequestError(_UNSEEN, channel=ref)
    try:
        found = await network.inspect(ref)
    except NetworkRefused as error:
        raise RequestError(_UNSEEN, channel=ref) from error
    except NetworkError as error:
        raise RequestError(_SILENT, channel=ref, network=name.title()) from error
    channel = await house.channels.adopt(caller.actor, ref, found)
    if channel is None:
        raise RequestError(_UNSEEN, channel=ref)
    return channel


async def lacking(call: Call, channel: Channel) -> Block | None:
    """What the bot lacks in a channel, for an admin there; None where it is nothing, or nobody can be asked."""
    network = call.house.networks.get(network_of(channel.ref))
    if not isinstance(network, CanInspect) or not call.may(Role.ADMIN, channel):
        return None
    try:
        found = await network.inspect(channel.ref)
    except NetworkRefused:
        return Sentence(key=_BLIND, values={"channel": channel.name})
    except NetworkError:
        return Sentence(key=_NO_ANSWER, values={"channel": channel.name})
    if found.server is not None:
        await call.house.channels.place(channel, found.server)
    if not found.lacks:
        return None
    title = Sentence(key=_LACKS, values={"channel": channel.name})
    rows = tuple((Sentence(key=each),) for each in found.lacks)
    columns = (Column(name="lack", label="What it may not do"),)
    return Listing(title=title, columns=columns, rows=rows, empty=title, total=len(rows))


async def warned(call: Call, answer: Answer, channel: Channel) -> Answer:
    """An answer with what the bot lacks in the channel that it is about; what is asked at its end stays last."""
    warning = await lacking(call, channel)
    if warning is None:
        return answer
    last = len(answer.blocks) - (1 if answer.blocks and isinstance(answer.blocks[-1], Offers) else 0)
    return Answer(blocks=(*answer.blocks[:last], warning, *answer.blocks[last:]))
