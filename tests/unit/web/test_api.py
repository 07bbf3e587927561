"""The answers for programs, held against the description."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from bot.domain.model import CommentId, FailureKind, FeedId, FeedState, Ref, Role
from bot.ports.pages import FeedLine
from tests.unit.web.reader import Reader
from tests.unit.web.test_discussion import say, vote
from tests.unit.web.town import ONE, START, Town


async def described(reader: Reader, path: str, answer_of: str, method: str = "get") -> Any:
    """The answer at `path`, after it has been held against what the description says of `answer_of`."""
    document = json.loads((await reader.get("/api/openapi.json")).text)
    answer = await reader.get(path)
    said = document["paths"][answer_of][method]["responses"]
    assert str(answer.status) in said, f"{path} answered {answer.status}"
    schema = said[str(answer.status)]["content"]["application/json"]["schema"]
    body = json.loads(answer.text)
    validator = Draft202012Validator(
        {"$ref": schema["$ref"], "components": document["components"]}, format_checker=FormatChecker()
    )
    assert [error.message for error in validator.iter_errors(body)] == []
    assert answer.headers["Content-Type"].startswith("application/json")
    return body


def feed(number: int, **changes: Any) -> FeedLine:
    usual: dict[str, Any] = {
        "id": FeedId(number),
        "title": "A feed",
        "address": "https://user:pass@feeds.example/rss?key=secret",
        "state": FeedState.ACTIVE,
        "sections": ("World",),
        "articles": 3,
        "held": 0,
        "last_read_at": START,
        "next_at": START + timedelta(minutes=15),
        "failing_since": None,
        "failures": 0,
        "failure": None,
        "reason": None,
    }
    return FeedLine(**usual | changes)


async def test_the_description_is_one(reader: Reader) -> None:
    document = json.loads((await reader.get("/api/openapi.json")).text)
    assert document["openapi"].startswith("3.1")
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


async def test_articles(town: Town, reader: Reader) -> None:
    town.add_article(ONE, Ref("web:section/sciences"), "No link", link=None, published=START, teaser=True)
    body = await described(reader, "/api/articles", "/api/articles")
    assert (body["page"], body["pages"], body["total"]) == (1, 1, 3)
    first = body["items"][0]
    assert (first["id"], first["title"], first["section"]) == (1, "A bridge opens", "world")
    assert (first["up"], first["down"], first["comments"]) == (0, 0, 0)
    assert (first["published"], first["dated"]) == (None, "2026-01-12T11:00:00Z")
    for query in (
        "?section=sciences",
        "?sort=new",
        "?sort=top&period=all",
        "?sort=hot&page=2",
        "?section=world&page=9",
    ):
        await described(reader, f"/api/articles{query}", "/api/articles")
    body = await described(reader, "/api/articles?section=sciences", "/api/articles")
    assert [item["link"] for item in body["items"]] == [None]


async def test_one_article(town: Town, reader: Reader) -> None:
    number = town.add_article(ONE, Ref("web:section/world"), "X", body="<p>Body</p>", summary="<p>Sum</p>")
    body = await described(reader, f"/api/articles/{number}", "/api/articles/{id}")
    assert (body["body"], body["summary"], body["address"]) == ("<p>Body</p>", "<p>Sum</p>", f"/a/{number}")


async def test_comments(town: Town, readers: Callable[[], Reader]) -> None:
    ada, bob = readers(), readers()
    await ada.sign_in("Ada")
    await bob.sign_in("Bob")
    await say(ada, "One *thing*")
    town.clock.time += timedelta(minutes=1)
    await say(bob, "Two", to=1)
    town.clock.time += timedelta(minutes=1)
    await say(ada, "Three", to=1)
    await vote(ada, "up", town.talk[CommentId(2)][1].message)
    await vote(bob, "down", town.talk[CommentId(3)][1].message)
    orders = {}
    for sort in ("best", "new", "old"):
        body = await described(ada, f"/api/articles/1/comments?sort={sort}", "/api/articles/{id}/comments")
        orders[sort] = [item["id"] for item in body["items"]]
    assert orders == {"best": [2, 1, 3], "new": [3, 2, 1], "old": [1, 2, 3]}
    body = await described(ada, "/api/articles/1/comments", "/api/articles/{id}/comments")
    assert [(item["up"], item["down"]) for item in body["items"]] == [(1, 0), (0, 0), (0, 1)]
    assert (body["items"][0]["author"], body["items"][0]["parent"], body["items"][1]["text"]) == ("Bob", 1, "One thing")
    await ada.send(await ada.get("/a/1/c/1/edit"), "form.write", text="Changed")
    await ada.send(await ada.get("/a/1/c/1/delete"), "main form")
    body = await described(ada, "/api/articles/1/comments?sort=old", "/api/articles/{id}/comments")
    gone = body["items"][0]
    assert (gone["deleted"], gone["author"], gone["html"], gone["text"]) == (True, None, "", "")


@pytest.mark.parametrize(
    ("path", "answer_of", "error"),
    [
        ("/api/articles?sort=worst", "/api/articles", "bad-request"),
        ("/api/articles?page=0", "/api/articles", "bad-request"),
        ("/api/articles?page=x", "/api/articles", "bad-request"),
        ("/api/articles?section=none", "/api/articles", "not-found"),
        ("/api/articles/99", "/api/articles/{id}", "not-found"),
        ("/api/articles/99/comments", "/api/articles/{id}/comments", "not-found"),
        ("/api/articles/1/comments?sort=hot", "/api/articles/{id}/comments", "bad-request"),
    ],
)
async def test_mistakes_are_told(reader: Reader, path: str, answer_of: str, error: str) -> None:
    body = await described(reader, path, answer_of)
    assert body["error"] == error
    assert body["message"]


async def test_an_unknown_address_of_the_api_is_told_in_json(reader: Reader) -> None:
    answer = await reader.get("/api/nothing")
    assert (answer.status, json.loads(answer.text)["error"]) == (404, "not-found")
    answer = await reader._ask("DELETE", "/api/articles")
    assert json.loads(answer.text)["error"] == "method-not-allowed"


async def test_what_has_not_changed_is_not_sent_again(town: Town, reader: Reader) -> None:
    etag = (await reader.get("/api/articles")).headers["ETag"]
    again = await reader.get("/api/articles", headers={"If-None-Match": etag})
    assert (again.status, again.text, again.headers["ETag"]) == (304, "", etag)
    town.add_article(ONE, Ref("web:section/world"), "New")
    assert (await reader.get("/api/articles", headers={"If-None-Match": etag})).status == 200


async def test_feeds(town: Town, reader: Reader) -> None:
    town.feed_lines = [
        feed(1, failing_since=START, failures=3, failure=FailureKind.TIMEOUT, reason="no answer in 30 s"),
        feed(2, title=None, address="file:///srv/sample.xml", last_read_at=None, sections=()),
    ]
    body = await described(reader, "/api/feeds", "/api/feeds")
    assert [(item["host"], item["address"], item["reason"]) for item in body["items"]] == [
        ("feeds.example", None, "no answer in 30 s"),
        ("", None, None),
    ]
    assert "secret" not in json.dumps(body)
    await reader.sign_in("Ada")
    town.people.roles[ONE, next(iter(town.people.accounts.values()))[1].member_id] = Role.ADMIN
    body = await described(reader, "/api/feeds", "/api/feeds")
    assert body["items"][0]["address"].endswith("key=secret")


async def test_health(town: Town, reader: Reader) -> None:
    body = await described(reader, "/healthz", "/healthz")
    assert body["healthy"] is True
    town.late = timedelta(minutes=6)
    assert (await reader.get("/healthz")).status == 503
    assert (await described(reader, "/healthz", "/healthz"))["late_seconds"] == 360


async def test_metrics(reader: Reader) -> None:
    await reader.get("/a/1")
    await reader.get("/a/2")
    await reader.get("/nothing/at/all")
    await reader._ask("PROPFIND", "/")
    text = (await reader.get("/metrics")).text
    assert r'tribune_web_requests_total{method="GET",route="/a/{id}",status="200"} 2.0' in text
    assert 'route="none",status="404"' in text
    assert 'method="other"' in text
    assert "PROPFIND" not in text
