"""The forms of a document's items, remembered between polls, and what follows for the identity of an entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from bot.domain.links import canonical_link
from bot.domain.model import Entry

_DIGEST = 16
_KEY = 8
_NONE = bytes(_KEY)
_RECORD = _DIGEST + 3 * _KEY


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One item of a document: its form, and keys of what identifies it (eight zeros where it has no such thing)."""

    digest: bytes
    link: bytes
    id: bytes
    title: bytes


def digest_of(*parts: bytes) -> bytes:
    """The form of an item, 16 bytes; the parts are told apart."""
    state = blake2b(digest_size=_DIGEST)
    for part in parts:
        state.update(part)
        state.update(b"\0")
    return state.digest()


def unpack(seen: bytes) -> dict[bytes, Item]:
    """The items of the last poll by their digest; {} where the bytes are none of ours."""
    if len(seen) % _RECORD:
        return {}
    items = (_unpack_one(seen, start) for start in range(0, len(seen), _RECORD))
    return {item.digest: item for item in items}


def _unpack_one(seen: bytes, start: int) -> Item:
    link = start + _DIGEST
    return Item(
        digest=seen[start:link],
        link=seen[link : link + _KEY],
        id=seen[link + _KEY : link + 2 * _KEY],
        title=seen[link + 2 * _KEY : link + 3 * _KEY],
    )


def pack(items: Iterable[Item]) -> bytes:
    """The bytes that `unpack` reads: 40 for an item."""
    return b"".join(item.digest + item.link + item.id + item.title for item in items)


def item_of(digest: bytes, entry: Entry | None) -> Item:
    """What is remembered of an entry; of an item that holds nothing (None) only its form."""
    if entry is None:
        return Item(digest=digest, link=_NONE, id=_NONE, title=_NONE)
    link = canonical_link(entry.link) if entry.link else None
    return Item(digest=digest, link=_key(link), id=_key(entry.id), title=_key(entry.title))


def _key(text: str | None) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=_KEY).digest() if text else _NONE


def settle(entries: Iterable[Entry], document: Sequence[Item]) -> tuple[Entry, ...]:
    """`entries` with what only the whole document can say.

    A canonical link that stands more than once is marked as shared; an id that several items carry with different
    links or titles is none.
    """
    links = Counter(item.link for item in document)
    stories = {(item.id, item.link, item.title) for item in document}
    ids = Counter(story[0] for story in stories)
    return tuple(_settled(entry, document[entry.position], links, ids) for entry in entries)


def _settled(entry: Entry, item: Item, links: Counter[bytes], ids: Counter[bytes]) -> Entry:
    shared = item.link != _NONE and links[item.link] > 1
    ambiguous = item.id != _NONE and ids[item.id] > 1
    if not shared and not ambiguous:
        return entry
    return replace(entry, link_shared=shared, id=None if ambiguous else entry.id)
