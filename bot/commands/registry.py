"""The registry: finds a command, reads what it is told, asks whether it may be done, and does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.commands import line as typed_line
from bot.commands.call import NOT_THERE, Call
from bot.commands.declaring import Declared
from bot.commands.finding import Finder, likeliest
from bot.commands.house import House
from bot.commands.inspecting import adopted
from bot.commands.reading import read
from bot.domain.events import Who
from bot.domain.model import Account, Channel, ChannelId, CommunityId, Role
from bot.domain.wrong import Wrong
from bot.errors import RequestError
from bot.ports.commands import (
    Answer,
    Caller,
    Command,
    Completion,
    Kind,
    Line,
    Parameter,
    Progress,
    Unconfirmed,
    no_progress,
)
from bot.ports.moderation import Actor
from bot.ports.stores import Tx
from bot.returning import account_of

NEEDED = {
    Role.MODERATOR: "This is for moderators. In this community they are: {names}.",
    Role.ADMIN: "This is for admins. In this community they are: {names}.",
}
NEEDED_BUT_NOBODY = {
    Role.MODERATOR: "This is for moderators. Nobody here has been made one.",
    Role.ADMIN: "This is for admins. Nobody here has been made one.",
}
_SIGN_IN = "Sign in to take part."
_FOR_OPERATORS = "This is for the operator of this Tribune."
_MISSING = "“{command}” wants {name}: {help}"
_NAMED = 5

_ENTITIES = {Kind.FEED, Kind.CHANNEL, Kind.ARTICLE, Kind.MEMBER, Kind.CASE, Kind.COMMUNITY, Kind.SERVER}


class Registry:
    """See `bot.ports.commands.Commands`."""

    def __init__(self, house: House, declared: Sequence[Declared]) -> None:
        self.house = house
        self._declared = {each.command.name: each for each in declared}
        self._commands = tuple(each.command for each in declared)

    @property
    def prefix(self) -> str:
        return self.house.prefix

    def all(self) -> Sequence[Command]:
        return self._commands

    def find(self, name: str) -> Command:
        words = name.split()
        command, used = typed_line.named(words, self._commands)
        if used != len(words):
            raise RequestError(typed_line.UNKNOWN_COMMAND, name=name)
        return command

    def addressed(self, message: str) -> str | None:
        return typed_line.addressed(message, self.house.prefix)

    def read_line(self, line: str) -> Line:
        return typed_line.parse(line, self._commands)

    async def run(
        self,
        caller: Caller,
        name: str,
        values: Mapping[str, str],
        *,
        confirmed: bool = False,
        progress: Progress = no_progress,
    ) -> Answer:
        declared = self._declared[self.find(name).name]
        async with self.house.store.read() as tx:
            roles = await self._channel_roles(tx, caller)
            await self._allow(tx, caller, declared.command, roles)
        values = await adopted(self.house, caller, declared.command, values)
        async with self.house.store.read() as tx:
            finder = Finder(self.house, tx, caller, roles)
            arguments = await self._arguments(finder, declared, values)
        self._allow_there(caller, declared.command, arguments, roles)
        if declared.command.confirm and not confirmed:
            raise Unconfirmed(declared.command.confirm)
        call = Call(
            house=self.house,
            commands=self,
            caller=caller,
            progress=progress,
            now=self.house.clock.now(),
            channel_roles=roles,
            confirmed=confirmed,
        )
        try:
            return await declared.function(call, **arguments)
        except Wrong as wrong:
            raise RequestError(wrong.key, **wrong.values) from wrong

    async def complete(
        self, caller: Caller, name: str, parameter: str, typed: str, values: Mapping[str, str]
    ) -> Sequence[Completion]:
        try:
            command = self.find(name)
            wanted = command.parameter(parameter)
            if wanted is None:
                return []
            async with self.house.store.read() as tx:
                roles = await self._channel_roles(tx, caller)
                await self._allow(tx, caller, command, roles)
                return await self._suggestions(Finder(self.house, tx, caller, roles), wanted, typed)
        except RequestError:
            return []

    async def complete_line(self, caller: Caller, line: str) -> Sequence[Completion]:
        unfinished = typed_line.unfinished(line, self._commands)
        if unfinished.command is None or unfinished.parameter is None:
            return likeliest(unfinished.known, unfinished.typed)
        return await self.complete(caller, unfinished.command.name, unfinished.parameter.name, unfinished.typed, {})

    async def actor(self, community_id: CommunityId, who: Who, own_role: Role) -> Actor:
        async with self.house.store.read() as tx:
            account = await tx.members.by_ref(who.ref)
        if account is None:
            account = await self._met(who)
        async with self.house.store.read() as tx:
            standing = await tx.standings.get(community_id, account.member_id)
        role = standing.role if standing.role_set else own_role
        return Actor(community_id=community_id, account_id=account.id, member_id=account.member_id, role=role)

    async def _met(self, who: Who) -> Account:
        """Somebody who asks before they have written anything: what they do is to be theirs, not the operator's."""
        now = self.house.clock.now()
        account = await self.house.store.write(lambda tx: account_of(tx, who, now, now))
        if account is None:
            raise RequestError(_SIGN_IN)  # forgotten in this moment
        return account

    # --- who may ---

    async def _channel_roles(self, tx: Tx, caller: Caller) -> dict[ChannelId, Role]:
        member_id = caller.actor.member_id
        if member_id is None:
            return {}
        return dict(await tx.standings.channel_roles(caller.actor.community_id, member_id))

    async def _allow(self, tx: Tx, caller: Caller, command: Command, roles: Mapping[ChannelId, Role]) -> None:
        """Raise `RequestError` where who asks has not the role anywhere: which one it takes, and who has it."""
        held = [caller.actor.role, *(roles.values() if command.in_channels else ())]
        if any(each.allows(command.role) for each in held):
            return
        if command.role is Role.OPERATOR:
            raise RequestError(_FOR_OPERATORS)
        if command.role not in NEEDED:
            raise RequestError(_SIGN_IN)
        names = await tx.standings.holders(caller.actor.community_id, command.role, _NAMED)
        if not names:
            raise RequestError(NEEDED_BUT_NOBODY[command.role])
        raise RequestError(NEEDED[command.role], names=", ".join(names))

    def _allow_there(
        self, caller: Caller, command: Command, arguments: Mapping[str, Any], roles: Mapping[ChannelId, Role]
    ) -> None:
        """Who has the role in some channels only has it for those; what names no channel is the function's to ask."""
        if caller.actor.role.allows(command.role):
            return
        for value in arguments.values():
            if isinstance(value, Channel) and not roles.get(value.id, Role.READER).allows(command.role):
                raise RequestError(NOT_THERE, channel=value.name)

    # --- what it is told ---

    async def _arguments(self, finder: Finder, declared: Declared, values: Mapping[str, str]) -> dict[str, Any]:
        for name in values:
            if declared.command.parameter(name) is None:
                raise typed_line.unknown_parameter(declared.command, name)
        arguments: dict[str, Any] = {}
        for slot in declared.slots:
            text = values.get(slot.parameter.name)
            if text is None or (not text.strip() and slot.parameter.kind in _ENTITIES):
                if slot.parameter.required:
                    raise _missing(declared.command, slot.parameter)
                arguments[slot.keyword] = slot.default
            elif slot.parameter.kind in _ENTITIES:
                arguments[slot.keyword] = await finder.find(slot.parameter.kind, text)
            else:
                arguments[slot.keyword] = read(slot, text)
        return arguments

    async def _suggestions(self, finder: Finder, parameter: Parameter, typed: str) -> Sequence[Completion]:
        if parameter.kind is Kind.CHOICE:
            return likeliest((Completion(value=each.value, label=each.value) for each in parameter.choices), typed)
        if parameter.kind is Kind.SWITCH:
            return likeliest((Completion(value=each, label=each) for each in ("yes", "no")), typed)
        if parameter.kind in _ENTITIES:
            return await finder.suggest(parameter.kind, typed)
        return []


def _missing(command: Command, parameter: Parameter) -> RequestError:
    return RequestError(_MISSING, command=command.name, name=parameter.name, help=parameter.help)
