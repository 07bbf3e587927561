"""One call of a command: who asks, and what the answer is made with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.commands.house import House
from bot.domain.model import Channel, ChannelId, Role
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.commands import Answer, Block, Caller, Commands, Progress
from bot.ports.moderation import Actor
from bot.ports.pages import Viewer

NOT_THERE = "You do not have the role for this in the channel {channel}."


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What every command's function is called with."""

    house: House
    commands: Commands
    caller: Caller
    progress: Progress
    now: datetime
    channel_roles: dict[ChannelId, Role]  # of who asks, where they hold more than in the community
    confirmed: bool = False  # they have answered, or answer in advance, what is asked before it is done

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.caller.actor

    @property
    def viewer(self) -> Viewer:
        """For whom is read."""
        actor = self.caller.actor
        return Viewer(
            community_id=actor.community_id, member_id=actor.member_id, moderator=actor.role.allows(Role.MODERATOR)
        )

    def may(self, role: Role, channel: Channel) -> bool:
        """Whether who asks has a role in a channel."""
        here = self.channel_roles.get(channel.id)
        return self.actor.role.allows(role) or (here is not None and here.allows(role))

    def need(self, role: Role, channels: Iterable[Channel]) -> None:
        """Raise `RequestError` unless who asks has a role in each of these channels."""
        for channel in channels:
            if not self.may(role, channel):
                raise RequestError(NOT_THERE, channel=channel.name)


def answer(*blocks: Block | None) -> Answer:
    """An answer of the blocks that there are."""
    return Answer(blocks=tuple(each for each in blocks if each is not None))


def said(key: str, **values: str | int | datetime) -> Answer:
    """An answer of one sentence."""
    return answer(Sentence(key=key, values=values))


def counted(one: str, many: str, count: int, **values: str | int | datetime) -> Sentence:
    """A sentence in the form that goes with `count`, which fills `{count}`."""
    return Sentence(key=one, many=many, values={"count": count, **values})
