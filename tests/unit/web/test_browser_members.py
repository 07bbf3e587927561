"""What members and admins see of order, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from adapters.web import WebNetwork
from bot.domain.model import CommentId, Content, DiscussionId, Role
from tests.servers.browser import browser, opened_page, page
from tests.unit.web.order import someone
from tests.unit.web.reader import Reader
from tests.unit.web.test_browser import CONTRAST, sign_in
from tests.unit.web.test_discussion import say
from tests.unit.web.town import ONE, Town

__all__ = ["browser", "page"]

BODY = "<p>The bridge was opend on Monday.</p>"


@pytest.fixture
async def root(town: Town, web: WebNetwork) -> AsyncIterator[Reader]:
    """An admin who has written, reported and been told much."""
    async with Reader(web) as made:
        await made.sign_in("Root" + "x" * 30)
        account = next(account for _, account in town.people.accounts.values())
        town.people.roles[ONE, account.member_id] = Role.ADMIN
        await say(made, "y" * 300)
        town.order.tell(account.ref, "<p>" + "z" * 300 + "</p>")
        town.order.add_flag(account.member_id, DiscussionId(1), "x" * 200)
        person = replace(someone(int(account.member_id), account.name), standing=someone(1, "", points=9).standing)
        best = [(DiscussionId(1), "x" * 200, replace(town.talk[CommentId(1)][1], sensitive="w" * 100))]
        town.order.add_member(ONE, person, best=best)
        town.order.add_correction(ONE, DiscussionId(1), "x" * 200, "v" * 200, account.name)
        offered: dict[str, Any] = {"offered_revision": 2, "offered_text": "the bees"}
        town.order.add_correction(ONE, DiscussionId(1), "Bees return", "teh bees", account.name, **offered)
        yield made


def write(town: Town, **changes: object) -> None:
    stand = town.stands[DiscussionId(1)]
    content = replace(stand.line.content, body=BODY, image="https://img.example/a.png")
    stand.line = replace(stand.line, content=content, **changes)  # type: ignore[arg-type]


async def test_chosen_words_are_taken_over(town: Town, web: WebNetwork, page: Page) -> None:
    write(town)
    town.order.texts[DiscussionId(1), 1] = Content(title="A bridge opens", link=None, body=BODY)
    await sign_in(page, web, "Bob")
    await page.goto(f"{web.settings.base}/a/1")
    offer = page.get_by_role("link", name="An error in these words? Tell us")
    await expect(offer).to_have_count(0)
    await page.locator(".story-body p").dblclick(position={"x": 12, "y": 12})
    await expect(offer).to_be_visible()
    await offer.click()
    await expect(page.get_by_label("The words that are wrong")).to_have_value("The")
    await page.get_by_label("A typing or language mistake").check()
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert len(town.order.errata) == 1


async def test_nothing_behind_a_curtain_loads_before_it_is_opened(town: Town, web: WebNetwork, page: Page) -> None:
    write(town, sensitive="An accident")
    asked: list[str] = []

    async def image(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(content_type="image/svg+xml", body="<svg xmlns='http://www.w3.org/2000/svg'/>")

    await page.route("https://img.example/**", image)
    for path in ("/", "/a/1"):
        await page.goto(f"{web.settings.base}{path}")
        await expect(page.get_by_text("Sensitive: An accident")).to_be_visible()
    await page.wait_for_timeout(300)
    assert asked == []
    async with page.expect_response("https://img.example/a.png"):
        await page.locator("details.curtain summary").focus()
        await page.keyboard.press("Enter")
    assert asked == ["https://img.example/a.png"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_members_pages_fit_and_can_be_read(
    town: Town, web: WebNetwork, root: Reader, browser: Browser, scheme: Any
) -> None:
    write(town, sensitive="u" * 100, locked=True, locked_until=town.clock.now() + timedelta(hours=1))
    member = next(iter(town.people.accounts.values()))[1].member_id
    small = {"width": 360, "height": 740}
    async with opened_page(browser, viewport=small, color_scheme=scheme, locale="fr-FR") as page:
        await page.context.add_cookies(
            [{"name": name, "value": value, "url": web.settings.base} for name, value in root.cookies().items()]
        )
        paths = ("/", "/a/1", "/me", "/me/reports", "/corrections", "/corrections?state=rejected", "/a/1/correction")
        for path in (*paths, "/a/1/reply", f"/members/{member}"):
            await page.goto(f"{web.settings.base}{path}")
            await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
            assert await page.evaluate(CONTRAST) == [], path
