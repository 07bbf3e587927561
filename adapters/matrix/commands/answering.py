"""Commands, as they are asked for in rooms: run for who asks, and answered there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.matrix.commands.answers import Showing, is_file, refused
from adapters.matrix.commands.discretion import parted
from adapters.matrix.commands.documents import Documents
from adapters.matrix.commands.emoji import NO, NUMBERS, YES
from adapters.matrix.commands.questions import Ask, Choice, Leave, Question, Questions
from adapters.matrix.commands.replies import Replies
from adapters.matrix.commands.spot import Spot
from adapters.matrix.commands.visitor import Reception, Visitor
from adapters.matrix.commands.words import packed, said
from adapters.matrix.markers import ASKS
from adapters.matrix.markup.writing import Words
from adapters.matrix.seeds import Seeds
from bot.errors import NetworkError, RequestError
from bot.locale import LANGUAGES, Translator, translator
from bot.locale.answers import refusal
from bot.ports.chat import Place
from bot.ports.commands import Answer, Block, Caller, Command, Commands, Document, Kind, Line, Offers, Unconfirmed

MOST_REMEMBERED = 1000
MOST_MESSAGES = 4
LAST = 999  # the number of a message after which nothing more is said

_BROKEN = "Something went wrong here. Nobody can say whether it was done: please look before you try again."
_NO_BUSINESS = (
    "There is nothing that I could do here yet: the operator of this Tribune has not let this room in. They can: "
    "tribune server admit {ref}"
)
_UNREADABLE = (
    "This cannot be understood, and holds a password: so it was taken away where I may do that. A password with spaces "
    "in it stands in quotation marks. Please write it anew."
)
_GREETING = "I am Tribune. Write “{line}” to see what you can ask me for here."
_LONG = "The answer is long: all of it is in the file."
_PRESS = "{yes} does it, {no} leaves it."
_CHOOSE = "A reaction with its number chooses."


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """Who asked, who that is here, and where the answer goes."""

    who: Visitor
    place: Place
    caller: Caller
    at: Spot

    @property
    def t(self) -> Translator:
        """Says things in the language of the place."""
        return translator(self.place.language)


class Answering:
    """Answers. Raises NetworkError, StorageError, and what is a bug after who waits was told that something broke."""

    def __init__(
        self,
        commands: Commands,
        reception: Reception,
        replies: Replies,
        documents: Documents,
        seeds: Seeds,
        questions: Questions,
    ) -> None:
        self._commands = commands
        self._reception = reception
        self._replies = replies
        self._documents = documents
        self._seeds = seeds
        self._questions = questions
        self._turned_away: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def line(self, who: Visitor, at: Spot, line: str, answered: str | None) -> None:
        """A line that was typed; `answered` is the message that it is a reply to: it may be a file."""
        place = await self._reception.place(who)
        if place is None:
            await self._turn_away(who, at)
            return
        async with self._spoken(at, place):
            if not line:
                t = translator(place.language)
                await self._replies.say(at, [said(t(_GREETING, line=f"{self._commands.prefix} help"))])
                return
            read = await self._read(at, line)
            ask = await self._with_file(who.room, answered, read)
            if _tells_secrets(read):
                await self._replies.withdraw(at)
            caller = await self._reception.caller(who, place)
            await self.answer(Setting(who=who, place=place, caller=caller, at=at), ask)

    async def _read(self, at: Spot, line: str) -> Line:
        """A line that cannot be read may hold a secret all the same, in whichever of its words."""
        try:
            return self._commands.read_line(line)
        except RequestError as refused:
            if not _names_secret(line, self._commands.all()):
                raise
            await self._replies.withdraw(at)
            raise RequestError(_UNREADABLE) from refused

    async def _turn_away(self, who: Visitor, at: Spot) -> None:
        """Once each."""
        met = (who.room, who.user)
        if met not in self._turned_away:
            self._turned_away[met] = None
            if len(self._turned_away) > MOST_REMEMBERED:
                self._turned_away.popitem(last=False)
            t = translator(LANGUAGES[0])
            await self._replies.say(at, [said(t(_NO_BUSINESS, ref=await self._reception.server(who)))])

    async def _with_file(self, room: str, answered: str | None, read: Line) -> Ask:
        """What is asked for, with the text of the file that the line is a reply to where the command takes one."""
        given = dict(read.values)
        for parameter in read.command.parameters:
            if answered is not None and parameter.kind is Kind.FILE and parameter.name not in given:
                text = await self._documents.text(room, answered)
                given |= {parameter.name: text} if text is not None else {}
        return Ask(command=read.command.name, values=tuple(given.items()), confirmed=read.confirmed)

    async def chosen(self, who: Visitor, at: Spot, ask: Ask, *, quietly: bool = False) -> bool:
        """What a reaction asks for; False where it was refused. `quietly`: what is done is not said, as it is shown
        elsewhere."""
        place = await self._reception.place(who)
        if place is None:
            return False
        async with self._spoken(at, place):
            caller = await self._reception.caller(who, place)
            return await self.answer(Setting(who=who, place=place, caller=caller, at=at), ask, quietly=quietly)
        return False

    async def answer(self, setting: Setting, ask: Ask, *, quietly: bool = False) -> bool:
        """Do what is asked for and say the answer, or the question that comes first; False where it was refused."""
        caller, t = setting.caller, setting.t
        work = self._commands.run(caller, ask.command, dict(ask.values), confirmed=ask.confirmed)
        try:
            answer = await self._replies.beside(setting.at, work)
        except Unconfirmed as asked:
            await self._confirm(setting, ask, asked)
        except RequestError as why:
            await self._replies.say(setting.at, [refused(t, why, caller.zone)])
            return False
        else:
            if not quietly:
                await self._say(setting, ask, answer)
        return True

    async def _say(self, setting: Setting, ask: Ask, answer: Answer) -> None:
        caller, t = setting.caller, setting.t
        showing = Showing(t=t, zone=caller.zone, prefix=self._commands.prefix, ask=ask, find=self._commands.find)
        here, private = parted(self._commands.find(ask.command), answer, setting.place)
        if private:
            words, files = _sent(showing, private)
            await self._replies.tell(setting.at, setting.who.who.ref, t, words, files)
        if here or not private:
            words, files = _sent(showing, [each for each in here if not isinstance(each, Offers)])
            await self._replies.say(setting.at, words, files)
        for number, block in enumerate(each for each in here if isinstance(each, Offers)):
            await self._offer(setting, showing, block, number)

    # --- questions ---

    async def _confirm(self, setting: Setting, ask: Ask, asked: Unconfirmed) -> None:
        t = setting.t
        does: dict[str, Choice] = {YES: Ask(command=ask.command, values=ask.values, confirmed=True), NO: Leave()}
        text = f"{refusal(t, asked, setting.caller.zone)}\n{t(_PRESS, yes=YES, no=NO)}"
        await self._ask(setting, said(text), does, 0)

    async def _offer(self, setting: Setting, showing: Showing, block: Offers, number: int) -> None:
        does: dict[str, Choice] = {
            emoji: Ask(command=each.command, values=each.values)
            for emoji, each in zip(NUMBERS, block.offers, strict=False)
        }
        hint = setting.t(_CHOOSE)
        (words,) = showing.words([block])
        both = Words(plain=f"{words.plain}\n{hint}", html=f"{words.html}<p>{hint}</p>")
        await self._ask(setting, both, does, 100 + number)

    async def _ask(self, setting: Setting, words: Words, does: dict[str, Choice], number: int) -> None:
        asks = self._questions.write(Question(does=does, of=setting.who.user))
        sent = await self._replies.send(setting.at, words, number, **{ASKS: asks})
        await self._seeds.put(setting.at.room, sent, does)

    # ---

    @asynccontextmanager
    async def _spoken(self, at: Spot, place: Place) -> AsyncIterator[None]:
        """What is refused within is said; so is that something broke, which is raised all the same."""
        t = translator(place.language)
        try:
            yield
        except RequestError as why:
            await self._replies.say(at, [refused(t, why, place.zone)])
        except NetworkError:
            raise  # it is the way back itself that is broken
        except Exception:
            await self._replies.send(at, said(t(_BROKEN)), LAST)  # where something was said already, too
            raise


def _names_secret(line: str, known: Iterable[Command]) -> bool:
    """Whether a line names a parameter that is a secret for some command."""
    names = {each.name for command in known for each in command.parameters if each.kind is Kind.SECRET}
    return any(f"--{name}" in line.casefold() for name in names)


def _tells_secrets(read: Line) -> bool:
    given = {name for name, _ in read.values}
    return any(each.kind is Kind.SECRET and each.name in given for each in read.command.parameters)


def _sent(showing: Showing, blocks: Sequence[Block]) -> tuple[list[Words], list[Document]]:
    """The texts and the files that blocks are sent as; very many texts are one more file."""
    files = [each for each in blocks if isinstance(each, Document) and is_file(each)]
    words = showing.words(blocks)
    if len(list(packed(words))) <= MOST_MESSAGES:
        return words, files
    told = [each for each in blocks if not isinstance(each, Document)]
    return [said(showing.t(_LONG))], [showing.whole(told), *files]
