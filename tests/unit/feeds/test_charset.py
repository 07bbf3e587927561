"""From bytes to text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.charset import decode

_TEXT = "<a>l’exécutif “oui” — 12 €</a>"
_LATIN = "<a>déjà vu</a>"


def _declared(encoding: str, body: bytes) -> bytes:
    return f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + body


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        pytest.param(_TEXT.encode(), None, _TEXT, id="UTF-8, nothing declared"),
        pytest.param(_TEXT.encode(), "text/xml; charset=iso-8859-1", _TEXT, id="UTF-8 declared as latin-1"),
        pytest.param(_TEXT.encode("cp1252"), None, _TEXT, id="windows-1252, nothing declared"),
        pytest.param(_TEXT.encode("cp1252"), "text/xml; charset=utf-8", _TEXT, id="windows-1252 declared as UTF-8"),
        pytest.param(_TEXT.encode("cp1252"), "text/xml; charset=ISO-8859-1", _TEXT, id="declared as latin-1"),
        pytest.param(_LATIN.encode("iso-8859-15"), 'text/xml; charset="iso-8859-15"', _LATIN, id="latin-9"),
        pytest.param("<a>да</a>".encode("koi8-r"), "text/xml;charset=koi8-r", "<a>да</a>", id="koi8-r"),
        pytest.param("<a>漢</a>".encode("gb18030"), "text/xml;charset=gb2312", "<a>漢</a>", id="gb2312 means gb18030"),
        pytest.param("<a>漢</a>".encode("iso2022_jp"), "text/xml;charset=iso-2022-jp", "<a>漢</a>", id="seven bits"),
        pytest.param(codecs.BOM_UTF8 + _TEXT.encode(), None, _TEXT, id="UTF-8 with a mark"),
        pytest.param(codecs.BOM_UTF16_LE + _TEXT.encode("utf-16-le"), None, _TEXT, id="UTF-16 with a mark"),
        pytest.param(_TEXT.encode("utf-16-be"), None, _TEXT, id="UTF-16 without a mark"),
        pytest.param("<a>é</a>".encode() + "<b>é</b>".encode("cp1252"), None, "<a>é</a><b>é</b>", id="a mixture"),
        pytest.param(b"<a>\xe9</a>", "text/xml; charset=rot13", "<a>é</a>", id="no encoding of text"),
        pytest.param(b"<a>\xe9</a>", "text/xml; charset=no-such", "<a>é</a>", id="unknown"),
    ],
)
def test_decode(body: bytes, content_type: str | None, text: str) -> None:
    assert decode(body, content_type) == text


def test_the_declaration_in_the_document_is_read() -> None:
    assert decode(_declared("koi8-r", "<a>да</a>".encode("koi8-r")), None).endswith("<a>да</a>")


def test_http_comes_before_the_document() -> None:
    assert decode(_declared("koi8-r", b"<a>\xe9</a>"), "text/xml; charset=latin-1").endswith("<a>é</a>")


@given(st.binary(), st.one_of(st.none(), st.text(max_size=30).map("text/xml; charset={}".format)))
def test_decoding_never_fails(body: bytes, content_type: str | None) -> None:
    decode(body, content_type)
