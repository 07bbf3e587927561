"""A real browser for the page: a Chromium that is found on the machine, driven by Playwright.

A conftest imports `browser` and `page`. Where there is no Chromium the tests that ask for one are skipped, and the
reason says so.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NONE = "no Chromium found: install one (apt-get install chromium) or name it in TRIBUNE_TEST_BROWSER"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
)
SLOW = 20_000  # milliseconds that a busy machine may take


def find_chromium(playwrights: str = "") -> str | None:
    """The Chromium to be driven: the one that is named, one of the system's, Playwright's own, or None."""
    named = os.environ.get("TRIBUNE_TEST_BROWSER")
    if named:
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return playwrights if playwrights and Path(playwrights).exists() else None


@asynccontextmanager
async def opened_browser() -> AsyncIterator[Browser]:
    """A browser without a window. Skips the test where there is none."""
    async with async_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        if path is None:
            pytest.skip(NONE)
        running = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield running
        finally:
            await running.close()


@asynccontextmanager
async def opened_page(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    """A page in a browser profile of its own. What it complains about fails the test that opened it."""
    context = await browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Paris"} | options)
    context.set_default_timeout(SLOW)
    complaints: list[str] = []
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: _note(complaints, message))
    try:
        yield page
    finally:
        await context.close()
    assert not complaints, complaints


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    """Errors count, also those of the content policy; an answer of 4xx is what some tests ask for."""
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
        complaints.append(message.text)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser without a window."""
    async with opened_browser() as running:
        yield running


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page that speaks English and stands in Paris."""
    async with opened_page(browser) as made:
        yield made
