"""What members do for themselves, in a real browser on the real parts: until they have themselves forgotten."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, expect

from bot.domain.model import DiscussionId
from tests.end_to_end.small import small_town
from tests.end_to_end.walking import PICTURES, Walk
from tests.servers.browser import browser, opened_page

__all__ = ["browser"]


@dataclass
class Life(Walk):
    """A member with a page, and an article to talk about."""

    article: DiscussionId


@asynccontextmanager
async def a_life(url: str, browser: Browser) -> AsyncIterator[Life]:
    async with small_town(url) as town, opened_page(browser) as page:
        await town.community("square", default=True)
        article = await town.article("A bridge opens", "square")
        life = Life(town, page, article)
        await life.go("/signin")
        await page.get_by_label("Name").fill("Ann Onymous")
        await life.press("Sign in")
        await page.get_by_role("button", name="Sign out").wait_for()
        yield life


async def test_follow_language_another_device_export_and_the_way_out(sqlite_url: str, browser: Browser) -> None:
    async with a_life(sqlite_url, browser) as life:
        page = life.page
        await life.go(f"/a/{life.article}")
        await page.get_by_label("Your comment").fill("I crossed it this morning.")
        await life.press("Post the comment")
        await page.locator("article.comment").filter(has_text="I crossed it").wait_for()

        # Words, each with its own button; an error keeps what was typed.
        await life.go("/me/following")
        await expect(page.get_by_text("You follow nothing yet.")).to_be_visible()
        await page.get_by_label("A word, or several").fill("public works")
        await life.press("Follow")
        await life.told("You follow “public works” now.")
        await page.get_by_label("A word, or several").fill("!?")
        await life.press("Follow")
        await expect(page.get_by_role("alert")).to_contain_text("“!?” has none")
        await expect(page.get_by_label("A word, or several")).to_have_value("!?")
        await page.get_by_label("A word, or several").fill("école")
        await life.press("Follow")
        await life.press("Unfollow public works")
        await life.told("You do not follow “public works” any more.")
        await expect(page.locator(".lines-of li")).to_have_count(1)
        await life.press("Turn them off")
        await expect(page.get_by_text("They are off.")).to_be_visible()
        await life.look(browser, {"following": "/me/following"})

        # Another device.
        await life.go("/me/account")
        await life.press("Make a sign-in link")
        link = await page.get_by_label("Sign in to the page").input_value()
        async with opened_page(browser) as other:
            await other.goto(link)
            await other.get_by_role("main").get_by_role("button", name="Sign in").click()
            await expect(other.locator(".my-name")).to_have_text("Ann Onymous")

        # The language is spoken at once.
        await page.get_by_label("Français").check()
        await life.press("Save")
        await expect(page.get_by_role("heading", name="Langue", exact=True)).to_be_visible()
        await page.get_by_label("English").check()
        await life.press("Enregistrer")
        await expect(page.get_by_role("heading", name="Language", exact=True)).to_be_visible()
        await life.look(browser, {"account": "/me/account", "forget": "/me/forget"})

        # All that is kept, as a file.
        async with page.expect_download() as download:
            await life.press("Download it")
        kept = json.loads(Path(await (await download.value).path()).read_text(encoding="utf-8"))
        assert "I crossed it this morning." in json.dumps(kept, ensure_ascii=False)

        await forgotten(life)
        await life.look(browser, {"afterwards": f"/a/{life.article}"})


async def forgotten(life: Life) -> None:
    page = life.page
    await life.go("/me/account")
    await page.get_by_role("link", name="What exactly happens").click()
    await page.get_by_label("To confirm it, type your name").fill("Somebody else")
    await life.press("Forget me")
    await expect(page.get_by_role("alert")).to_contain_text("That is not your name.")
    await page.get_by_label("To confirm it, type your name").fill("ann onymous")
    await life.press("Forget me")
    await expect(page.get_by_role("heading", name="You are forgotten")).to_be_visible()
    await life.told("You are forgotten here.")
    await expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / "forgotten.png", full_page=True)
    answer = await page.goto(life.url("/me/account"))
    assert answer is not None
    assert answer.status == 403
    await life.go(f"/a/{life.article}")
    await expect(page.get_by_text("Ann Onymous")).to_have_count(0)
    await expect(page.get_by_text("I crossed it this morning.")).to_have_count(0)
