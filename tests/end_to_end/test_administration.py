"""An admin's area, in a real browser on the real parts: roles, channels, the outbox, lists of feeds."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect

from bot.domain.model import CommunityId, Role
from tests.end_to_end.small import Town, small_town
from tests.end_to_end.test_moderators_day import VIEWS
from tests.servers.browser import browser, opened_page
from tests.unit.web.test_browser import CONTRAST

__all__ = ["browser"]

PICTURES = os.environ.get("TRIBUNE_TEST_PICTURES")
"""A folder for pictures of what admins see, for people to look at."""


@dataclass
class Area:
    """An admin with a page."""

    town: Town
    community: CommunityId
    page: Page

    def url(self, path: str) -> str:
        return f"{self.town.web.settings.base}{path}"

    async def go(self, path: str) -> None:
        await self.page.goto(self.url(path))

    async def press(self, name: str) -> None:
        await self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    async def told(self, words: str) -> None:
        await expect(self.page.get_by_role("status").filter(has_text=words)).to_be_visible()


async def signed_in(town: Town, page: Page, name: str) -> None:
    await page.goto(f"{town.web.settings.base}/signin")
    await page.get_by_label("Name").fill(name)
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await page.get_by_role("button", name="Sign out").wait_for()


@asynccontextmanager
async def an_area(url: str, browser: Browser) -> AsyncIterator[Area]:
    async with small_town(url) as town, opened_page(browser) as page, opened_page(browser) as bobs:
        community = await town.community("square", default=True)
        for title in ("A bridge opens", "Bees return"):
            await town.article(title, "square")
        await signed_in(town, page, "Ada")
        await signed_in(town, bobs, "Bob")
        account = await town.store.write(lambda tx: tx.members.registered(community, "web", "Ada"))
        assert account is not None
        await town.store.write(lambda tx: tx.members.grant(community, account.member_id, Role.OPERATOR))
        yield Area(town, community, page)


async def test_an_admins_rounds(sqlite_url: str, browser: Browser) -> None:
    async with an_area(sqlite_url, browser) as area:
        page = area.page
        await area.go("/")
        await page.get_by_role("link", name="Administration").click()
        await expect(page.get_by_text("Nothing needs you. All is well.")).to_be_visible()

        # Roles: granted, taken back; and a link for somebody new.
        await page.get_by_role("link", name="Roles", exact=True).click()
        grant = page.locator("section[aria-labelledby=grant-heading]")
        await grant.locator("[name=member]").fill("Bob")
        await grant.locator("[name=role]").select_option("moderator")
        await area.press("Grant it")
        await area.told("Bob is a moderator now.")
        bob = page.locator(".lines-of li").filter(has_text="Bob")
        await expect(bob).to_contain_text("Moderator")
        await look(area, browser, {"roles": "/admin/roles"})
        await bob.get_by_role("button", name="Take it back").click()
        await area.told("What was granted to Bob is taken back.")
        await expect(page.locator(".lines-of li").filter(has_text="Bob")).to_have_count(0)
        invite = page.locator("section[aria-labelledby=invite-heading]")
        await invite.locator("[name=name]").fill("Zoe")
        await area.press("Make a sign-in link")
        link = await page.get_by_label("Sign-in link").input_value()
        async with opened_page(browser) as other:
            await other.goto(link)
            await other.get_by_role("main").get_by_role("button", name="Sign in").click()
            await expect(other.locator(".my-name")).to_have_text("Zoe")

        await channels(area)
        await look(area, browser, {"start": "/admin", "channels": "/admin/channels", "channel": "/admin/channels/1"})
        await look(area, browser, {"outbox": "/admin/outbox", "communities": "/admin/communities"})


async def channels(area: Area) -> None:
    """What is set in a channel holds at once: its section is shown in that order; a mistake changes nothing."""
    page = area.page
    await page.get_by_role("link", name="Channels", exact=True).click()
    await page.get_by_role("link", name="Square").last.click()
    await page.locator("[name=sort]").fill("new")
    await area.press("Save")
    await area.told("new")
    await page.locator("[name=zone]").fill("Europe/Nowhere")
    await area.press("Save")
    await expect(page.get_by_role("alert")).to_contain_text("Europe/Nowhere")
    async with area.town.store.read() as tx:
        (channel,) = await tx.places.channels()
    assert (channel.settings.sort, channel.zone) == ("new", "Europe/Paris")
    await area.go("/s/square")
    await expect(page.get_by_role("navigation", name="Order").locator("[aria-current]")).to_have_text("New")


async def look(area: Area, browser: Browser, paths: dict[str, str]) -> None:
    """Everything fits and can be read, in every size, colour scheme and language."""
    cookies = await area.page.context.cookies()
    for view, options in VIEWS:
        async with opened_page(browser, **options) as page:
            kept: list[Any] = [{**each} for each in cookies if each["name"] != "tribune_language"]
            await page.context.add_cookies(kept)
            for name, path in paths.items():
                answer = await page.goto(area.url(path))
                assert answer is not None
                assert answer.status == 200, path
                width = options["viewport"]["width"]
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, (view, path)
                assert await page.evaluate(CONTRAST) == [], (view, path)
                if PICTURES:
                    await page.screenshot(path=Path(PICTURES) / f"{name}-{view}.png", full_page=True)
