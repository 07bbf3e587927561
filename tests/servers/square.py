"""A network in memory, as forgetful as a network can be, that fails when it is told to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.model import Ref
from bot.errors import AnswerLost, NetworkError
from bot.ports.network import Card, CaseCard, Emit, Say


@dataclass(slots=True)
class Message:
    """What stands somewhere on the square."""

    ref: Ref
    place: Ref
    text: str
    marker: str
    thread_of: Ref | None = None


class Square:
    """Implements Network, CanFind, CanSeed and CanInvite; it remembers no keys."""

    name = "square"
    keys_last = timedelta(0)
    settles_after = timedelta(seconds=10)
    reads_store = False

    def __init__(self) -> None:
        self.messages: dict[Ref, Message] = {}
        self.cards: list[Card] = []
        self.seeds: list[tuple[Ref, str]] = []
        self.calls: list[str] = []
        self.meanwhile: Callable[[], Awaitable[None]] | None = None  # happens once, during the next edit
        self.failures: list[NetworkError | Exception | None] = []  # for the next calls, in turn

    async def run(self, emit: Emit) -> None:
        """Nothing happens here by itself."""

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        made = self._add("post", channel, card.title, card.marker)
        self.cards.append(card)
        return made

    async def open_thread(self, post: Ref, name: str, key: str) -> Ref:
        there = next((each.ref for each in self.messages.values() if each.thread_of == post), None)
        if there is None:
            return self._add("thread", post, name, "", thread_of=post)
        self._call("thread")
        return there

    async def say(self, place: Ref, message: Say, key: str) -> Ref:
        return self._add("say", place, message.html, message.marker)

    async def edit(self, post: Ref, card: Card) -> None:
        self._call("edit")
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        self.messages[post].text = card.title

    async def delete(self, message: Ref) -> None:
        self._call("delete")
        self.messages.pop(message, None)

    async def find(self, place: Ref, marker: str, since: datetime | None) -> Sequence[Ref]:
        self._call("find")
        return [each.ref for each in self.messages.values() if (each.place, each.marker) == (place, marker)]

    async def find_threads(self, post: Ref) -> Sequence[Ref]:
        self._call("find_threads")
        return [each.ref for each in self.messages.values() if each.thread_of == post]

    async def seed(self, message: Ref, emoji: str) -> None:
        self._call("seed")
        self.seeds.append((message, emoji))

    def invitation(self, language: str) -> str:
        return "<p>Bienvenue</p>" if language == "fr" else "<p>Welcome</p>"

    def _call(self, name: str) -> None:
        self.calls.append(name)
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None and not isinstance(failure, AnswerLost):
            raise failure

    def _add(self, name: str, place: Ref, text: str, marker: str, thread_of: Ref | None = None) -> Ref:
        lost = next(iter(self.failures), None)
        self._call(name)
        ref = Ref(f"square:{len(self.calls)}")
        self.messages[ref] = Message(ref=ref, place=place, text=text, marker=marker, thread_of=thread_of)
        if isinstance(lost, AnswerLost):
            raise lost
        return ref


class Forum(Square):
    """A square that can take reactions off, rename threads, show cases, and tell somebody something."""

    async def take_off(self, reaction: Ref) -> None:
        self._call("take_off")

    async def rename(self, thread: Ref, name: str) -> None:
        self._call("rename")
        self.messages[thread].text = name

    async def show_case(self, channel: Ref, case: CaseCard, key: str) -> Ref:
        return self._add("show_case", channel, case.text, case.marker)

    async def edit_case(self, message: Ref, case: CaseCard) -> None:
        self._call("edit_case")
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        self.messages[message].text = case.text

    async def tell(self, account: Ref, message: Say, key: str) -> Ref:
        return self._add("tell", account, message.html, message.marker)
