"""Searching and sharing, in a real browser on the real parts."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from adapters.web.refs import section
from bot.domain.model import Visibility
from tests.end_to_end.small import small_town
from tests.end_to_end.test_moderators_day import VIEWS
from tests.servers.browser import browser, opened_page
from tests.unit.web.test_browser import CONTRAST

__all__ = ["browser"]

PICTURES = os.environ.get("TRIBUNE_TEST_PICTURES")
"""A folder for pictures of what is found, for people to look at."""


async def test_what_was_written_is_found_with_accents_and_without(sqlite_url: str, browser: Browser) -> None:
    async with small_town(sqlite_url) as town, opened_page(browser) as page:
        base = town.web.settings.base
        await town.community("square", default=True)
        article = await town.article("L'école rouvre ses portes", "square")
        await town.article("A bridge opens", "square")
        comment = await town.comment(article, "Ann", "<p>Toute une école de patience, 2 * 3 fois.</p>")
        await page.goto(base)

        await page.get_by_label("Search in articles and comments").fill("ecole")
        await page.get_by_role("search").get_by_role("button").click()
        finds = page.locator(".find")
        await expect(finds).to_have_count(2)
        await expect(finds.first.get_by_role("heading")).to_have_text("L'école rouvre ses portes")
        assert set(await page.locator("mark").all_text_contents()) == {"école"}
        await expect(finds.last.locator(".lines")).to_have_text("Toute une école de patience, 2 * 3 fois.")
        await look(browser, base, {"found": "/search?q=ecole", "nothing": "/search?q=zebra", "asking": "/search"})

        await finds.last.get_by_role("link").click()
        await expect(page.locator(f"#c{comment}")).to_be_in_viewport()

        await page.goto(f"{base}/search?q=zebra")
        await expect(page.get_by_text("Nothing found for “zebra”.")).to_be_visible()
        await page.get_by_label("Search in articles and comments").fill("a*")
        await page.get_by_role("search").get_by_role("button").click()
        await expect(page.get_by_role("alert")).to_contain_text("at least 2 letters")


async def test_a_member_shares_an_article(sqlite_url: str, browser: Browser) -> None:
    async with small_town(sqlite_url) as town, opened_page(browser) as page:
        base = town.web.settings.base
        community = await town.community("square", default=True)
        await town.store.write(
            lambda tx: tx.places.put_channel(
                community, section("market"), "Market", language="en", zone="UTC", visibility=Visibility.PUBLIC
            )
        )
        article = await town.article("A bridge opens", "square")
        await sign_in(page, base)
        await page.goto(f"{base}/a/{article}")
        await page.get_by_role("link", name="Share to another channel").click()
        await page.get_by_label("Market").check()
        await page.get_by_role("button", name="Share it").click()
        await expect(page.get_by_role("status")).to_contain_text("is on its way to Market")
        await town.delivered()
        await page.goto(f"{base}/s/market")
        await expect(page.locator("article.story")).to_contain_text("shared 1 time")
        await page.goto(f"{base}/a/{article}/share")
        await page.get_by_label("Market").check()
        await page.get_by_role("button", name="Share it").click()
        await expect(page.get_by_role("alert")).to_contain_text("stands in the channel Market already")
        cookies = await page.context.cookies()
        await look(browser, base, {"share": f"/a/{article}/share", "shared": f"/a/{article}"}, cookies)


async def sign_in(page: Page, base: str) -> None:
    await page.goto(f"{base}/signin")
    await page.get_by_label("Name").fill("Ann")
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await page.get_by_role("button", name="Sign out").wait_for()


async def look(browser: Browser, base: str, paths: dict[str, str], cookies: object = ()) -> None:
    """Everything fits and can be read, in every size, colour scheme and language."""
    for view, options in VIEWS:
        async with opened_page(browser, **options) as page:
            await page.context.add_cookies(list(cookies))  # type: ignore[call-overload]
            for name, path in paths.items():
                await page.goto(f"{base}{path}")
                width = options["viewport"]["width"]
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, (view, path)
                assert await page.evaluate(CONTRAST) == [], (view, path)
                if PICTURES:
                    await page.screenshot(path=Path(PICTURES) / f"{name}-{view}.png", full_page=True)
