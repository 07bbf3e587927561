"""The first minute with Tribune: it starts, the sample articles are there, somebody comments and votes."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from tests.servers.browser import browser, page
from tests.servers.running import ROOT, Running, get_json, running, start

__all__ = ["browser", "page"]

ARTICLES_WITHIN = 10.0  # seconds from the start of the server


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The example configuration as it is, but for where its database lies."""
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    changed = text.replace("sqlite+aiosqlite:///var/", f"sqlite+aiosqlite:///{tmp_path}/")
    changed = changed.replace("file:examples/", f"file://{ROOT}/examples/")
    assert changed.count(str(tmp_path)) == 1
    path = tmp_path / "config.toml"
    path.write_text(changed, encoding="utf-8")
    return path


async def articles(tribune: Running) -> list[dict[str, object]]:
    """The articles that programs see, once there are some."""
    async with aiohttp.ClientSession() as session:
        deadline = time.monotonic() + ARTICLES_WITHIN
        while time.monotonic() < deadline:
            found = await get_json(session, f"{tribune.base}/api/articles?sort=new")
            if found["total"] == 8:
                items = found["items"]
                assert isinstance(items, list)
                return items
            await asyncio.sleep(0.1)
    raise AssertionError(f"the sample articles are not there: {found['total']} of 8")


async def test_the_sample_articles_are_there_and_a_feed_that_fails_stops_nothing(config: Path) -> None:
    async with running(config) as tribune:
        assert {each["source"] for each in await articles(tribune)} == {"The Lantern Quay Gazette"}
        async with aiohttp.ClientSession() as session:
            feeds = await get_json(session, f"{tribune.base}/api/feeds")
            assert isinstance(feeds["items"], list)
            assert len(feeds["items"]) == 4
            async with session.get(f"{tribune.base}/healthz") as health:
                assert health.status == 200


async def sign_in(page: Page, tribune: Running, name: str = "Ada") -> None:
    await page.goto(tribune.link)
    await page.get_by_label("Name").fill(name)
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await page.get_by_role("button", name="Sign out").wait_for()


async def test_a_comment_is_written_and_a_vote_given_twice_and_taken_back(config: Path, page: Page) -> None:
    async with running(config) as tribune:
        listed = await articles(tribune)
        await sign_in(page, tribune)
        await page.goto(f"{tribune.base}{listed[0]['address']}")
        await page.get_by_label("Your comment").fill("A boat at last.\n\n> half past nine\n\nI shall be on it.")
        await page.get_by_role("button", name="Post the comment").click()
        comment = page.get_by_role("article").filter(has_text="I shall be on it.")
        await comment.wait_for()
        assert await comment.get_by_role("blockquote").inner_text() == "half past nine"

        up = page.get_by_role("button", name="Vote up").first
        await up.click()
        await expect(page.locator("[data-up]").first).to_have_text("1")
        assert await up.get_attribute("aria-pressed") == "true"
        assert await count(tribune, listed[0]) == 1
        await post_again(page, "up")
        assert await count(tribune, listed[0]) == 1
        await page.reload()
        await page.get_by_role("button", name="Vote up").first.click()
        await expect(page.locator("[data-up]").first).to_have_text("0")
        assert await count(tribune, listed[0]) == 0


async def count(tribune: Running, article: dict[str, object]) -> object:
    async with aiohttp.ClientSession() as session:
        return (await get_json(session, f"{tribune.base}/api/articles/{article['id']}"))["up"]


async def post_again(page: Page, vote: str) -> None:
    """Send the page's own form with the same vote, as a second click before the answer would."""
    await page.evaluate(
        """vote => {
            const form = document.querySelector('form.votes');
            const body = new FormData(form);
            body.set('vote', vote);
            return fetch(form.action, {method: 'POST', body: new URLSearchParams(body)}).then(r => {
                if (!r.ok) throw new Error(`answered ${r.status}`);
            });
        }""",
        vote,
    )


async def test_it_works_without_script(config: Path, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = await context.new_page()
    async with running(config) as tribune:
        listed = await articles(tribune)
        await page.goto(f"{tribune.base}/signin")
        await page.get_by_label("Nom").fill("Zoé")
        await page.get_by_role("main").get_by_role("button").click()
        await page.goto(f"{tribune.base}{listed[0]['address']}")
        await page.get_by_role("textbox").fill("Enfin un bateau.")
        await page.get_by_role("button", name="Publier").click()
        await page.get_by_text("Enfin un bateau.").wait_for()
        await page.locator("button.vote.up").first.click()
        await page.wait_for_load_state()
        assert await count(tribune, listed[0]) == 1
        await page.locator("button.vote.up").first.click()
        await page.wait_for_load_state()
        assert await count(tribune, listed[0]) == 0
    await context.close()


async def test_all_of_it_survives_a_kill(config: Path, page: Page) -> None:
    tribune = await start(config)
    listed = await articles(tribune)
    await sign_in(page, tribune)
    await page.goto(f"{tribune.base}{listed[0]['address']}")
    await page.get_by_label("Your comment").fill("Before the kill.")
    await page.get_by_role("button", name="Post the comment").click()
    await page.get_by_text("Before the kill.").wait_for()
    port = tribune.base.rpartition(":")[2]
    await tribune.kill()
    async with running(config, environ={"TRIBUNE_WEB_PORT": port}) as again:
        assert len(await articles(again)) == 8
        await page.reload()
        await page.get_by_text("Before the kill.").wait_for()
        assert await page.get_by_role("button", name="Sign out").is_visible()


async def test_a_second_tribune_on_the_database_is_told_who_holds_it(config: Path) -> None:
    async with running(config) as tribune:
        with pytest.raises(AssertionError, match=str(tribune.process.pid)):
            await start(config)
        assert (await articles(tribune))[0]["comments"] == 0


async def test_sigterm_drains_within_ten_seconds(config: Path) -> None:
    tribune = await start(config)
    before = time.monotonic()
    assert await tribune.stop() == 0
    assert time.monotonic() - before < 10
