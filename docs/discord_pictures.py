"""The pictures of docs/discord.md: the bot's own messages, as simcord's preview of Discord shows them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import discord
from playwright.async_api import Browser, FloatRect, Locator, Page
from simcord.builders import ChannelHandle

from adapters.discord import refs
from adapters.discord.interactions.definitions import definitions
from adapters.discord.line import Line
from adapters.discord.posting import Posting
from bot.commands.everything import COMMANDS
from bot.domain.model import CaseId, FlagReason, Ref, SubjectKind
from bot.ports.network import Card, CaseCard, Say
from tests.contract.commands.discord_door import opened
from tests.contract.commands.scene import PEOPLE, Template, build, published, scene
from tests.servers.browser import opened_page
from tests.servers.discord_server import DiscordServer, discord_server

VOTERS = {"👍": ("Ann", "Bob", "Max", "Zoe"), "👎": ("Ada",)}
TALK = (
    ("Ann", "At last. The last boat at seven meant that nobody from the far shore ever came to the theatre."),
    ("Bob", "A trial of one year is short."),
    ("Max", "It is what the council could agree on. Let us fill the boat, and ask again."),
    ("Zoe", "Half past nine is too early for the theatre, it ends at ten."),
)
SIZE = {"width": 1300, "height": 1900}
SPACE = 10  # pixels above and below what is shown
SITE = "https://example.org"
_AT_HOME = """([here, site]) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replaceAll(here, site);
}"""  # the feed is served by this machine, and shown as an invented site's
NEWSPAPER = "https://gazette.lantern-quay.example"
POST = Card(
    title="Evening ferry returns after two winters without one",
    link=f"{NEWSPAPER}/2026/01/evening-ferry",
    source="The Lantern Quay Gazette",
    author="Maud Okafor",
    lead="From the first of March a boat will leave for the far shore at half past nine again. The town pays for a "
    "trial of one year.",
    image=None,
    dated=datetime(2026, 1, 19, 16, 45, tzinfo=UTC),
    up=4,
    down=1,
    comments=4,
    marker="ferry",
    language="en",
    colour=0x2E6F9E,
)
CASE = CaseCard(
    case_id=CaseId(7),
    kind=SubjectKind.COMMENT,
    title=POST.title,
    text="Half past nine is too early for the theatre, it ends at ten.\nBuy your tickets at cheap-boats.example!",
    author="Old Piet",
    message=None,
    reports=(("Tomasz", FlagReason.SPAM, ""), ("Maëlle", FlagReason.OFF_TOPIC, "He sells tickets under each article.")),
    hidden=False,
    claimed_by=None,
    decision=(),
    link="https://tribune.example/mod/cases/7",
    marker="case-7",
    language="en",
    zone="Europe/London",
)


async def paint(browser: Browser, images: Path, folder: Path) -> None:
    """Take them all. `folder` is for what is made meanwhile."""
    with published() as base:
        template = await asyncio.to_thread(lambda: asyncio.run(build(_made(folder / "scene"), base)))
        async with discord_server(PEOPLE) as server:
            server.env.backend.bot_user.name = "Tribune"
            await _post(server, browser, images)
            await _case(server, browser, images)
            await _command(server, browser, images, template, folder, base)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _posting(server: DiscordServer) -> Posting:
    line = Line()
    line.open(server.client)
    return Posting(line)


async def _post(server: DiscordServer, browser: Browser, images: Path) -> None:
    posting = _posting(server)
    message = await posting.post(refs.channel(server.channel.id), POST, "post")
    for emoji, names in VOTERS.items():
        await posting.seed(message, emoji)
        for name in names:
            await server.people[name].react(await _fetched(server, message), emoji)
    thread = await posting.open_thread(message, POST.title, "thread")
    await posting.say(thread, Say(html=posting.invitation("en"), marker=POST.marker, language="en"), "invitation")
    (there,) = server.channel.threads
    for name, words in TALK:
        await server.people[name].send(there, words)
    async with _shown(server, browser, server.channel, "Ann") as page:
        await _take(page, _messages(page).first, images / "discord-post.png")


async def _fetched(server: DiscordServer, message: Ref) -> discord.Message:
    where = refs.message_id(message)
    return await server.client.get_partial_messageable(where.channel).fetch_message(where.message)


async def _case(server: DiscordServer, browser: Browser, images: Path) -> None:
    channel = server.guild.create_text_channel("moderators")
    await server.env.settle()
    await _posting(server).show_case(refs.channel(channel.id), CASE, "case")
    async with _shown(server, browser, channel, "Max") as page:
        await _take(page, _messages(page).last, images / "discord-case.png")


async def _command(
    server: DiscordServer, browser: Browser, images: Path, template: Template, folder: Path, base: str
) -> None:
    application = server.client.application_id
    assert application is not None
    await server.client.http.bulk_upsert_global_commands(application, definitions([each.command for each in COMMANDS]))
    server.show_all_commands()
    async with scene(template, _made(folder / "played")) as played:
        await opened(server, played)
        address = f"{base}/sport.xml"
        given = await server.people["Ada"].slash(server.channel, "feed add", address=address, channel="news")
        async with _shown(server, browser, server.channel, "Ada", given) as page:
            await page.evaluate(_AT_HOME, [base, SITE])
            await _take(page, _messages(page).last, images / "discord-command.png", width=810)


def _messages(page: Page) -> Locator:
    return page.locator("article.channel-message")


@asynccontextmanager
async def _shown(
    server: DiscordServer, browser: Browser, channel: ChannelHandle, name: str, target: object = None
) -> AsyncIterator[Page]:
    preview = server.env.preview(channel, viewers=[server.people[name]], layout="channel", locale="en-GB")
    async with preview, opened_page(browser, viewport=SIZE, device_scale_factor=1) as page:
        if target is not None:
            await preview.show(target)
        await page.goto(preview.url)
        await _messages(page).first.wait_for()
        yield page


async def _take(page: Page, shown: Locator, path: Path, width: int = 520) -> None:
    box = await shown.bounding_box()
    assert box is not None
    clip: FloatRect = {"x": box["x"], "y": box["y"] - SPACE, "width": width, "height": box["height"] + 2 * SPACE}
    await page.screenshot(path=path, clip=clip)
