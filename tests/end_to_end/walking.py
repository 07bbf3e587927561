"""Walking through the page of a small town in a real browser, and looking at what is shown."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.end_to_end.small import Town
from tests.end_to_end.test_moderators_day import VIEWS
from tests.servers.browser import opened_page
from tests.unit.web.test_browser import CONTRAST

PICTURES = os.environ.get("TRIBUNE_TEST_PICTURES")
"""A folder for pictures of what is seen, for people to look at."""


@dataclass
class Walk:
    """Somebody with a page."""

    town: Town
    page: Page

    def url(self, path: str) -> str:
        return f"{self.town.web.settings.base}{path}"

    async def go(self, path: str) -> None:
        await self.page.goto(self.url(path))

    async def press(self, name: str) -> None:
        await self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    async def told(self, words: str) -> None:
        await expect(self.page.get_by_role("status").filter(has_text=words)).to_be_visible()

    async def look(self, browser: Browser, paths: dict[str, str]) -> None:
        """Everything fits and can be read, in every size, colour scheme and language."""
        cookies = await self.page.context.cookies()
        for view, options in VIEWS:
            async with opened_page(browser, **options) as page:
                kept: list[Any] = [{**each} for each in cookies if each["name"] != "tribune_language"]
                await page.context.add_cookies(kept)
                for name, path in paths.items():
                    answer = await page.goto(self.url(path))
                    assert answer is not None
                    assert answer.status == 200, path
                    width = options["viewport"]["width"]
                    assert await page.evaluate("document.documentElement.scrollWidth") <= width, (view, path)
                    assert await page.evaluate(CONTRAST) == [], (view, path)
                    if PICTURES:
                        await page.screenshot(path=Path(PICTURES) / f"{name}-{view}.png", full_page=True)
