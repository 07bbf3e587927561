"""Takes the pictures of the documentation: `python -m docs.pictures` from the repository's root.

Starts Tribune with the example configuration on a database of its own, lets a few invented people talk, and
photographs the page; and what it writes on Discord and on Matrix.
"""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from docs import discord_pictures, matrix_pictures
from tests.servers.browser import opened_browser, opened_page
from tests.servers.running import ROOT, Running, running

IMAGES = ROOT / "docs" / "images"
ARTICLE = "Evening ferry returns after two winters without one"
TALK = [
    ("Maëlle", "At last. The last boat at seven meant that nobody from the far shore ever came to the theatre."),
    ("Tomasz", "A trial of one year is short: people need a winter to notice that a boat is there again."),
    ("Ines", "It is what the council could agree on. Let us fill the boat, and ask again."),
    ("Old Piet", "Half past nine is too early for the theatre, it ends at ten."),
]
ANSWERS = {2: 1}  # who speaks third quotes who spoke second
REPORTED = 3
VOTES = [("Tomasz", 0, "up"), ("Ines", 0, "up"), ("Old Piet", 0, "up"), ("Maëlle", 2, "up"), ("Tomasz", 2, "up"),
         ("Ines", 3, "up"), ("Tomasz", 3, "down"), ("Maëlle", None, "up"), ("Ines", None, "up")]  # fmt: skip


async def sign_in(page: Page, tribune: Running, name: str) -> None:
    await page.goto(f"{tribune.base}/signin")
    await page.get_by_label("Name").fill(name)
    await page.get_by_role("main").get_by_role("button").first.click()
    await page.get_by_role("button", name="Sign out").wait_for()


def comment(page: Page, number: int) -> Locator:
    return page.get_by_role("article").filter(has_text=TALK[number][1])


async def talk(pages: dict[str, Page], tribune: Running) -> str:
    """Everybody says something, then everybody votes; the address of the article."""
    (first, *_) = pages.values()
    await first.goto(f"{tribune.base}/?sort=new")
    await first.get_by_role("link", name=ARTICLE).click()
    address = first.url.partition("#")[0]
    for number, (name, words) in enumerate(TALK):
        page = pages[name]
        await page.goto(address)
        if number in ANSWERS:
            await comment(page, ANSWERS[number]).get_by_role("link", name="Quote").click()
            await page.locator("[data-reply-form] textarea").wait_for()
        box = page.get_by_role("textbox").first
        await box.fill(await box.input_value() + words)
        await page.get_by_role("main").get_by_role("button", name="Post the").first.click()
        await comment(page, number).last.wait_for()
    for name, voted, vote in VOTES:
        await give(pages[name], address, voted, vote)
    return address


async def give(page: Page, address: str, number: int | None, vote: str) -> None:
    await page.goto(address)
    where = page.get_by_role("main") if number is None else comment(page, number).last
    button = where.get_by_role("button", name=f"Vote {vote}").first
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "true")


async def case(page: Page, reporter: Page, tribune: Running, address: str) -> None:
    """Somebody reports a comment; a moderator looks at the case."""
    await reporter.goto(address)
    await comment(reporter, REPORTED).last.get_by_role("link", name="Report a problem").click()
    await reporter.get_by_label("Has nothing to do with the article").check()
    await reporter.get_by_role("button", name="Report", exact=True).click()
    await reporter.get_by_role("heading", name="Thank you").wait_for()
    await page.goto(tribune.link)
    await page.get_by_label("Name").fill("Mona")
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await page.get_by_role("button", name="Sign out").wait_for()
    await page.goto(f"{tribune.base}/mod")
    await page.get_by_role("link", name=TALK[REPORTED][1][:40]).click()
    await page.get_by_label("Agree: something is wrong with it").check()
    await page.get_by_label("Hide it: its author can change it").check()
    await page.get_by_role("heading", name="To the author").wait_for()
    await page.screenshot(path=IMAGES / "case.png", full_page=True)


async def photograph(browser: Browser, tribune: Running, address: str) -> None:
    views = [
        ("front", f"{tribune.base}/", {"viewport": {"width": 1100, "height": 900}, "locale": "fr-FR"}),
        ("phone", address, {"viewport": {"width": 360, "height": 760}, "color_scheme": "dark"}),
    ]
    for name, where, options in views:
        async with opened_page(browser, **options) as page:
            await page.goto(where)
            await page.screenshot(path=IMAGES / f"{name}.png")


async def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as folder:
        text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
        text = text.replace("///var/", f"///{folder}/").replace("file:examples/", f"file://{ROOT}/examples/")
        config = Path(folder) / "config.toml"
        config.write_text(text, encoding="utf-8")
        async with running(config) as tribune, opened_browser() as browser, AsyncExitStack() as stack:
            pages = {
                name: await stack.enter_async_context(opened_page(browser, viewport={"width": 1100, "height": 900}))
                for name, _ in TALK
            }
            for name, page in pages.items():
                await sign_in(page, tribune, name)
            address = await talk(pages, tribune)
            await pages["Tomasz"].goto(address)
            await pages["Tomasz"].screenshot(path=IMAGES / "article.png", full_page=True)
            async with opened_page(browser, viewport={"width": 1280, "height": 900}) as moderator:
                await case(moderator, pages["Tomasz"], tribune, address)
            await photograph(browser, tribune, address)
            await discord_pictures.paint(browser, IMAGES, Path(folder))
            await matrix_pictures.paint(browser, IMAGES, Path(folder) / "matrix")


if __name__ == "__main__":
    asyncio.run(main())
