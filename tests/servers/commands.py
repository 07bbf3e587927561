"""A registry that notes what it is asked to do, and answers what it is told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.events import Who
from bot.domain.model import CommunityId, Role
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.commands import Answer, Caller, Command, Completion, Line, Progress, no_progress
from bot.ports.moderation import Actor


class NotedCommands:
    """See `bot.ports.commands.Commands`."""

    def __init__(self, *commands: Command) -> None:
        self.commands = commands
        self.done: list[tuple[str, dict[str, str]]] = []
        self.confirmed: list[bool] = []
        self.callers: list[Caller] = []
        self.answer = Answer(blocks=(Sentence(key="Done."),))
        self.answers: dict[str, Answer] = {}
        self.refused: RequestError | None = None
        self.refusing: dict[str, RequestError] = {}

    @property
    def prefix(self) -> str:
        return "!tribune"

    def all(self) -> Sequence[Command]:
        return self.commands

    def find(self, name: str) -> Command:
        return next(each for each in self.commands if each.name == name)

    def addressed(self, message: str) -> str | None:
        return None

    def read_line(self, line: str) -> Line:
        return Line(command=self.find(line), values=(), confirmed=False)

    async def run(
        self,
        caller: Caller,
        name: str,
        values: Mapping[str, str],
        *,
        confirmed: bool = False,
        progress: Progress = no_progress,
    ) -> Answer:
        self.done.append((name, dict(values)))
        self.confirmed.append(confirmed)
        self.callers.append(caller)
        if (refused := self.refusing.get(name, self.refused)) is not None:
            raise refused
        return self.answers.get(name, self.answer)

    async def complete(
        self, caller: Caller, name: str, parameter: str, typed: str, values: Mapping[str, str]
    ) -> Sequence[Completion]:
        return [Completion(value=typed, label=parameter)] if typed else []

    async def complete_line(self, caller: Caller, line: str) -> Sequence[Completion]:
        return []

    async def actor(self, community_id: CommunityId, who: Who, own_role: Role) -> Actor:
        return Actor(community_id=community_id, account_id=None, member_id=None, role=own_role)
