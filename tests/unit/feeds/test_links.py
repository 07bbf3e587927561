"""Canonical links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import canonical_link, is_web_address


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("HTTPS://Example.ORG/A/", "https://example.org/A"),
        ("https://example.org:443/a#part", "https://example.org/a"),
        ("http://example.org:80/a", "https://example.org/a"),
        ("http://example.org:8080/a", "https://example.org:8080/a"),
        ("https://me:secret@example.org/a", "https://example.org/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&utm_medium=rss", "https://example.org/a"),
        ("https://example.org/a?id=7&fbclid=1&page=2", "https://example.org/a?id=7&page=2"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?b=2&a=1"),
        ("https://example.org/?p=12", "https://example.org?p=12"),
        ("https://example.org/a?xtor=RSS-1", "https://example.org/a"),
        ("https://example.org/a?at_medium=custom7&at_campaign=64", "https://example.org/a"),
        ("https://example.org/a?source=rss----abc---4", "https://example.org/a"),
        ("https://example.org/a?ref=chapter-2", "https://example.org/a?ref=chapter-2"),
        ("https://example.org/a?gclid=1&mc_cid=2&mc_eid=3", "https://example.org/a"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe"),
        ("https://example.org/caf%C3%A9", "https://example.org/caf%C3%A9"),
        ("https://example.org/café", "https://example.org/caf%C3%A9"),
        ("http://[2001:db8::1]:80/a", "https://[2001:db8::1]/a"),
        ("  https://example.org/a \n", "https://example.org/a"),
        ("https://example.org/", None),
        ("https://example.org", None),
        ("https://example.org/?utm_source=rss", None),
        ("https://example.org/#top", None),
        ("ftp://example.org/a", None),
        ("mailto:someone@example.org", None),
        ("/relative", None),
        ("https:///a", None),
        ("", None),
    ],
)
def test_canonical_link(link: str, canonical: str | None) -> None:
    assert canonical_link(link) == canonical


_ADDRESSES = st.one_of(
    st.text(),
    st.builds(
        "{}://{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.text(alphabet="aZé.:@[]0478 %", max_size=12),
        st.text(alphabet="/aé%?#&=; ", max_size=12),
        st.text(max_size=8),
    ),
)


@given(_ADDRESSES)
def test_the_canonical_form_is_canonical(link: str) -> None:
    once = canonical_link(link)
    if once is not None:
        assert canonical_link(once) == once
        assert once.startswith("https://")
        assert once.isascii()


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("http://a", True),
        ("HTTPS://a/b", True),
        ("https://", False),
        ("https:///x", False),
        ("//a", False),
        ("javascript:x", False),
    ],
)
def test_web_addresses(address: str, is_one: bool) -> None:
    assert is_web_address(address) is is_one
