"""The page in a real browser: live with script, whole without."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from adapters.web import WebNetwork
from bot.domain.model import CaseId, CommentId, Decision, DiscussionId, Measure, Ref, Role, Ruling, Sanction
from bot.ports.signals import Signal
from tests.servers.browser import browser, opened_page, page
from tests.unit.web.disorder import RICK, about_article, moderator, quarrel, remark
from tests.unit.web.reader import Reader
from tests.unit.web.test_discussion import say, vote
from tests.unit.web.town import ONE, Town

__all__ = ["browser", "page"]

CONTRAST = """() => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    return getComputedStyle(document.body).backgroundColor;
  };
  const faults = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.closest("svg") || !element.checkVisibility()) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) faults.push(`${element.className || element.tagName}: ${ratio.toFixed(2)}`);
  }
  return faults;
}"""


@pytest.fixture
async def ada(web: WebNetwork) -> AsyncIterator[Reader]:
    async with Reader(web) as made:
        await made.sign_in("Ada")
        yield made


async def sign_in(page: Page, web: WebNetwork, name: str) -> None:
    await page.goto(f"{web.settings.base}/signin")
    await page.get_by_label("Name").fill(name)
    await page.locator("main").get_by_role("button", name="Sign in").click()
    await expect(page.locator(".my-name")).to_have_text(name)


async def test_a_comment_is_written_and_a_vote_counts_once(town: Town, web: WebNetwork, page: Page) -> None:
    await sign_in(page, web, "Bob")
    await page.get_by_role("link", name="A bridge opens").click()
    await page.get_by_label("Your comment").fill("Hello *there*")
    await page.get_by_role("button", name="Post the comment").click()
    await expect(page.locator("#c1 em")).to_have_text("there")
    up = page.locator("article.full .vote.up")
    for pressed, count in (("true", "1"), ("false", "0"), ("true", "1")):
        await up.click()
        await expect(up).to_have_attribute("aria-pressed", pressed)
        await expect(up.locator(".count")).to_have_text(count)
    await page.locator("article.full .vote.down").click()
    await expect(page.locator("article.full [data-up]")).to_have_text("0")
    await expect(page.locator("article.full [data-down]")).to_have_text("1")
    await page.reload()
    await expect(page.locator("article.full [data-down]")).to_have_text("1")


async def test_an_answer_is_written_in_place(town: Town, web: WebNetwork, ada: Reader, page: Page) -> None:
    await say(ada, "First")
    await sign_in(page, web, "Bob")
    await page.goto(f"{web.settings.base}/a/1")
    quote = page.get_by_role("link", name="Quote Ada")
    await quote.click()
    field = page.locator("#c1 textarea")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("> [#1] Ada\n> First\n\n")
    await page.locator("#c1").get_by_role("link", name="Cancel").click()
    await expect(field).to_have_count(0)
    await quote.click()
    await page.keyboard.type("Second")
    await page.locator("#c1").get_by_role("button", name="Post the comment").click()
    await expect(page.locator("#c2 .attribution")).to_have_text("Ada wrote:")
    await expect(page).to_have_url(re.compile(r"/a/1#c2$"))


async def test_what_others_do_shows_without_moving_what_is_read(
    town: Town, web: WebNetwork, ada: Reader, page: Page
) -> None:
    await say(ada, "First")
    await page.goto(f"{web.settings.base}/a/1")
    await connected(web)
    before = await page.locator("#c1").bounding_box()
    await vote(ada, "up")
    await say(ada, "Second")
    news = page.get_by_role("button", name="1 new comment. Show it")
    await expect(news).to_be_visible()
    await expect(page.locator("#c2")).to_have_count(0)
    assert await page.locator("#c1").bounding_box() == before
    await expect(page.locator("article.full [data-up]")).to_have_text("1")
    await news.click()
    await expect(page.locator("#c2")).to_contain_text("Second")
    await expect(page.locator("#comments-heading")).to_have_text("2 comments")
    assert await page.locator("#c1").bounding_box() == before


async def test_votes_on_comments_and_new_articles_show(town: Town, web: WebNetwork, ada: Reader, page: Page) -> None:
    await page.goto(f"{web.settings.base}/")
    await connected(web)
    await vote(ada, "up", "web:post/p2")
    town.publish(Signal(community_id=ONE, discussion_id=DiscussionId(2)))
    await expect(page.locator("#a2 [data-up]")).to_have_text("1")
    town.add_article(ONE, Ref("web:section/world"), "Just in")
    town.publish(Signal(community_id=ONE))
    await page.get_by_role("button", name="There are new articles. Show them").click()
    await expect(page.get_by_role("link", name="Just in")).to_be_visible()


async def test_a_hidden_page_hangs_up(web: WebNetwork, page: Page) -> None:
    await page.goto(f"{web.settings.base}/a/1")
    await connected(web)
    await hide(page, True)
    await connected(web, 0)
    await hide(page, False)
    await connected(web)


async def connected(web: WebNetwork, streams: int = 1) -> None:
    """Wait until so many streams are open; that one is closed is noticed within a second."""
    for _ in range(200):
        if web._site.live.watching("127.0.0.1") == streams:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{web._site.live.watching('127.0.0.1')} streams are open, not {streams}")


async def hide(page: Page, hidden: bool) -> None:
    await page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


async def test_times_are_the_readers(web: WebNetwork, browser: Browser) -> None:
    async with opened_page(browser, timezone_id="America/Montreal", locale="fr-CA") as page:
        await page.goto(f"{web.settings.base}/a/1")
        time = page.locator("article.full time")
        await expect(time).to_have_text(re.compile(r"^12 janvier 2026 à 0?6 h 00$"))
        await expect(time).to_have_attribute("title", "12 janvier 2026 à 12:00 CET")


async def test_the_keyboard_is_enough(web: WebNetwork, page: Page) -> None:
    await sign_in(page, web, "Bob")
    await page.goto(f"{web.settings.base}/a/1")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.matches('.vote.up')"):
            break
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Space")
    await expect(page.locator("article.full .vote.up")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("article.full .vote.up")).to_be_focused()


async def test_without_script_everything_is_there(town: Town, web: WebNetwork, browser: Browser) -> None:
    async with opened_page(browser, java_script_enabled=False) as page:
        await sign_in(page, web, "Bob")
        await page.goto(f"{web.settings.base}/a/1")
        await page.get_by_label("Your comment").fill("First")
        await page.get_by_role("button", name="Post the comment").click()
        await page.get_by_role("link", name="Answer Bob").click()
        await page.get_by_label("Your comment").fill("Second")
        await page.get_by_role("button", name="Post the comment").click()
        await expect(page.locator("#c2-head")).to_contain_text("answers Bob")
        await page.locator("article.full .vote.up").click()
        await expect(page.locator("article.full [data-up]")).to_have_text("1")
        await page.locator("article.full .vote.up").click()
        await expect(page.locator("article.full [data-up]")).to_have_text("0")
        await page.locator("#c2").get_by_role("link", name="Edit").click()
        await page.get_by_label("Your comment").fill("Third")
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#c2")).to_contain_text("Third")
        await page.locator("#c2").get_by_role("link", name="Delete").click()
        await page.get_by_role("button", name="Delete").click()
        await expect(page.locator("#c2")).to_have_count(0)
        await page.get_by_role("button", name="Français").click()
        await expect(page.locator("#comments-heading")).to_have_text("1 commentaire")
    assert town.talk[CommentId(2)][1].deleted


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_fits_and_can_be_read(
    town: Town, web: WebNetwork, ada: Reader, browser: Browser, scheme: Any
) -> None:
    await say(ada, "A word without an end: " + "x" * 200 + "\n\n> quote\n\n```\n" + "code " * 60 + "\n```")
    await say(ada, "https://example.org/" + "long/" * 40)
    town.clock.time += timedelta(minutes=3)
    await ada.send(await ada.get("/a/1/c/1/edit"), "form.write", text="y" * 300)
    small = {"width": 360, "height": 740}
    async with opened_page(browser, viewport=small, color_scheme=scheme, locale="fr-FR") as page:
        await page.context.add_cookies(
            [{"name": name, "value": value, "url": web.settings.base} for name, value in ada.cookies().items()]
        )
        paths = (
            "/",
            "/a/1",
            "/a/1/reply?to=1",
            "/a/1/report",
            "/a/1/correction",
            "/me",
            "/me/reports",
            "/feeds",
            "/about",
        )
        for path in (*paths, "/signin", "/none"):
            await page.goto(f"{web.settings.base}{path}")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
            assert await page.evaluate(CONTRAST) == [], path


@pytest.fixture
async def mona(town: Town, web: WebNetwork) -> AsyncIterator[Reader]:
    async with Reader(web) as made:
        await moderator(town, made, role=Role.ADMIN)
        yield made


async def come_back(page: Page, web: WebNetwork, reader: Reader) -> None:
    """The browser goes on where a reader without one has signed in."""
    await page.context.add_cookies(
        [{"name": name, "value": value, "url": web.settings.base} for name, value in reader.cookies().items()]
    )


@pytest.mark.parametrize(("scheme", "locale"), [("light", "fr-FR"), ("dark", "en-GB")])
@pytest.mark.parametrize("width", [360, 1280])
async def test_the_moderators_area_fits_and_can_be_read(
    town: Town, web: WebNetwork, mona: Reader, browser: Browser, scheme: Any, locale: str, width: int
) -> None:
    case = quarrel(town)
    about_article(town)
    view = town.order.views[case]
    endless = [replace(flag, text="z" * 300) for flag in view.flags]
    edited = replace(remark(town, RICK, "<p>" + "y" * 300 + "</p>"), sensitive="blood")
    town.order.views[CaseId(3)] = replace(
        view, case=replace(view.case, id=CaseId(3), reopened=True), flags=endless, comment=edited, title="x" * 200
    )
    standing = replace(RICK.standing, banned_at=town.clock.now(), muted_until=town.clock.now() + timedelta(days=2))
    town.order.add_member(ONE, replace(RICK, standing=standing), notes=view.notes, cases=view.earlier)
    town.order.logged += [(ONE, line) for line in view.log]
    await mona.send(await mona.get("/mod/cases/2"), "form.decide", ruling="ignore")
    small = {"width": width, "height": 740}
    async with opened_page(browser, viewport=small, color_scheme=scheme, locale=locale) as page:
        await come_back(page, web, mona)
        paths = ("/mod", "/mod?view=mine", "/mod?view=decided", "/mod/log", "/mod/members/201", "/members/201", "/a/1")
        for path in (*paths, "/mod/cases/1", "/mod/cases/2", "/mod/cases/3"):
            await page.goto(f"{web.settings.base}{path}")
            await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            if await page.locator("form.decide").count():
                await page.locator("[name=ruling][value=agree]").check()
                await page.locator("[name=sensitive]").check()
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert await page.evaluate(CONTRAST) == [], path


async def test_what_will_be_sent_follows_the_choices(town: Town, web: WebNetwork, mona: Reader, page: Page) -> None:
    quarrel(town)
    await come_back(page, web, mona)
    await page.goto(f"{web.settings.base}/mod/cases/1")
    author, reporters = page.locator("[data-letter=author]"), page.locator("[data-letter=reporters]")
    await expect(author).to_be_hidden()
    await expect(page.get_by_label("Delete it for good")).to_be_hidden()
    await page.get_by_label("Agree: something is wrong with it").check()
    await expect(author.locator("p")).to_have_text(
        [
            re.compile("^Moderators have hidden your comment"),
            re.compile("^It begins:"),
            re.compile("insulting or unkind"),
        ]
    )
    await expect(reporters).to_contain_text("The moderators agree with you")
    await page.get_by_label("Delete it for good").check()
    await expect(page.get_by_label("For how long?")).to_be_hidden()
    await page.get_by_label("A mute").check()
    await page.get_by_label("For how long?").select_option("1 week")
    await page.get_by_label("Words of your own to the author").fill("<b>Enough.</b>")
    await page.get_by_label("Words of your own to the author").blur()
    await expect(author).to_contain_text("Moderators have deleted your comment")
    await expect(author).to_contain_text("Until 19 January 2026, 13:00 CET you can read here")
    await expect(author).to_contain_text("A moderator writes: <b>Enough.</b>")
    await page.get_by_label("Disagree: it may stay").check()
    await expect(author.locator("p").first).to_contain_text("can be read again: moderators have looked at it")
    await page.get_by_role("button", name="Decide").click()
    await expect(page.get_by_role("status")).to_contain_text("Case 1 is decided.")


async def test_a_case_is_decided_by_keyboard_and_without_script(
    town: Town, web: WebNetwork, mona: Reader, browser: Browser
) -> None:
    case = quarrel(town)
    async with opened_page(browser, java_script_enabled=False) as page:
        await come_back(page, web, mona)
        await page.goto(f"{web.settings.base}/mod")
        await page.get_by_role("link", name="Only an idiot would cross that bridge.").click()
        await page.get_by_text("The texts that will be sent").click()
        await expect(page.get_by_role("rowheader", name="A warning")).to_be_visible()
        await page.get_by_label("Agree: something is wrong with it").focus()
        await page.keyboard.press("Space")
        await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowDown")
        await page.get_by_label("Words of your own to the author").focus()
        await page.keyboard.type("Be kind.")
        await page.get_by_role("button", name="Decide").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("Case 1 is decided.")
    assert town.order.views[case].case.decision == Decision(
        ruling=Ruling.AGREE, measure=Measure.DELETE, sanction=Sanction.WARN, words="Be kind."
    )
