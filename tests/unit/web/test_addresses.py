"""Client addresses, host names, origins."""

from __future__ import annotations

import pytest

from adapters.web.addresses import client_address, host_allowed, networks, same_origin
from adapters.web.settings import WebSettings

PROXIES = networks(["10.0.0.0/8", "::1/128"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        pytest.param("192.0.2.1", [], "192.0.2.1", id="direct"),
        pytest.param("192.0.2.1", ["203.0.113.5"], "192.0.2.1", id="a stranger's header is not believed"),
        pytest.param("10.0.0.1", ["203.0.113.5"], "203.0.113.5", id="behind a proxy"),
        pytest.param("10.0.0.1", ["6.6.6.6, 203.0.113.5"], "203.0.113.5", id="the client's own header is not believed"),
        pytest.param("10.0.0.1", ["203.0.113.5, 10.9.9.9"], "203.0.113.5", id="two proxies"),
        pytest.param("10.0.0.1", ["6.6.6.6", "203.0.113.5"], "203.0.113.5", id="two headers"),
        pytest.param("10.0.0.1", ["nonsense"], "10.0.0.1", id="nonsense"),
        pytest.param("::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::", id="an IPv6 client has its /64"),
        pytest.param("::ffff:192.0.2.1", [], "192.0.2.1", id="mapped"),
        pytest.param(None, [], "unknown", id="no peer"),
    ],
)
def test_client_addresses(peer: str | None, forwarded: list[str], address: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == address


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("localhost:8080", True),
        ("127.0.0.1:8080", True),
        ("127.0.0.1", True),
        ("[::1]:8080", True),
        ("news.example", True),
        ("NEWS.example", True),
        ("evil.example:8080", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:8080", False),
        ("", False),
    ],
)
def test_on_loopback_only_our_names_are_answered(host: str, allowed: bool) -> None:
    settings = WebSettings(host="127.0.0.1", public_base="https://news.example")
    assert host_allowed(host, settings) is allowed


def test_elsewhere_any_name_is_answered() -> None:
    assert host_allowed("anything.example", WebSettings(host="0.0.0.0"))


@pytest.mark.parametrize(
    ("origin", "fetch_site", "ours"),
    [
        (None, None, True),
        ("http://127.0.0.1:8080", "same-origin", True),
        ("http://127.0.0.1:8080", None, True),
        ("https://news.example", None, True),
        ("http://127.0.0.1:9090", None, False),
        ("https://evil.example", None, False),
        ("null", None, False),
        (None, "cross-site", False),
        (None, "same-site", False),
        ("http://127.0.0.1:8080", "cross-site", False),
    ],
)
def test_where_forms_come_from(origin: str | None, fetch_site: str | None, ours: bool) -> None:
    settings = WebSettings(public_base="https://news.example")
    assert same_origin("127.0.0.1:8080", origin, fetch_site, settings) is ours


@pytest.mark.parametrize(
    ("settings", "is_open"),
    [
        (WebSettings(), True),
        (WebSettings(host="::1"), True),
        (WebSettings(host="localhost"), True),
        (WebSettings(host="0.0.0.0"), False),
        (WebSettings(host="192.0.2.1"), False),
        (WebSettings(public_base="https://news.example"), False),
        (WebSettings(host="0.0.0.0", open_registration=True), True),
        (WebSettings(open_registration=False), False),
    ],
)
def test_registration_is_open_on_loopback_only(settings: WebSettings, is_open: bool) -> None:
    assert settings.registration_open is is_open


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        (WebSettings(port=81), "http://127.0.0.1:81"),
        (WebSettings(host="::1", port=81), "http://[::1]:81"),
        (WebSettings(host="0.0.0.0", port=81), "http://127.0.0.1:81"),
        (WebSettings(public_base="https://news.example/"), "https://news.example"),
    ],
)
def test_the_base_of_addresses(settings: WebSettings, base: str) -> None:
    assert settings.base == base
