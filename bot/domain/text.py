"""Plain text: repair of what publishers' software broke, titles, words."""

from __future__ import annotations

import html
import re
import unicodedata

_WINDOWS_1252 = {
    byte: bytes([byte]).decode("windows-1252", "replace").replace("\ufffd", "") for byte in range(0x80, 0xA0)
}
_C1 = re.compile("[\x80-\x9f]")
_ENCODED_TWICE = re.compile("[\xc2\xc3][\x80-\x9f]|\xe2[\x80-\x84][\x80-\xbf]")
_C1_REFERENCE = re.compile(r"&#(?:0*(1[2-5]\d)|[xX]0*([89][0-9a-fA-F]));")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SUSPECT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # both, in one look
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_VOID_TAG = re.compile(r"<(?:br|wbr|img|hr)\b[^<>]*>", re.IGNORECASE)
_CLOSING = re.compile(
    r"</(a|abbr|b|big|bdi|cite|code|del|div|em|font|h[1-6]|i|ins|kbd|mark|p|q|s|small|span|strong|sub|sup|tt|u)\s*>",
    re.IGNORECASE,
)


def repair(text: str) -> str:
    """`text` as its author meant it: C1 control characters become the windows-1252 punctuation that they stand for.

    So "l\\x92exécutif" keeps its apostrophe, also where it is written `&#146;`. UTF-8 that was taken for latin-1 and
    encoded again is undone where it shows by such characters. What neither XML nor a chat network takes (other control
    characters, lone surrogates) is left out.
    """
    suspect = _SUSPECT.search(text) is not None
    if suspect and _C1.search(text):
        text = _ENCODED_TWICE.sub(_decoded, text).translate(_WINDOWS_1252)
    if "&#" in text:
        text = _C1_REFERENCE.sub(_from_reference, text)
    return _FORBIDDEN.sub("", text) if suspect else text


def _decoded(match: re.Match[str]) -> str:
    return match[0].encode("latin-1").decode("utf-8", "replace")


def _from_reference(match: re.Match[str]) -> str:
    code = int(match[1]) if match[1] else int(match[2], 16)
    return _WINDOWS_1252.get(code, match[0])


def one_line(text: str) -> str:
    """`text` with every run of white space as one space."""
    return _SPACES.sub(" ", text).strip()


def plain_title(text: str) -> str:
    """A title as plain text on one line, also where it was escaped twice or carries markup.

    Inline tags go where they are closed again ("<b>x</b>" is markup), and stay otherwise ("a < b", "List<String>").
    """
    for _ in range(2):
        if "<" in text:
            text = _without_inline_tags(text)
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    if "<" in text:
        text = _without_inline_tags(text)
    return one_line(repair(text))


def _without_inline_tags(text: str) -> str:
    text = _VOID_TAG.sub(" ", text)
    for name in {match[1].lower() for match in _CLOSING.finditer(text)}:
        text = re.sub(rf"</?{name}(?:\s[^<>]*)?\s*/?>", " " if name in {"p", "div"} else "", text, flags=re.IGNORECASE)
    return text


def words(text: str) -> list[str]:
    """The words of `text` for comparison: compatibility forms folded, without case, accents kept."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut between words and marked with "…" where something is missing."""
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)]
    if not text[len(cut) : len(cut) + 1].isspace():
        head, space, _ = cut.rpartition(" ")
        if space and len(head) * 2 >= len(cut):
            cut = head
    return cut.rstrip(" ,;:.–—-") + "…"
