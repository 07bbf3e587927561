"""Commands, as every door sees them: what there is, how it is asked for, and what comes back.

A door derives its own face from `Command` and hands over what was typed as text, whatever its network calls the types:
the registry reads it, so that the same words mean the same, and the same mistake gets the same answer, at every door.
An `Answer` is made of values and messages of the catalogues; the door shows them in the reader's language and zone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.events import Who
from bot.domain.model import CommunityId, Ref, Role
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.moderation import Actor
from bot.ports.network import Card


class Kind(StrEnum):
    """What a parameter is; it is handed over as text all the same."""

    TEXT = "text"
    SECRET = "secret"  # is not echoed, logged, or shown again
    NUMBER = "number"
    SWITCH = "switch"  # "yes" or "no"; named without a value it is "yes"
    SPAN = "span"  # "45m", "1h30m", "2d"
    DATE = "date"  # "2026-01-31"
    CHOICE = "choice"
    FILE = "file"  # the text of a file
    FEED = "feed"  # its number, its address, or its title
    CHANNEL = "channel"  # its short name, its reference, or its name
    ARTICLE = "article"  # its number, its address, or its title
    MEMBER = "member"  # the name, or the number of the member's page
    CASE = "case"  # its number
    COMMUNITY = "community"  # its short name
    SERVER = "server"  # its ID with the network's name, or its name


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One of the values that a parameter can have; `label` is a message."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """Something a command is told. `name` is what people type: lower case, with dashes."""

    name: str
    kind: Kind
    help: str  # a message
    required: bool = False
    placed: bool = False  # can stand without its name, in the order of the parameters
    rest: bool = False  # the last placed one: takes all words that are left
    choices: tuple[Choice, ...] = ()
    least: int | None = None  # of a NUMBER
    most: int | None = None
    unset: bool = False  # of a SWITCH: left out it is neither "yes" nor "no"
    completes: bool = False  # `Commands.complete` knows what it could be


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One command, as it is declared once for all doors."""

    name: str  # "feed add"
    help: str  # a message: one sentence
    more: str = ""  # a message: what else is to be known
    role: Role  # what it takes in the community
    in_channels: bool = False  # who has the role in a channel may do it there
    parameters: tuple[Parameter, ...] = ()
    confirm: str = ""  # a message: what to ask before it is done, since it cannot be undone
    examples: tuple[str, ...] = ()  # typed lines
    changes: bool = True  # False: it only reads

    @property
    def group(self) -> str:
        """The first word of its name."""
        return self.name.partition(" ")[0]

    def parameter(self, name: str) -> Parameter | None:
        """The parameter with this name."""
        return next((each for each in self.parameters if each.name == name), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks, where, and how to answer. An `actor` without an account is the operator's command line."""

    actor: Actor
    channel: Ref | None = None  # where it was asked
    thread: Ref | None = None  # the thread, or the post, that it was asked in: what is about its article needs no name
    language: str = "en"
    zone: str = "UTC"


Cell = str | int | datetime | timedelta | Sentence | None
"""One value of an answer; None: there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """A named value; `name` is for programs, `label` a message."""

    name: str
    label: str
    value: Cell
    plain: bool = False  # a number that names something: it is shown as it is typed


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known of one thing."""

    facts: tuple[Fact, ...]
    title: Sentence | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a list; `name` is for programs, `label` a message."""

    name: str
    label: str
    plain: bool = False  # numbers in it name something: they are shown as they are typed


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """Several things of a kind. `total` counts those on other pages too; `empty` is said where there are none."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: Sentence
    title: Sentence | None = None
    page: int = 1
    pages: int = 1
    total: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """An article as it would be posted in a channel."""

    card: Card


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file to be kept."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A link; `secret` where only who asked may see it."""

    label: str  # a message
    url: str
    secret: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What could be asked next: the same door, with these values for that command."""

    label: Sentence
    command: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Offers:
    """Several ways to go on."""

    question: Sentence
    offers: tuple[Offer, ...]


Block = Sentence | Facts | Listing | Preview | Document | Address | Offers


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a command says, from top to bottom."""

    blocks: tuple[Block, ...]


class Unconfirmed(RequestError):
    """The command cannot be undone and was not confirmed; the message is the question. Nothing was done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """What a parameter could be: the text to hand over, and what to show for it."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A typed line, understood."""

    command: Command
    values: tuple[tuple[str, str], ...]
    confirmed: bool


Progress = Callable[[int, int], None]
"""Told of what is done and of how much there is to do; must return at once."""


def no_progress(done: int, of: int) -> None:
    """Tells nobody."""


class Commands(Protocol):
    """The registry. Called by every door; raises `RequestError` with a message for who asked, `StorageError`, and
    nothing else on purpose."""

    @property
    def prefix(self) -> str:
        """What typed lines begin with where a network needs it."""
        ...

    def all(self) -> Sequence[Command]:
        """Every command, by group, in the order in which they are to be shown."""
        ...

    def find(self, name: str) -> Command:
        """Raises `RequestError` that names the nearest one where there is no such command."""
        ...

    def addressed(self, message: str) -> str | None:
        """The line that a chat message asks for, without the prefix that it begins with; None where it has none."""
        ...

    def read_line(self, line: str) -> Line:
        """What a typed line asks for. Raises `RequestError` that says where it cannot be understood."""
        ...

    async def run(
        self,
        caller: Caller,
        name: str,
        values: Mapping[str, str],
        *,
        confirmed: bool = False,
        progress: Progress = no_progress,
    ) -> Answer:
        """Do it. `values` are the parameters that were given. Raises `Unconfirmed` where a question comes first."""
        ...

    async def complete(
        self, caller: Caller, name: str, parameter: str, typed: str, values: Mapping[str, str]
    ) -> Sequence[Completion]:
        """What a parameter that begins like `typed` could be, the likeliest first, at most 25; never raises
        `RequestError`. Who may not run the command is told nothing."""
        ...

    async def complete_line(self, caller: Caller, line: str) -> Sequence[Completion]:
        """What the last word of an unfinished typed line could be."""
        ...

    async def actor(self, community_id: CommunityId, who: Who, own_role: Role) -> Actor:
        """Who stands behind an account of a network, which is known from now on; `own_role` is what the network itself
        lets them do, and what was granted by command comes before it."""
        ...
