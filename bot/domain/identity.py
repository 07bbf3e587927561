"""What an article is recognised by, and when two revisions say the same."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable
from hashlib import blake2b

from bot.domain.html import plain_text
from bot.domain.links import canonical_link
from bot.domain.model import Alias, AliasKind, Content, Entry, FeedId
from bot.domain.text import words

FINGERPRINT_WORDS = 200
TELLING_WORDS = 8


def link_key(link: str) -> bytes:
    """The alias key of a canonical link, the same for all feeds."""
    return _key("link", link)


def aliases_of(entry: Entry, feed_id: FeedId, *, owned: bool = False) -> tuple[Alias, ...]:
    """What `entry` can be recognised by, the surest first; never empty.

    A link that stands twice in the document identifies nothing, nor does a bare home page, nor do a few words
    ("Update") where there is anything surer. A link of an owned feed identifies within that feed only: what its
    credentials open is shown to nobody who has found the address elsewhere.
    """
    found: list[Alias] = []
    if entry.id:
        found.append(Alias(kind=AliasKind.ID, key=_key("id", str(feed_id), entry.id)))
    link = canonical_link(entry.link) if entry.link and not entry.link_shared else None
    if link and owned:
        found.append(Alias(kind=AliasKind.ID, key=_owned_link_key(link, feed_id)))
    elif link:
        found.append(Alias(kind=AliasKind.LINK, key=link_key(link)))
    said = [*words(entry.title), "", *words(plain_text(entry.content or entry.summary))[:FINGERPRINT_WORDS]]
    if len(said) > TELLING_WORDS or not found:
        found.append(Alias(kind=AliasKind.FINGERPRINT, key=_key("fingerprint", str(feed_id), " ".join(said))))
    return tuple(found)


def disowned_links(entries: Iterable[Entry], feed_id: FeedId, *, owned: bool = False) -> frozenset[bytes]:
    """The keys of links that several items of one document share: from now on they identify nothing."""
    links = (canonical_link(entry.link) for entry in entries if entry.link and entry.link_shared)
    return frozenset(_owned_link_key(link, feed_id) if owned else link_key(link) for link in links if link)


def digest_of(content: Content) -> bytes:
    """16 bytes that change when readers would see a change; dates alone are none."""
    parts = (
        content.title,
        content.link or "",
        content.author or "",
        content.summary,
        content.body,
        content.image or "",
        "\x1f".join(content.categories),
    )
    return _key("content", *parts)


def marker_of(aliases: Iterable[Alias]) -> str:
    """Ten characters that are the same whenever the story is found anew, even in a restored database.

    Links come first: they are what several feeds, and a feed after it renumbered its items, have in common.
    """
    order = {AliasKind.LINK: 0, AliasKind.ID: 1, AliasKind.FINGERPRINT: 2}
    first = min(aliases, key=lambda alias: order[alias.kind])
    return b32encode(first.key).decode().lower()[:10]


def _owned_link_key(link: str, feed_id: FeedId) -> bytes:
    return _key("owned link", str(feed_id), link)


def _key(*parts: str) -> bytes:
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
