"""From a document's bytes to its text, whatever its publisher says about its encoding."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_SUPERSETS = {
    "ascii": "windows-1252",
    "iso8859-1": "windows-1252",
    "iso8859-9": "windows-1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_SEVEN_BIT = ("iso2022", "hz")
_XML_DECLARATION = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_HTTP_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]+)""", re.IGNORECASE)


def decode(body: bytes, content_type: str | None) -> str:
    """The text of a document; never fails.

    A byte order mark rules. Then UTF-8, where the bytes are UTF-8: wrong declarations are far more common than
    other text that happens to be valid UTF-8. Then what HTTP or the XML declaration says, read as the superset that
    browsers read (WHATWG Encoding Standard: latin-1 means windows-1252). Else UTF-8 with the bytes that it does not
    allow taken for windows-1252, which is right for windows-1252 and for a mixture of both.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _WIDE_STARTS:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    declared = _declared(body, content_type)
    if declared is None or not declared.startswith(_SEVEN_BIT):
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return _decode_declared(body, declared)


def _decode_declared(body: bytes, declared: str | None) -> str:
    if declared is not None and declared != "utf-8":
        try:
            return body.decode(declared)
        except (UnicodeDecodeError, LookupError):
            pass
    return body.decode("utf-8", "tribune-windows-1252")


def _declared(body: bytes, content_type: str | None) -> str | None:
    in_http = _HTTP_CHARSET.search(content_type) if content_type else None
    in_xml = _XML_DECLARATION.match(body[:512])
    for name in (in_http[1] if in_http else None, in_xml[1].decode("ascii") if in_xml else None):
        known = _text_encoding(name) if name else None
        if known is not None and known != "utf-8":
            return known
    return None


def _text_encoding(name: str) -> str | None:
    """Python's name of a text encoding, None for what is unknown or no encoding of text (`rot13`, `zip`, `idna`)."""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    known = info.name
    if not getattr(info, "_is_text_encoding", True) or known in {"idna", "punycode", "utf-7", "undefined"}:
        return None
    if known.startswith(("utf-16", "utf-32", "unicode", "raw")):  # the bytes would have begun otherwise
        return None
    return _SUPERSETS.get(known, known)


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("windows-1252", "replace"), error.end


codecs.register_error("tribune-windows-1252", _as_windows_1252)
