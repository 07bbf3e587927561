"""An answer as a room shows it: each block as plain lines and as HTML.

Texts of feeds and members are shown as they are: nothing in them is read as HTML, nothing calls anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from adapters.matrix.cards import post_content
from adapters.matrix.commands.emoji import NUMBERS
from adapters.matrix.commands.questions import Ask, Values, secret
from adapters.matrix.commands.words import ROOM, as_html, cut, said, size
from adapters.matrix.markup.escaping import harmless
from adapters.matrix.markup.writing import Words
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.locale import Translator
from bot.locale.answers import as_text, quoted, refusal, say, shown
from bot.ports.commands import (
    Address,
    Answer,
    Block,
    Cell,
    Command,
    Document,
    Facts,
    Kind,
    Listing,
    Offer,
    Offers,
    Preview,
)

_SMALL = 2_000  # characters of a document that is shown, and not sent as a file


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """Shows answers in one language and zone; `ask` is what was asked for, `prefix` what typed lines begin with, `find`
    finds a command by its name."""

    t: Translator
    zone: str
    prefix: str
    ask: Ask
    find: Callable[[str], Command]

    def words(self, blocks: Sequence[Block]) -> list[Words]:
        """The blocks one after the other; each of the texts fits into a message."""
        return [each for block in blocks for each in self._words(block)]

    def whole(self, blocks: Sequence[Block]) -> Document:
        """The same words as a file."""
        text = as_text(Answer(blocks=tuple(blocks)), self.t, self.zone)
        return Document(name=f"{self.ask.command.replace(' ', '-')}.txt", media_type="text/plain", text=text)

    def _words(self, block: Block) -> Iterator[Words]:
        match block:
            case Facts():
                yield from self._facts(block)
            case Listing():
                yield from self._listing(block)
            case Preview(card=card):
                post = post_content(card, None)
                yield Words(plain=post["body"], html=post["formatted_body"])
            case Document():
                yield _document(block)
            case Address():
                yield Words(plain=self._text(block), html=_address(self.t.known(block.label), block.url))
            case Offers():
                yield self._offers(block)
            case Sentence():
                yield from (said(each) for each in cut(self._text(block)))

    def _text(self, block: Block) -> str:
        return harmless(as_text(Answer(blocks=(block,)), self.t, self.zone))

    def _title(self, title: Sentence | None) -> str:
        return f"<p><strong>{as_html(say(self.t, title, self.zone))}</strong></p>" if title is not None else ""

    # --- facts ---

    def _facts(self, block: Facts) -> Iterator[Words]:
        lines = "".join(
            f"<li><strong>{as_html(self.t.known(each.label))}</strong>: "
            f"{as_html(shown(self.t, each.value, self.zone, plain=each.plain) or '–')}</li>"
            for each in block.facts
        )
        whole = Words(plain=self._text(block), html=self._title(block.title) + (f"<ul>{lines}</ul>" if lines else ""))
        if size(whole) <= ROOM:
            yield whole
        else:
            yield from (said(each) for each in cut(whole.plain))

    # --- lists ---

    def _listing(self, block: Listing) -> Iterator[Words]:
        """In halves where it is too large for a message; the next page is asked for by a line."""
        whole = Words(plain=self._text(block), html=self._title(block.title) + self._rows(block))
        if size(whole) > ROOM and len(block.rows) > 1:
            middle = len(block.rows) // 2
            yield from self._listing(replace(block, rows=block.rows[:middle], pages=1))
            yield from self._listing(replace(block, rows=block.rows[middle:], title=None))
        elif size(whole) > ROOM:
            yield from (said(each) for each in cut(whole.plain))
        else:
            yield whole
            yield from self._further(block)

    def _rows(self, block: Listing) -> str:
        if not block.rows:
            return f"<p>{as_html(say(self.t, block.empty, self.zone))}</p>"
        pages = self._text(replace(block, rows=(), title=None)).split("\n")[1:] if block.pages > 1 else []
        foot = "".join(f"<p>{as_html(each)}</p>" for each in pages)
        if len(block.columns) <= 2:
            rows = [self._text(replace(block, rows=(row,), title=None, pages=1)) for row in block.rows]
            items = [f"<li>{as_html(each.removeprefix('• '))}</li>" for each in rows]
            return f"<ul>{''.join(items)}</ul>{foot}"
        return self._table(block) + foot

    def _table(self, block: Listing) -> str:
        """Columns in which nothing stands are left out. Where tables are not shown, the spaces and breaks keep cells
        and rows apart; where they are, nobody sees them."""
        used = [at for at, _ in enumerate(block.columns) if any(row[at] not in (None, "") for row in block.rows)] or [0]
        head = _row("th", [as_html(self.t.known(block.columns[at].label)) for at in used])
        rows = "".join(_row("td", [self._cell(block, row[at], at) for at in used]) for row in block.rows)
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"

    def _cell(self, block: Listing, cell: Cell, at: int) -> str:
        column = block.columns[at]
        return as_html(shown(self.t, cell, self.zone, plain=column.plain))

    def _further(self, block: Listing) -> Iterator[Words]:
        command = self.find(self.ask.command)
        if block.page >= block.pages or command.parameter("page") is None or secret(command, self.ask.values):
            return
        values = {**dict(self.ask.values), "page": str(block.page + 1)}
        line = self.line(command.name, tuple(values.items()))
        words = self.t("The next page: {line}", line=line)
        yield Words(plain=harmless(words), html=f"<p>{_with_code(self.t, 'The next page: {line}', line)}</p>")

    # --- offers ---

    def _offers(self, block: Offers) -> Words:
        """The typed lines stand where nothing is formatted: whoever sees formatted text can react, too."""
        question = say(self.t, block.question, self.zone)
        lines, items = [question], []
        for number, offer in zip(NUMBERS, block.offers, strict=False):
            label = say(self.t, offer.label, self.zone)
            line = self._typed(offer)
            lines += [f"{number} {label}", *([f"   {line}"] if line else [])]
            items.append(f"{number} {as_html(label)}")
        return Words(plain=harmless("\n".join(lines)), html=f"<p>{as_html(question)}<br>{'<br>'.join(items)}</p>")

    def _typed(self, offer: Offer) -> str:
        """What could be typed instead; nothing where that would tell a secret."""
        return "" if secret(self.find(offer.command), offer.values) else self.line(offer.command, offer.values)

    def line(self, command: str, values: Values) -> str:
        """A command as it is typed in a room."""
        switches = {each.name for each in self.find(command).parameters if each.kind is Kind.SWITCH}
        words = [_switched(name, value) if name in switches else _named(name, value) for name, value in values]
        return " ".join([self.prefix, command, *words])


def _named(name: str, value: str) -> str:
    return f"--{name} {quoted(value)}"


def _switched(name: str, value: str) -> str:
    """A switch takes no word after its name."""
    return {"yes": f"--{name}", "no": f"--no-{name}"}.get(value, f"--{name}={quoted(value)}")


def refused(t: Translator, why: RequestError, zone: str) -> Words:
    """Why something was refused."""
    return said(refusal(t, why, zone))


def is_file(block: Block) -> bool:
    """Whether a block is sent as a file."""
    return isinstance(block, Document) and len(block.text) > _SMALL


def _row(tag: str, cells: Sequence[str]) -> str:
    *others, last = cells
    return f"<tr>{''.join(f'<{tag}>{each} </{tag}>' for each in others)}<{tag}>{last}<br></{tag}></tr>"


def _document(block: Document) -> Words:
    if is_file(block):
        return said(block.name)
    plain = f"{block.name}\n{block.text}"
    html = f"<p>{as_html(block.name)}</p><pre><code>{escape(block.text, quote=False)}</code></pre>"
    return Words(plain=plain, html=html)


def _address(label: str, url: str) -> str:
    link = f'<a href="{escape(url)}">{as_html(label)}</a>' if as_html(url).startswith("<a ") else ""
    return f"<p>{link or f'{as_html(label)}: {as_html(url)}'}</p>"


def _with_code(t: Translator, key: str, line: str) -> str:
    before, _, after = t(key, line="\0").partition("\0")
    return f"{as_html(before)}<code>{escape(line, quote=False)}</code>{as_html(after)}"
