"""What everybody in a room may read, and what only who asked is to see."""

from __future__ import annotations

from bot.domain.model import Role
from bot.ports.chat import Place
from bot.ports.commands import Address, Answer, Block, Command, Document

Blocks = tuple[Block, ...]


def parted(command: Command, answer: Answer, place: Place) -> tuple[Blocks, Blocks]:
    """What is said in the room, and what is told in a direct message."""
    if _among_moderators(command) and not _moderators_room(place):
        return (), answer.blocks
    here = tuple(each for each in answer.blocks if not _private(command, each))
    return here, tuple(each for each in answer.blocks if _private(command, each))


def _private(command: Command, block: Block) -> bool:
    if isinstance(block, Address):
        return block.secret
    return isinstance(block, Document) and command.group == "me"


def _among_moderators(command: Command) -> bool:
    """Who reported what, and how often, is shown to no member."""
    return command.group == "mod" and command.role is Role.MODERATOR and not command.changes


def _moderators_room(place: Place) -> bool:
    return place.channel is not None and place.channel.settings.cases
