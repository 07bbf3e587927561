"""An admin adds a feed from a site's address, sets a filter, and reads why an article was stopped: in a real browser,
on a Tribune as people start it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from storage import open_store
from tests.servers.browser import browser, opened_page
from tests.servers.feed_server import FeedServer
from tests.servers.feed_server import Page as Served
from tests.servers.running import Running, running
from tests.unit.web.test_browser import CONTRAST

__all__ = ["browser"]

PATIENCE = 60  # half seconds
PICTURES = os.environ.get("TRIBUNE_TEST_PICTURES")
"""A folder for pictures of what admins see, for people to look at."""

CONFIG = """
[tribune]
contact = "operator@example.org"

[database]
url = "sqlite+aiosqlite:///{folder}/tribune.db"

[polling]
allowed_hosts = ["127.0.0.0/8"]
workers = 1

[[communities]]
slug = "town"
name = "Town"

[[communities.sections]]
slug = "news"
name = "News"
language = "en"
zone = "Europe/Paris"
"""

SITE = """<!doctype html><html><head><title>Example News</title>
<link rel="alternate" type="application/rss+xml" title="Example News" href="/news.xml">
<link rel="alternate" type="application/rss+xml" title="Example Sport" href="/sport.xml">
</head><body>News</body></html>"""


def feed(title: str, *articles: str) -> Served:
    """A feed with these articles, the newest first."""
    now = datetime.now(UTC)
    items = "".join(
        f"<item><title>{name}</title><link>https://news.example/{name.replace(' ', '-')}</link>"
        f"<guid>{name}</guid><description>What is to be said of: {name}.</description>"
        f"<pubDate>{format_datetime(now - timedelta(hours=number))}</pubDate></item>"
        for number, name in enumerate(articles)
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'
    return Served(body=body.encode(), content_type="application/rss+xml")


@dataclass
class Desk:
    """A running Tribune, a publisher's server, and an admin at a browser."""

    tribune: Running
    server: FeedServer
    page: Page
    database: str

    def url(self, path: str) -> str:
        return f"{self.tribune.base}{path}"


@asynccontextmanager
async def a_desk(folder: Path, browser: Browser) -> AsyncIterator[Desk]:
    config = folder / "config.toml"
    config.write_text(CONFIG.format(folder=folder), encoding="utf-8")
    async with FeedServer() as server, running(config) as tribune, opened_page(browser) as page:
        server.put("/", Served(body=SITE.encode(), content_type="text/html"))
        server.put("/news.xml", feed("Example News", "Market moved", "Library saved", "Bridge opened"))
        server.put("/sport.xml", feed("Example Sport", "Match lost", "Match won"))
        await page.goto(tribune.link)
        await page.get_by_label("Name").fill("Ada")
        await page.get_by_role("main").get_by_role("button", name="Sign in").click()
        await page.get_by_role("button", name="Sign out").wait_for()
        yield Desk(tribune, server, page, f"sqlite+aiosqlite:///{folder}/tribune.db")


async def test_an_admin_adds_a_feed_filters_it_and_reads_why(tmp_path: Path, browser: Browser) -> None:
    async with a_desk(tmp_path, browser) as desk:
        page = desk.page

        # A site with two feeds: one is chosen, shown as it would be posted, and added with its newest articles.
        await page.goto(desk.url("/feeds"))
        await page.get_by_role("main").get_by_role("link", name="Add a feed").first.click()
        await page.get_by_label("The address of a feed").fill(desk.server.url("/"))
        await page.get_by_role("button", name="Look for its feeds").click()
        await narrow(desk, "choice")
        await page.get_by_role("button", name="Example News").click()
        preview = page.locator(".as-posted")
        await expect(preview).to_contain_text("Market moved")
        await expect(page.get_by_role("main")).to_contain_text("Nothing is stored yet")
        await narrow(desk, "preview")
        await page.get_by_role("button", name="The newest 3").click()
        await expect(page.get_by_role("status")).to_contain_text("Example News")
        await page.goto(desk.url("/"))
        await arrives(page, page.get_by_role("link", name="Bridge opened"))

        # A filter, tried on the last articles before it is kept.
        await page.goto(desk.url("/feeds"))
        await page.get_by_role("main").get_by_role("link", name="Example News").click()
        await page.get_by_role("main").get_by_role("link", name="News", exact=True).click()
        await page.get_by_label("Which articles pass").fill("NOT (market OR bridge")
        await page.get_by_role("button", name="Try it").click()
        await expect(page.get_by_role("alert")).to_contain_text("is not closed")
        await page.get_by_label("Which articles pass").fill("NOT (market OR bridge)")
        await page.get_by_role("button", name="Try it").click()
        await expect(page.get_by_text("1 of 3 pass.")).to_be_visible()
        await expect(page.locator(".trial-list .stopped")).to_have_count(2)
        await expect(page.get_by_text("Nothing of this is saved yet.")).to_be_visible()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Nothing of this is saved yet.")).to_have_count(0)
        subscription = page.url

        # What it brings next is stopped, and the page says by what.
        names = ("Market fell", "School painted", "Market moved", "Library saved", "Bridge opened")
        desk.server.put("/news.xml", feed("Example News", *names))
        await page.goto(subscription.rpartition("/in/")[0])
        await poll(desk)
        stopped = page.locator(".brought li").filter(has_text="Market fell")
        await arrives(page, stopped)
        await expect(stopped).to_contain_text("stopped by the filter")
        await look(desk, browser, "feed", page.url)
        await stopped.get_by_role("link", name="Why?").click()
        await expect(page.get_by_role("main")).to_contain_text("Market fell")
        await expect(page.get_by_role("main")).to_contain_text("market")
        await look(desk, browser, "why", page.url)
        await page.get_by_label("Number, address or title").fill("Bridge")
        await expect(page.locator("#article-known option")).to_have_text(["Bridge opened"])
        await page.goto(desk.url("/"))
        await arrives(page, page.get_by_role("link", name="School painted"))
        await expect(page.get_by_text("Market fell")).to_have_count(0)
        for name, address in (("subscription", subscription), ("feeds", desk.url("/feeds"))):
            await look(desk, browser, name, address)


async def poll(desk: Desk) -> None:
    """Every feed is due now; the running Tribune notices."""
    store = await open_store(desk.database)
    try:
        async with store.read() as tx:
            feeds = await tx.feeds.all()
        for each in feeds:
            await store.write(lambda tx, each=each: tx.feeds.poll_soon(each.id, datetime.now(UTC)))  # type: ignore[misc]
    finally:
        await store.close()


async def arrives(page: Page, wanted: Locator) -> None:
    """Reload the page until something is there."""
    for _ in range(PATIENCE):
        if await wanted.count():
            return
        await page.wait_for_timeout(500)
        await page.reload()
    raise AssertionError(f"it is not there: {await page.get_by_role('main').inner_text()}")


VIEWS: list[tuple[str, dict[str, Any]]] = [
    ("wide-light-en", {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "en-GB"}),
    ("wide-dark-fr", {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark", "locale": "fr-FR"}),
    ("phone-light-fr", {"viewport": {"width": 360, "height": 740}, "color_scheme": "light", "locale": "fr-FR"}),
    ("phone-dark-en", {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "locale": "en-GB"}),
]


async def look(desk: Desk, browser: Browser, name: str, address: str) -> None:
    """Everything fits and can be read, in every size, colour scheme and language."""
    cookies = await desk.page.context.cookies()
    for view, options in VIEWS:
        async with opened_page(browser, **options) as page:
            await page.context.add_cookies([{**each} for each in cookies if each["name"] != "tribune_language"])  # type: ignore[typeddict-item]
            await page.goto(address)
            width = options["viewport"]["width"]
            await fits(page, width, f"{name} {view}")
            if PICTURES:
                await page.screenshot(path=Path(PICTURES) / f"{name}-{view}.png", full_page=True)


async def fits(page: Page, width: int, where: str) -> None:
    """Nothing is wider than the page, and all of it can be read."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, where
    assert await page.evaluate(CONTRAST) == [], where


async def narrow(desk: Desk, name: str) -> None:
    """The answer to a form, which has no address to come back to: on a phone too, and back."""
    for view, width in (("phone", 360), ("wide", 1280)):
        await desk.page.set_viewport_size({"width": width, "height": 900})
        await fits(desk.page, width, f"{name} {view}")
        if PICTURES:
            await desk.page.screenshot(path=Path(PICTURES) / f"{name}-{view}.png", full_page=True)
