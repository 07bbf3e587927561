"""Lists of feeds as OPML 2.0 (http://opml.org/spec2.opml), as other readers write them and as we do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from bot.domain.links import is_web_address
from bot.domain.text import plain_title
from bot.domain.wrong import Wrong
from bot.ports.opml import SETTINGS, Outline
from feeds.cut import without_doctype

OURS = "urn:tribune:opml"
MOST = 10_000  # outlines that are read
LONGEST_TITLE = 300
LONGEST_SETTING = 10_000
_FEED_TYPES = frozenset({"rss", "atom", "feed", "rss1", "rss2", "json", "include", "link"})

_BROKEN = "This is no OPML file that can be read. At line {line}: {reason}"
_OTHER = "This is no OPML file: it begins with <{tag}> instead of <opml>."
_TOO_MANY = "This file has more than {most} feeds. Please split it."


class OpmlDocuments:
    """See `bot.ports.opml.OpmlFiles`."""

    def read(self, text: str) -> Sequence[Outline]:
        root = _root(text)
        outlines: list[Outline] = []
        for each in _outlines(root):
            if len(outlines) == MOST:
                raise Wrong(_TOO_MANY, most=MOST)
            outlines.append(each)
        return outlines

    def write(self, title: str, outlines: Sequence[Outline]) -> str:
        root = etree.Element("opml", version="2.0", nsmap={"tribune": OURS})
        etree.SubElement(etree.SubElement(root, "head"), "title").text = _writable(title)
        body = etree.SubElement(root, "body")
        folders: dict[str, etree._Element] = {}
        for each in outlines:
            place = body if not each.folders else _folder(body, folders, each.folders[0])
            _write(place, each)
        etree.indent(root)
        written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
        return written.decode("utf-8") + "\n"


def _root(text: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(without_doctype(text.lstrip("\ufeff \t\r\n")).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise Wrong(_BROKEN, line=(error.position or (1, 0))[0], reason=error.msg or "?") from error
    if etree.QName(root).localname.lower() != "opml":
        raise Wrong(_OTHER, tag=etree.QName(root).localname)
    return root


def _outlines(root: etree._Element) -> Iterator[Outline]:
    """In the order of the file, without recursion: files may be deeply nested."""
    above: dict[etree._Element, tuple[str, ...]] = {}
    for element in root.iter("{*}outline"):
        parent = element.getparent()
        folders = above.get(parent, ()) if parent is not None else ()
        attributes = {etree.QName(name).localname.lower(): value for name, value in element.attrib.items()}
        title = plain_title(attributes.get("title") or attributes.get("text") or "")[:LONGEST_TITLE]
        address = (attributes.get("xmlurl") or _address_of(attributes)).strip()
        folder = not address and _is_folder(element, attributes)
        above[element] = (*folders, title) if folder and title else folders
        if not folder:
            yield Outline(
                line=_line(element),
                title=title,
                address=address,
                site=attributes.get("htmlurl", ""),
                folders=folders,
                settings=_settings(element),
            )


def _address_of(attributes: dict[str, str]) -> str:
    """Some readers call it `url`; that of a link to a page is none of a feed."""
    url = attributes.get("url", "")
    return url if attributes.get("type", "rss").lower() != "link" and is_web_address(url.strip()) else ""


def _is_folder(element: etree._Element, attributes: dict[str, str]) -> bool:
    return len(element) > 0 and attributes.get("type", "").lower() not in _FEED_TYPES


def _line(element: etree._Element) -> int:
    return int(element.sourceline or 1)


def _settings(element: etree._Element) -> dict[str, str]:
    found = {name: element.get(f"{{{OURS}}}{name}") for name in SETTINGS}
    return {name: value[:LONGEST_SETTING] for name, value in found.items() if value is not None}


def _folder(body: etree._Element, folders: dict[str, etree._Element], name: str) -> etree._Element:
    if name not in folders:
        folders[name] = etree.SubElement(body, "outline", text=_writable(name), title=_writable(name))
    return folders[name]


def _write(place: etree._Element, outline: Outline) -> None:
    title = _writable(outline.title or outline.address)
    element = etree.SubElement(place, "outline", type="rss", text=title, title=title, xmlUrl=_writable(outline.address))
    if outline.site:
        element.set("htmlUrl", _writable(outline.site))
    for name in SETTINGS:
        if name in outline.settings:
            element.set(f"{{{OURS}}}{name}", _writable(outline.settings[name]))


def _writable(text: str) -> str:
    """What XML takes of a text."""
    return "".join(each for each in text if each in "\t\n\r" or (each >= " " and each not in "\ufffe\uffff"))
