"""What goes wrong is told; what is our mistake is logged with its traceback."""

from __future__ import annotations

import json

import pytest
from structlog.testing import capture_logs

from adapters.web import WebNetwork, WebSettings
from bot.errors import NetworkUnavailable, StorageError
from tests.unit.web.conftest import network, served
from tests.unit.web.reader import Reader
from tests.unit.web.town import Town


async def test_a_missing_page_is_designed(reader: Reader) -> None:
    page = await reader.get("/nothing")
    assert page.status == 404
    assert page.words("h1") == "There is nothing here"
    assert page.words(".nameplate") == "The Town"


async def test_a_bug_is_told_and_logged(town: Town, reader: Reader) -> None:
    town.broken = ZeroDivisionError("our mistake")
    with capture_logs() as logs:
        page = await reader.get("/")
        told = await reader.get("/api/articles")
    assert (page.status, page.words("h1")) == (500, "Something broke")
    assert "our mistake" not in page.text
    assert json.loads(told.text)["error"] == "failed"
    assert [(entry["event"], entry["log_level"], entry["path"]) for entry in logs] == [
        ("page broken", "error", "/"),
        ("page broken", "error", "/api/articles"),
    ]
    assert all(entry["exc_info"] for entry in logs)


async def test_a_database_that_is_away_is_told(town: Town, web: WebNetwork) -> None:
    async with Reader(web, {"Accept-Language": "fr"}) as reader:
        town.broken = StorageError("locked")
        with capture_logs() as logs:
            page = await reader.get("/")
    assert (page.status, page.words("h1")) == (503, "Indisponible pour le moment")
    assert logs[0]["event"] == "page not served"


async def test_a_wrong_method_is_told(reader: Reader) -> None:
    await reader.sign_in("Ada")
    answer = await reader.post("/about", {"csrf": await reader.csrf()})
    assert (answer.status, answer.words("h1")) == (405, "This cannot be done here")
    assert answer.headers["Allow"] == "GET,HEAD"


async def test_before_it_runs_nothing_can_be_said(town: Town) -> None:
    web = network(town, WebSettings(port=0))
    await web.start()
    try:
        async with Reader(web) as reader:
            await reader.sign_in("Ada")
            answer = await reader.send(await reader.get("/a/1"), "#write", text="Too early")
            assert answer.status == 503
            assert answer.one("textarea").text.strip() == "Too early"
    finally:
        await web.stop()


async def test_a_taken_port_is_named(town: Town) -> None:
    async with served(town, WebSettings(port=0)) as web:
        second = network(town, WebSettings(port=web.bound[1]))
        with pytest.raises(NetworkUnavailable, match=rf"127\.0\.0\.1, port {web.bound[1]}"):
            await second.start()
