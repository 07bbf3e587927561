"""An answer as Discord shows it: embeds, buttons and files, each message within Discord's limits.

Texts of feeds and members are shown as they are: nothing in them is read as markdown, nothing calls anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import discord

from adapters.discord.cards import fitting, post_embed
from adapters.discord.custom_ids import custom_id
from adapters.discord.interactions.definitions import shortened
from adapters.discord.interactions.presses import LEAVE, Ask, Presses
from adapters.discord.markup import escape, escape_line
from bot.domain.links import is_web_address
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.locale import Translator
from bot.locale.answers import as_text, refusal, say, shown
from bot.ports.commands import (
    Address,
    Answer,
    Block,
    Command,
    Document,
    Facts,
    Listing,
    Offer,
    Offers,
    Preview,
)

LONGEST_TITLE = 256
LONGEST_DESCRIPTION = 4096
LONGEST_VALUE = 1024
LONGEST_BUTTON = 80
LONGEST_LINK = 512
LONGEST_MESSAGE = 6000
MOST_FIELDS = 25
MOST_EMBEDS = 10
MOST_MESSAGES = 4
MOST_BUTTONS = 25

_NOTHING = "–"  # Discord takes no empty message

COLOUR = 0x2F6F8F
REFUSED = 0xB3261E
ASKED = 0xB26A00


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """A button: `carried` is what a press hands back, `url` what it opens instead."""

    label: str
    carried: str | None = None
    url: str | None = None
    style: discord.ButtonStyle = discord.ButtonStyle.secondary


@dataclass(frozen=True, kw_only=True, slots=True)
class Attached:
    """A file to be kept."""

    name: str
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One message."""

    embeds: tuple[discord.Embed, ...] = ()
    buttons: tuple[Button, ...] = ()
    files: tuple[Attached, ...] = ()


def sentence(text: str, colour: int = COLOUR) -> Shown:
    """A plain text as one message."""
    return Shown(embeds=(discord.Embed(description=fitting(text, LONGEST_DESCRIPTION), colour=colour),))


def refused(t: Translator, why: RequestError, zone: str) -> Shown:
    """Why something was refused."""
    return sentence(refusal(t, why, zone), REFUSED)


def question(t: Translator, asked: RequestError, zone: str, ask: Ask, presses: Presses) -> Shown:
    """What is asked before something is done that cannot be undone."""
    yes = Button(
        label=t("Yes, do it"),
        carried=presses.write(replace(ask, confirmed=True)),
        style=discord.ButtonStyle.danger,
    )
    said = sentence(refusal(t, asked, zone), ASKED)
    return replace(said, buttons=(yes, Button(label=t("Leave it"), carried=custom_id(LEAVE, ""))))


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """Shows answers to one reader; `ask` is what was asked for."""

    t: Translator
    zone: str
    command: Command
    ask: Ask
    presses: Presses

    def messages(self, answer: Answer) -> list[Shown]:
        """The messages that make up an answer, at least one; a very long one is a file."""
        embeds = [each for block in answer.blocks for each in self._embeds(block)]
        packed = list(_packed(embeds))
        if len(packed) > MOST_MESSAGES:
            return [replace(self._as_file(answer), buttons=self._buttons(answer))]
        messages = [Shown(embeds=tuple(each)) for each in packed] or [sentence(_NOTHING)]
        messages[-1] = replace(messages[-1], buttons=self._buttons(answer), files=tuple(_files(answer)))
        return messages

    def _as_file(self, answer: Answer) -> Shown:
        """The same words in a file, and beside it the files that belong to the answer."""
        blocks = tuple(each for each in answer.blocks if not isinstance(each, Document))
        text = as_text(Answer(blocks=blocks), self.t, self.zone)
        file = Attached(name=f"{self.command.name.replace(' ', '-')}.txt", body=_encoded(text))
        said = sentence(self.t("The answer is long: all of it is in the file."))
        return replace(said, files=(file, *_files(answer)))

    # --- blocks ---

    def _embeds(self, block: Block) -> list[discord.Embed]:
        match block:
            case Facts():
                return self._facts(block)
            case Listing():
                return self._listing(block)
            case Preview(card=card):
                return [post_embed(card)]
            case Document():
                return _texts(escape(block.name))
            case Address() if _opens(block):
                return _texts(escape(self.t.known(block.label)))
            case Offers():
                return _texts("\n".join(self._offers(block)))
        return _texts(escape(as_text(Answer(blocks=(block,)), self.t, self.zone)))

    def _facts(self, block: Facts) -> list[discord.Embed]:
        title = say(self.t, block.title, self.zone) if block.title is not None else None
        fields = [
            (
                escape_line(self.t.known(each.label)),
                escape(shown(self.t, each.value, self.zone, plain=each.plain)) or "–",
            )
            for each in block.facts
        ]
        if len(fields) > MOST_FIELDS or any(
            len(label) > LONGEST_TITLE or len(value) > LONGEST_VALUE for label, value in fields
        ):
            body = as_text(Answer(blocks=(replace(block, title=None),)), self.t, self.zone)
            return _texts(escape(body), title)
        if not fields:
            return _texts("", title)
        (embed, *_) = _texts("", title) or [discord.Embed(colour=COLOUR)]
        for label, value in fields:
            embed.add_field(name=label, value=value)
        return [embed] if len(embed) <= LONGEST_MESSAGE else _texts(_as_lines(fields), title)

    def _listing(self, block: Listing) -> list[discord.Embed]:
        title = say(self.t, block.title, self.zone) if block.title is not None else None
        body = as_text(Answer(blocks=(replace(block, title=None, pages=1),)), self.t, self.zone)
        embeds = _texts(escape(body), title)
        if block.pages > 1:
            page = self.t(
                "Page {page} of {pages}, {total} in all",
                page=block.page,
                pages=block.pages,
                total=self.t.number(block.total),
            )
            embeds[-1].set_footer(text=page)
        return embeds

    def _offers(self, block: Offers) -> Iterator[str]:
        """The buttons' words are cut where they are long; here they stand whole."""
        yield escape(say(self.t, block.question, self.zone))
        for number, offer in enumerate(block.offers, 1):
            yield f"{number}. {escape_line(say(self.t, offer.label, self.zone))}"

    # --- buttons ---

    def _buttons(self, answer: Answer) -> tuple[Button, ...]:
        """What can be pressed below an answer; what carries the same is one button."""
        made = [each for block in answer.blocks for each in self._buttons_of(block)]
        return tuple({each.carried or each.url: each for each in made}.values())[:MOST_BUTTONS]

    def _buttons_of(self, block: Block) -> Iterator[Button]:
        match block:
            case Listing() if self.command.parameter("page") is not None:
                if block.page > 1:
                    yield Button(label="◀", carried=self._page(block.page - 1))
                if block.page < block.pages:
                    yield Button(label="▶", carried=self._page(block.page + 1))
            case Offers():
                for number, offer in enumerate(block.offers, 1):
                    label = shortened(f"{number}. {say(self.t, offer.label, self.zone)}", LONGEST_BUTTON)
                    yield Button(label=label, carried=self.presses.write(_asked(offer)))
            case Address() if _opens(block):
                label = shortened(self.t.known(block.label), LONGEST_BUTTON)
                yield Button(label=label, url=block.url)

    def _page(self, page: int) -> str:
        values = dict(self.ask.values) | {"page": str(page)}
        return self.presses.write(replace(self.ask, values=tuple(values.items())))


def _asked(offer: Offer) -> Ask:
    return Ask(command=offer.command, values=offer.values)


def _opens(address: Address) -> bool:
    return is_web_address(address.url) and len(address.url) <= LONGEST_LINK


def _as_lines(fields: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{label}: {value}" for label, value in fields)


def _texts(text: str, title: str | None = None) -> list[discord.Embed]:
    """A text, already escaped, as embeds that can each hold their part; the title stands above the first."""
    escaped = escape_line(title) if title is not None else None
    if escaped is not None and len(escaped) > LONGEST_TITLE:
        text, escaped = f"**{escaped}**\n{text}", None
    embeds = [discord.Embed(description=part, colour=COLOUR) for part in _parts(text, LONGEST_DESCRIPTION)]
    if escaped is not None:
        embeds = embeds or [discord.Embed(colour=COLOUR)]
        embeds[0].title = escaped
    return embeds


def _parts(text: str, most: int) -> Iterator[str]:
    """The text in parts, cut between lines where that is possible."""
    left = text
    while len(left) > most:
        cut = left.rfind("\n", 0, most) if "\n" in left[1:most] else _between_signs(left, most)
        yield left[:cut]
        left = left[cut:].removeprefix("\n")
    if left.strip():
        yield left


def _between_signs(text: str, most: int) -> int:
    """A place to cut that keeps a backslash with what it escapes."""
    slashes = len(text[:most]) - len(text[:most].rstrip("\\"))
    return most - slashes % 2


def _packed(embeds: Sequence[discord.Embed]) -> Iterator[list[discord.Embed]]:
    message: list[discord.Embed] = []
    for embed in embeds:
        full = sum(len(each) for each in message) + len(embed) > LONGEST_MESSAGE
        if message and (full or len(message) == MOST_EMBEDS):
            yield message
            message = []
        message.append(embed)
    if message:
        yield message


def _files(answer: Answer) -> Iterator[Attached]:
    for block in answer.blocks:
        if isinstance(block, Document):
            yield Attached(name=block.name, body=_encoded(block.text))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def told(t: Translator, said: Sentence, zone: str) -> Shown:
    """A message of the catalogue as one message."""
    return sentence(say(t, said, zone))
