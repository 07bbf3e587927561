"""An admin's area, in a real browser on the real parts: roles, channels, the outbox, lists of feeds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Page, expect

from bot.domain.model import CommunityId, Role
from tests.end_to_end.small import Town, small_town
from tests.end_to_end.walking import Walk
from tests.servers.browser import browser, opened_page

__all__ = ["browser"]


@dataclass
class Area(Walk):
    """An admin with a page."""

    community: CommunityId


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
        yield Area(town, page, community)


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
        await area.look(browser, {"roles": "/admin/roles"})
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
        await area.look(browser, {"start": "/admin", "channels": "/admin/channels", "channel": "/admin/channels/1"})
        await area.look(browser, {"outbox": "/admin/outbox", "communities": "/admin/communities"})


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
