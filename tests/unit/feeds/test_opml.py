"""OPML files, as other readers write them, as we do, and as nobody should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.wrong import Wrong
from bot.ports.opml import SETTINGS, Outline
from feeds.opml import MOST, OpmlDocuments

FILE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.0">
  <head><title>Feeds</title></head>
  <body>
    <outline text="Presse" title="Presse">
      <outline text="L'Écho &amp;amp; co" type="rss" xmlUrl=" https://echo.example/feed " htmlUrl="https://echo.example/"/>
      <outline text="Local">
        <outline title="Nice" text="ignored" xmlurl="https://nice.example/rss"/>
      </outline>
      <outline text="Not any more" type="rss"/>
    </outline>
    <outline text="By url" url="https://url.example/feed.json"/>
    <outline text="A page" type="link" url="https://page.example/"/>
    <outline text="Empty"/>
  </body>
</opml>
"""


def test_a_file_of_another_reader() -> None:
    found = OpmlDocuments().read(FILE)
    assert [(each.line, each.title, each.address, each.folders) for each in found] == [
        (6, "L'Écho & co", "https://echo.example/feed", ("Presse",)),
        (8, "Nice", "https://nice.example/rss", ("Presse", "Local")),
        (10, "Not any more", "", ("Presse",)),
        (12, "By url", "https://url.example/feed.json", ()),
        (13, "A page", "", ()),
        (14, "Empty", "", ()),
    ]
    assert found[0].site == "https://echo.example/"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("", "This is no OPML file that can be read. At line {line}: {reason}", id="nothing"),
        pytest.param("<opml><body>", "This is no OPML file that can be read. At line {line}: {reason}", id="broken"),
        pytest.param("<rss/>", "This is no OPML file: it begins with <{tag}> instead of <opml>.", id="a feed"),
        pytest.param(
            "<opml><body>" + "<outline text='x'>" * 500 + "</outline>" * 500 + "</body></opml>",
            "This is no OPML file that can be read. At line {line}: {reason}",
            id="too deep",
        ),
        pytest.param(
            "<opml><body>" + "<outline xmlUrl='https://x.example/'/>" * (MOST + 1) + "</body></opml>",
            "This file has more than {most} feeds. Please split it.",
            id="too many",
        ),
    ],
)
def test_what_cannot_be_read(text: str, key: str) -> None:
    with pytest.raises(Wrong) as wrong:
        OpmlDocuments().read(text)
    assert wrong.value.key == key


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.mark.parametrize(
    "doctype",
    [
        pytest.param(f"<!DOCTYPE opml [{BOMB}]>", id="a bomb"),
        pytest.param('<!DOCTYPE opml [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>', id="a file"),
        pytest.param('<!DOCTYPE opml SYSTEM "http://127.0.0.1:1/opml.dtd" [<!ENTITY a9 "x">]>', id="from elsewhere"),
    ],
)
def test_no_entity_is_expanded(doctype: str) -> None:
    text = f'{doctype}<opml><body><outline text="&a9;" xmlUrl="https://x.example/feed"/></body></opml>'
    with pytest.raises(Wrong, match="no OPML file that can be read"):
        OpmlDocuments().read(text)


def test_what_is_written_is_opml_with_folders() -> None:
    outlines = [
        Outline(line=0, title="One", address="https://one.example/?a=1&b=2", folders=("Presse",)),
        Outline(line=0, title="Two", address="https://two.example/", settings={"filter": 'title:"x" <y>'}),
        Outline(line=0, title="Three", address="https://three.example/", folders=("Presse",)),
    ]
    written = OpmlDocuments().write("Town & co", outlines)
    assert written.splitlines() == [
        "<?xml version='1.0' encoding='utf-8'?>",
        '<opml xmlns:tribune="urn:tribune:opml" version="2.0">',
        "  <head>",
        "    <title>Town &amp; co</title>",
        "  </head>",
        "  <body>",
        '    <outline text="Presse" title="Presse">',
        '      <outline type="rss" text="One" title="One" xmlUrl="https://one.example/?a=1&amp;b=2"/>',
        '      <outline type="rss" text="Three" title="Three" xmlUrl="https://three.example/"/>',
        "    </outline>",
        '    <outline type="rss" text="Two" title="Two" xmlUrl="https://two.example/" '
        'tribune:filter="title:&quot;x&quot; &lt;y&gt;"/>',
        "  </body>",
        "</opml>",
    ]


@given(st.dictionaries(st.sampled_from(SETTINGS), st.text("aé中\"'<>&; \n\t", min_size=1, max_size=20), max_size=5))
def test_settings_come_back_as_they_were(settings: dict[str, str]) -> None:
    files = OpmlDocuments()
    written = files.write("x", [Outline(line=0, title="x", address="https://x.example/", settings=settings)])
    (found,) = files.read(written)
    assert found.settings == settings
