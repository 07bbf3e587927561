"""Feeds made of invented words: RSS 2.0 and Atom in turn, 40 to 80 KB, 20 to 50 entries with full content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from random import Random

SPARE = 12  # entries that are not published yet, one for each generation
SMALLEST, LARGEST = 41_000, 74_000  # bytes of a document
FEWEST, MOST = 20, 50  # entries of a document
BEGAN = datetime(2026, 1, 5, 6, tzinfo=UTC)
_PARAGRAPHS = 400
_ONSETS = ("b", "br", "d", "dr", "f", "g", "gl", "k", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "v", "z")
_VOWELS = ("a", "e", "i", "o", "u", "é", "ai", "ou")
_ENDS = ("", "", "n", "r", "s", "l", "t")


class Words:
    """Words, sentences and paragraphs that no language knows."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._words = [self._word() for _ in range(1500)]
        self._stock = [self._paragraph() for _ in range(_PARAGRAPHS)]

    def title(self) -> str:
        return " ".join(self._random.choices(self._words, k=7)).capitalize()

    def html(self, size: int) -> str:
        """Paragraphs with links and emphasis, of about `size` characters."""
        parts: list[str] = []
        while (left := size - sum(map(len, parts))) > 0:
            paragraph = self._random.choice(self._stock)
            parts.append(paragraph if len(paragraph) <= left + 100 else f"<p>{self.title()}.</p>")
        return "\n".join(parts)

    def _word(self) -> str:
        choice = self._random.choice
        syllables = (choice(_ONSETS) + choice(_VOWELS) + choice(_ENDS) for _ in range(self._random.randint(1, 3)))
        return "".join(syllables)

    def _paragraph(self) -> str:
        words = self._random.choices(self._words, k=self._random.randint(25, 70))
        words[3] = f"<em>{words[3]}</em>"
        words[9] = f'<a href="https://words.example/{words[9].encode().hex()}">{words[9]}</a>'
        return f"<p>{' '.join(words).capitalize()}.</p>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A feed through all its generations: `entries` are the bytes of all its entries, newest first."""

    atom: bool
    number: int
    entries: bytes
    starts: tuple[int, ...]  # of each entry, and the end of the last
    shown: int  # how many entries a document holds

    def parts(self, generation: int) -> tuple[bytes, memoryview, bytes]:
        """Head, entries and tail of a document; each generation has one entry more at its top, and drops the last."""
        first = SPARE - generation
        body = memoryview(self.entries)[self.starts[first] : self.starts[first + self.shown]]
        return self._head(generation), body, b"</feed>\n" if self.atom else b"</channel></rss>\n"

    def body(self, generation: int) -> bytes:
        """The whole document."""
        return b"".join(self.parts(generation))

    def _head(self, generation: int) -> bytes:
        moment = BEGAN + timedelta(minutes=generation)
        home, title = f"https://paper{self.number}.example/", f"Paper {self.number}"
        if self.atom:
            return (
                '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
                f'<title>{title}</title><id>{home}</id><link href="{home}"/>'
                f"<updated>{moment:%Y-%m-%dT%H:%M:%SZ}</updated>\n"
            ).encode()
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<channel><title>{title}</title><link>{home}</link><description>{title}</description>"
            f"<language>en</language><lastBuildDate>{format_datetime(moment)}</lastBuildDate>\n"
        ).encode()


def documents(count: int, seed: int) -> Sequence[Document]:
    """`count` feeds, the same for the same seed."""
    random = Random(seed)
    words = Words(random)
    return [_document(number, words, random) for number in range(count)]


def _document(number: int, words: Words, random: Random) -> Document:
    atom, shown = number % 2 == 1, random.randint(FEWEST, MOST)
    size = random.randint(SMALLEST, LARGEST) // shown
    make = _atom_entry if atom else _rss_item
    entries, starts = bytearray(), [0]
    for place in range(SPARE + shown):
        at = BEGAN + timedelta(minutes=SPARE - place) if place < SPARE else BEGAN - timedelta(hours=place)
        entries += make(f"https://paper{number}.example/story/{SPARE + shown - place}", at, words, size)
        starts.append(len(entries))
    return Document(atom=atom, number=number, entries=bytes(entries), starts=tuple(starts), shown=shown)


def _rss_item(link: str, at: datetime, words: Words, size: int) -> bytes:
    head = (
        f'<item><title>{words.title()}</title><link>{link}</link><guid isPermaLink="true">{link}</guid>'
        f"<pubDate>{format_datetime(at)}</pubDate><dc:creator>{words.title()[:18]}</dc:creator>"
        f"<category>{words.title()[:9]}</category><description>{words.title()}</description>"
    )
    room = max(size - len(head) - 60, 100)
    return f"{head}<content:encoded><![CDATA[{words.html(room)}]]></content:encoded></item>\n".encode()


def _atom_entry(link: str, at: datetime, words: Words, size: int) -> bytes:
    moment = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    head = (
        f'<entry><title>{words.title()}</title><id>{link}</id><link rel="alternate" href="{link}"/>'
        f"<published>{moment}</published><updated>{moment}</updated><author><name>{words.title()[:18]}</name></author>"
        f'<category term="{words.title()[:9]}"/><summary>{words.title()}</summary>'
    )
    room = max(size - len(head) - 60, 100)
    return f'{head}<content type="html">{escape(words.html(round(room * 0.95)))}</content></entry>\n'.encode()
