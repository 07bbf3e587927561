"""Cutting a well-formed feed into its items, without reading what is in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from feeds.errors import NotAFeed
from feeds.seen import digest_of

_XML = "{http://www.w3.org/XML/1998/namespace}"
_FEED_NAMESPACES = frozenset(
    {
        "",
        "http://backend.userland.com/rss",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://purl.org/atom/ns#",
        "http://www.w3.org/2005/atom",
    }
)
_DOCTYPE = re.compile(
    r"<!DOCTYPE(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*+"
    r"(?:\[(?:<!--(?:[^-]|-(?!->))*+-->|[^\]\"']|\"[^\"]*\"|'[^']*')*+\]\s*+)?+>",
    re.IGNORECASE,
)
_ROOT = re.compile(r"<[^\W\d]")


@dataclass(kw_only=True, slots=True)
class CutFeed:
    """A parsed document and its outermost items, in their order, each with the digest of its form."""

    root: etree._Element
    items: list[etree._Element]
    digests: list[bytes]

    def with_only(self, positions: Collection[int]) -> bytes:
        """The document with the same head and only the items at `positions`; can be asked once."""
        for position, item in enumerate(self.items):
            if position in positions:
                continue
            parent = item.getparent()
            if parent is None:  # an Atom entry as a document of its own
                return b"<feed/>"
            parent.remove(item)
        return _serialised(self.root)


def without_doctype(text: str) -> str:
    """`text` without its document type: no entity of it can be expanded, nothing can be fetched for it."""
    root = _ROOT.search(text)
    head = text[: root.start()] if root else text
    if "<!doctype" not in head.lower():
        return text
    return _DOCTYPE.sub("", text, count=1)


def cut(text: str) -> CutFeed | None:
    """The items of a document from which the document type was taken, None where it is not well-formed.

    An item's form is its serialisation, which holds the namespaces that it inherits, with the language and the base
    address that it inherits.

    Raises NotAFeed where elements are nested deeper than libxml2 allows (256).
    """
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), _parser())
    except etree.XMLSyntaxError as error:
        if "xcessive depth" in str(error):
            raise NotAFeed("its elements are nested too deeply to be a feed") from error
        return None
    items = list(_items(root))
    return CutFeed(root=root, items=items, digests=_digests(items))


def balanced(text: str) -> bytes | None:
    """A document that is not well-formed with its tags opened and closed by libxml2's guess; None without any."""
    root = etree.fromstring(text.encode("utf-8", "replace"), _parser(recover=True))
    return None if root is None else _serialised(root)


def _parser(*, recover: bool = False) -> etree.XMLParser:
    """One for each document: a parser that failed remembers it in its log."""
    return etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )


def _items(root: etree._Element) -> Iterator[etree._Element]:
    inside: set[etree._Element] = set()
    for element in root.iter("{*}item", "{*}entry"):
        if not _in_feed_namespace(element):
            continue
        if inside and any(ancestor in inside for ancestor in element.iterancestors()):
            continue
        inside.add(element)
        yield element


def _in_feed_namespace(element: etree._Element) -> bool:
    if element.prefix is None:
        return True
    namespace = etree.QName(element).namespace or ""
    return namespace.lower() in _FEED_NAMESPACES


def _digests(items: Iterable[etree._Element]) -> list[bytes]:
    inherited: dict[etree._Element | None, bytes] = {}
    digests = []
    for item in items:
        parent = item.getparent()
        if parent not in inherited:
            inherited[parent] = _inherited(item)
        digests.append(digest_of(_serialised(item), inherited[parent]))
    return digests


def _inherited(item: etree._Element) -> bytes:
    """The language and the base addresses of what an item stands in."""
    bases, language = [], ""
    for ancestor in item.iterancestors():
        base = ancestor.get(_XML + "base") or ancestor.get("base")
        if base:
            bases.append(base)
        language = language or ancestor.get(_XML + "lang") or ""
    return "\n".join([language, *bases]).encode("utf-8", "replace")


def _serialised(element: etree._Element) -> bytes:
    written: bytes = etree.tostring(element, encoding="utf-8", xml_declaration=False, with_tail=False)
    return written
