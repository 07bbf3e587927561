"""A moderator's day, in a real browser on the real parts: what is clicked, and what stands in the database after it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.domain.model import Case, CaseState, CommentId, Role, Ruling, Subject, SubjectKind
from tests.contract.order_scene import Order, order
from tests.end_to_end.small import Town, small_town
from tests.servers.browser import browser, opened_page
from tests.unit.web.test_browser import CONTRAST

__all__ = ["browser"]

PICTURES = os.environ.get("TRIBUNE_TEST_PICTURES")
"""A folder for pictures of what moderators see, for people to look at."""


@dataclass
class Day:
    """The people of the day, each with a page of their own."""

    town: Town
    scene: Order
    pages: dict[str, Page]

    @property
    def article(self) -> str:
        return f"{self.town.web.settings.base}/a/{self.scene.discussion}"

    def url(self, path: str) -> str:
        return f"{self.town.web.settings.base}{path}"

    async def comment(self, name: str, words: str) -> CommentId:
        """Somebody writes a comment; its number."""
        page = self.pages[name]
        await page.goto(self.article)
        await page.get_by_label("Your comment").fill(words)
        await page.get_by_role("button", name="Post the comment").click()
        shown = page.locator("article.comment").filter(has_text=words)
        await shown.wait_for()
        return CommentId(int((await shown.get_attribute("id") or "c0")[1:]))

    async def report(self, name: str, comment: CommentId, reason: str) -> None:
        """Somebody reports a comment by the form."""
        page = self.pages[name]
        await page.goto(f"{self.article}/c/{comment}/report")
        await page.get_by_label(reason).check()
        await page.get_by_role("button", name="Report", exact=True).click()
        await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()

    async def decide(self, case: Case, *choices: str, words: str = "") -> None:
        """The moderator decides a case by the form."""
        page = self.pages["Mona"]
        await page.goto(self.url(f"/mod/cases/{case.id}"))
        for choice in choices:
            await page.get_by_label(choice).check()
        if words:
            await page.get_by_label("Words of your own to the author").fill(words)
        await page.get_by_role("button", name="Decide").click()
        await expect(page.get_by_role("status")).to_contain_text("is decided")

    async def case(self, comment: CommentId) -> Case:
        async with self.town.store.read() as tx:
            found = await tx.cases.latest(Subject(kind=SubjectKind.COMMENT, id=comment))
        assert found is not None
        return found

    async def sees(self, name: str, words: str, number: int = 1) -> None:
        """So often somebody sees these words under the article."""
        page = self.pages[name]
        await page.goto(self.article)
        await expect(page.locator("article.comment").filter(has_text=words)).to_have_count(number)


@asynccontextmanager
async def a_day(url: str, browser: Browser) -> AsyncIterator[Day]:
    async with small_town(url) as town:
        scene = await order(town)
        async with opened_page(browser) as ann, opened_page(browser) as bob, opened_page(browser) as mona:
            day = Day(town, scene, {"Ann": ann, "Bob": bob, "Mona": mona})
            for name, page in day.pages.items():
                await page.goto(day.url("/signin"))
                await page.get_by_label("Name").fill(name)
                await page.get_by_role("main").get_by_role("button", name="Sign in").click()
                await page.get_by_role("button", name="Sign out").wait_for()
            account = await town.store.write(lambda tx: tx.members.registered(scene.community, "web", "Mona"))
            assert account is not None
            await town.store.write(lambda tx: tx.members.grant(scene.community, account.member_id, Role.MODERATOR))
            yield day


async def test_queue_claim_hide_edit_disagree_ignore_mute_lock(sqlite_url: str, browser: Browser) -> None:
    async with a_day(sqlite_url, browser) as day:
        mona, ann = day.pages["Mona"], day.pages["Ann"]
        rude = await day.comment("Ann", "Only a fool would cross that bridge.")
        await day.report("Bob", rude, "Insulting or unkind")

        # The queue, and a claim.
        await mona.goto(day.url("/mod"))
        await mona.get_by_role("link", name="Only a fool would cross that bridge.").click()
        await mona.get_by_role("button", name="Claim it").click()
        await expect(mona.get_by_text("Yours until")).to_be_visible()
        case = await day.case(rude)
        assert case.claimed(day.town.clock.now()) is not None

        # Agreed, and hidden.
        await day.decide(case, "Agree: something", "Hide it", "Nothing", words="The argument, not the person.")
        case = await day.case(rude)
        assert (case.state, case.decision and case.decision.ruling) == (CaseState.DECIDED, Ruling.AGREE)
        await day.sees("Bob", "Only a fool", 0)
        await day.sees("Ann", "Only a fool")
        await day.town.delivered()
        await ann.goto(day.url("/me"))
        await expect(ann.get_by_role("main")).to_contain_text("The argument, not the person.")

        # Its author edits it, which opens the case again; now it may stay.
        await ann.goto(f"{day.article}/c/{rude}/edit")
        await ann.get_by_label("Your comment").fill("I would not cross that bridge.")
        await ann.get_by_role("button", name="Save").click()
        reopened = await day.case(rude)
        assert (reopened.id, reopened.state, reopened.reopened) == (case.id, CaseState.OPEN, True)
        await day.sees("Bob", "I would not cross", 0)
        await day.decide(reopened, "Disagree: it may stay")
        await day.sees("Bob", "I would not cross")

        # One is ignored; another's author is muted.
        odd = await day.comment("Ann", "What about the price of bread?")
        await day.report("Bob", odd, "Has nothing to do with the article")
        await day.decide(await day.case(odd), "Ignore: neither")
        await day.sees("Bob", "the price of bread")
        spam = await day.comment("Ann", "Cheap watches, cheap watches!")
        await day.report("Bob", spam, "Advertising or spam")
        await day.decide(await day.case(spam), "Agree: something", "Delete it for good", "A mute")
        assert (await day.scene.standing_of(rude)).muted(day.town.clock.now())
        await ann.goto(day.article)
        await expect(ann.get_by_label("Your comment")).to_have_count(0)

        # The discussion is locked, and the log knows it all.
        await mona.goto(day.article)
        await mona.get_by_text("For moderators").click()
        await mona.get_by_role("button", name="Lock", exact=True).click()
        await day.pages["Bob"].goto(day.article)
        await expect(day.pages["Bob"].get_by_label("Your comment")).to_have_count(0)
        assert await day.scene.logged() == [
            "case.claim",
            "case.decide",
            "case.reopen",
            "case.decide",
            "case.decide",
            "case.decide",
            "member.mute",
            "discussion.lock",
        ]
        await look(day, browser, rude)


VIEWS: list[tuple[str, dict[str, Any]]] = [
    ("wide-light-en", {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "en-GB"}),
    ("wide-dark-fr", {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark", "locale": "fr-FR"}),
    ("phone-light-fr", {"viewport": {"width": 360, "height": 740}, "color_scheme": "light", "locale": "fr-FR"}),
    ("phone-dark-en", {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "locale": "en-GB"}),
]


async def look(day: Day, browser: Browser, comment: CommentId) -> None:
    """Everything fits and can be read, in every size, colour scheme and language."""
    case = await day.case(comment)
    paths = {
        "queue": "/mod?view=decided",
        "empty": "/mod",
        "case": f"/mod/cases/{case.id}",
        "log": "/mod/log",
        "member": f"/members/{case.author}",
        "article": f"/a/{day.scene.discussion}",
        "me": "/me",
    }
    cookies = await day.pages["Mona"].context.cookies()
    for view, options in VIEWS:
        async with opened_page(browser, **options) as page:
            await page.context.add_cookies([{**each} for each in cookies if each["name"] != "tribune_language"])  # type: ignore[typeddict-item]
            for name, path in paths.items():
                await page.goto(day.url(path))
                width = options["viewport"]["width"]
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, (view, path)
                assert await page.evaluate(CONTRAST) == [], (view, path)
                if PICTURES:
                    await page.screenshot(path=Path(PICTURES) / f"{name}-{view}.png", full_page=True)


@pytest.mark.parametrize("name", ["Ann", "Bob"])
async def test_the_moderators_area_is_for_moderators(sqlite_url: str, browser: Browser, name: str) -> None:
    async with a_day(sqlite_url, browser) as day:
        page = day.pages[name]
        answer = await page.goto(day.url("/mod"))
        assert answer is not None
        assert answer.status == 403
        await expect(page.get_by_role("main")).to_contain_text("moderators")
