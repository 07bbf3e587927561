"""Only our own forms change anything; sessions cannot be made up; limits hold; every answer is armoured."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.web import Limits, Rate, WebNetwork, WebSettings
from adapters.web.tokens import Signer, random_token, token_hash
from bot.domain.model import Ref
from tests.unit.web.conftest import SECRET, served
from tests.unit.web.reader import Reader
from tests.unit.web.town import Town

VOTE = {"message": "web:post/p1", "vote": "up"}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/vote", VOTE),
        ("/a/1/reply", {"text": "x"}),
        ("/a/1/report", {"reason": "spam"}),
        ("/signin", {"name": "Ada"}),
        ("/signout", {}),
        ("/language", {"language": "fr"}),
        ("/feeds/1/poll", {}),
        ("/do/help", {}),
    ],
)
async def test_a_form_without_our_token_does_nothing(
    town: Town, reader: Reader, path: str, data: dict[str, str]
) -> None:
    await reader.sign_in("Ada")
    for token in ({}, {"csrf": ""}, {"csrf": "x" * 43}, {"csrf": "\ud800"}):
        answer = await reader.post(path, data | {k: v.encode("utf-8", "replace").decode() for k, v in token.items()})
        assert answer.status == 403
        assert "out of date" in answer.text
    assert town.talk == {}
    assert town.reactions == {}
    assert len(town.people.accounts) == 1


async def test_anothers_token_does_nothing(town: Town, web: WebNetwork) -> None:
    async with Reader(web) as ada, Reader(web) as bob:
        await ada.sign_in("Ada")
        await bob.sign_in("Bob")
        assert (await bob.post("/vote", VOTE | {"csrf": await ada.csrf()})).status == 403
        assert (await bob.post("/vote", VOTE | {"csrf": await bob.csrf()})).status == 200
    assert len(town.reactions) == 1


async def test_a_visitors_token_is_not_the_members(web: WebNetwork) -> None:
    async with Reader(web) as ada:
        before = await ada.csrf()
        await ada.sign_in("Ada")
        assert await ada.csrf() != before
        assert (await ada.post("/vote", VOTE | {"csrf": before})).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_of_another_site_does_nothing(town: Town, reader: Reader, headers: dict[str, str]) -> None:
    await reader.sign_in("Ada")
    answer = await reader.post("/vote", VOTE | {"csrf": await reader.csrf()}, headers=headers)
    assert answer.status == 403
    assert town.reactions == {}


async def test_a_form_of_our_own_does(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    headers = {"Origin": reader.base, "Sec-Fetch-Site": "same-origin"}
    assert (await reader.post("/vote", VOTE | {"csrf": await reader.csrf()}, headers=headers)).status == 200
    assert len(town.reactions) == 1


async def test_other_ways_of_sending_are_refused(reader: Reader) -> None:
    await reader.sign_in("Ada")
    headers = {"Content-Type": "text/plain"}
    assert (await reader.post("/vote", {}, headers=headers)).status in {403, 415}
    answer = await reader._ask("POST", "/vote", json={"csrf": await reader.csrf()})
    assert answer.status == 415


async def test_a_huge_body_is_refused(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    answer = await reader.post("/a/1/reply", {"csrf": await reader.csrf(), "text": "x" * 1_000_000})
    assert answer.status == 413
    assert "This is too large" in answer.text
    assert town.talk == {}


async def test_a_made_up_session_is_none(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    signed = reader.cookies()["tribune_session_town"]
    token, _, mac = signed.rpartition(".")
    forged = [
        token,
        f"{token}.",
        f"{token}.{mac[:-1]}",
        f"{random_token()}.{mac}",
        Signer(b"x" * 32).sign("session town", token),
        Signer(SECRET).sign("session club", token),
        Signer(SECRET).sign("session town", random_token()),
    ]
    for value in forged:
        reader.give_cookie("tribune_session_town", value)
        assert "Sign out" not in (await reader.get("/")).text
    reader.give_cookie("tribune_session_town", signed)
    assert "Sign out" in (await reader.get("/")).text
    assert list(town.people.sessions) == [token_hash(token)]


async def test_a_session_ends(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    kept = reader.cookies()["tribune_session_town"]
    await reader.send(await reader.get("/"), "header nav form")
    assert "tribune_session_town" not in reader.cookies()
    reader.give_cookie("tribune_session_town", kept)
    assert "Sign out" not in (await reader.get("/")).text


async def test_a_session_grows_old(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    town.clock.time += timedelta(days=181)
    assert "Sign out" not in (await reader.get("/")).text


async def test_cookies_are_for_this_site_only_and_for_no_script(town: Town) -> None:
    async with served(town, WebSettings(port=0)) as web, Reader(web) as reader:
        page = await reader.get("/signin")
        answer = await reader.post("/signin", page.fields("main form") | {"name": "Ada"}, allow_redirects=False)
    cookie = answer.headers["Set-Cookie"]
    assert answer.status == 303
    for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie


async def test_behind_https_cookies_are_secure(town: Town) -> None:
    settings = WebSettings(port=0, public_base="https://news.example", open_registration=True)
    async with served(town, settings) as web, Reader(web) as reader:
        page = await reader.get("/signin")
        assert "Secure" in page.headers["Set-Cookie"]
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_every_answer_is_armoured(reader: Reader) -> None:
    style = (await reader.get("/")).one("link[rel=stylesheet]").get("href")
    for path in ("/", "/a/1", "/nothing", "/api/articles", "/api/nothing", "/healthz", "/metrics", style, "/c/none/"):
        headers = (await reader.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:;")
        assert "unsafe" not in policy
        for part in ("frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"):
            assert part in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Permissions-Policy" in headers
        assert "Strict-Transport-Security" not in headers


async def test_images_can_be_left_out(town: Town) -> None:
    town.add_article(
        next(iter(town.communities)).id,
        Ref("web:section/world"),
        "With an image",
        image="https://img.example/y.png",
        body='<p><img src="https://img.example/x.png"></p>',
    )
    async with served(town, WebSettings(port=0, images_https=False)) as web, Reader(web) as reader:
        for path in ("/", "/a/4"):
            page = await reader.get(path)
            assert page.all("main img") == []
            assert "img-src 'self';" in page.headers["Content-Security-Policy"]


async def test_a_foreign_name_for_loopback_is_not_answered(reader: Reader) -> None:
    for path in ("/", "/api/articles", "/healthz"):
        assert (await reader.get(path, headers={"Host": "evil.example"})).status == 403
    assert (await reader.get("/", headers={"Host": "localhost:1"})).status == 200


async def test_limits_hold_for_an_account_and_say_when_to_come_back(town: Town) -> None:
    limits = Limits(vote=Rate(burst=2, per_minute=2))
    async with served(town, WebSettings(port=0, limits=limits)) as web, Reader(web) as ada, Reader(web) as bob:
        await ada.sign_in("Ada")
        await bob.sign_in("Bob")
        form = VOTE | {"csrf": await ada.csrf()}
        assert [(await ada.post("/vote", form)).status for _ in range(3)] == [200, 200, 429]
        answer = await ada.post("/vote", form)
        assert "slow down" in answer.text
        assert answer.headers["Retry-After"] == "30"
        assert (await bob.post("/vote", VOTE | {"csrf": await bob.csrf()})).status == 200
        town.clock.time += timedelta(seconds=30)
        assert (await ada.post("/vote", form)).status == 200


async def test_limits_hold_for_a_client_whatever_its_names(town: Town) -> None:
    limits = Limits(sign_in_address=Rate(burst=2, per_minute=1))
    settings = WebSettings(port=0, limits=limits, trusted_proxies=("127.0.0.0/8",))
    async with served(town, settings) as web:
        statuses = []
        for number, address in enumerate(["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"]):
            async with Reader(web, {"X-Forwarded-For": address}) as reader:
                statuses.append((await reader.sign_in(f"Name {number}")).status)
    assert statuses == [200, 200, 429, 200]


async def test_too_fast_a_comment_keeps_its_text(town: Town) -> None:
    limits = Limits(comment=Rate(burst=1, per_minute=1))
    async with served(town, WebSettings(port=0, limits=limits)) as web, Reader(web) as ada:
        await ada.sign_in("Ada")
        await ada.send(await ada.get("/a/1"), "#write", text="One")
        answer = await ada.send(await ada.get("/a/1"), "#write", text="Two")
        assert answer.status == 429
        assert answer.headers["Retry-After"] == "60"
        assert answer.one("textarea").text.strip() == "Two"
    assert len(town.talk) == 1
