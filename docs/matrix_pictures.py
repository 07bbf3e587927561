"""The pictures for Matrix: what Tribune really sends into rooms of a homeserver, drawn in a plain page of our own."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from importlib.resources import files
from pathlib import Path

from playwright.async_api import Browser

from adapters.matrix import markers
from adapters.matrix.commands.emoji import bare
from tests.end_to_end.on_matrix import DOWN, FLAG, UP, MatrixTown, matrix_town
from tests.servers.browser import opened_page
from tests.servers.feed_server import Page
from tests.servers.matrix.rooms import Written
from tests.servers.matrix.synapse import running_synapse
from tests.servers.running import ROOT

ARTICLE = "Evening ferry returns after two winters without one"
TALK = (
    ("Ann", "At last. The last boat at seven meant that nobody from the far shore ever came to the theatre."),
    ("Bob", "A trial of one year is short."),
    ("Max", "It is what the council could agree on. Let us fill the boat, and ask again."),
    ("Piet", "Half past nine is too early for the theatre. Buy your tickets at cheap-boats.example!"),
)
VOTERS = {UP: ("Ann", "Bob", "Max", "Zoe"), DOWN: ("Piet",)}
LIKED = {0: ("Bob", "Max", "Zoe"), 2: ("Ann", "Zoe")}  # comment -> who votes for it
STANDING = "▲ 4 ▼ 1 · 4 comments"
SITE, PAGE = "https://example.org", "https://tribune.example"  # what this machine serves is shown as invented sites'
SPORT = b"""<rss version="2.0"><channel><title>Lantern Quay Rowing Club</title>
<item><guid isPermaLink="false">1</guid><title>Two gold medals at the regatta</title><link>https://example.org/regatta</link>
<pubDate>Sun, 18 Jan 2026 18:00:00 GMT</pubDate><description>Both eights won by a length.</description></item>
<item><guid isPermaLink="false">2</guid><title>New boats for the juniors</title><link>https://example.org/boats</link>
<pubDate>Sat, 10 Jan 2026 09:00:00 GMT</pubDate><description>They are named on Saturday.</description></item>
</channel></rss>"""
COLOURS = ("#2e6f9e", "#8a4f9e", "#2e8b6f", "#b0602a", "#9e2e4f")
SIZE = {"width": 640, "height": 400}
STYLE = """
body { margin: 0; padding: 12px 16px; width: 600px; background: #fff; color: #17191c }
body { font: 15px/1.45 system-ui, sans-serif, emoji }
.message { display: grid; grid-template-columns: 40px 1fr; margin: 8px 0 }
.face { width: 30px; height: 30px; border-radius: 50% }
.face { color: #fff; text-align: center; line-height: 30px; font-weight: 600 }
.name { font-weight: 600 }
.said > :first-child { margin-top: 2px } .said > :last-child { margin-bottom: 2px }
.said { overflow-wrap: anywhere }
.said p, .said h4, .said ul { margin: 4px 0 } .said a { color: #0b5fad } .said h4 { font-size: 16px }
.said blockquote { margin: 4px 0; padding-left: 10px; border-left: 3px solid #c1c6cd; color: #4a5057 }
.said table { border-collapse: collapse }
.said td, .said th { padding: 1px 12px 1px 0; text-align: left; vertical-align: top }
.notice .said { color: #4a5057 }
.reactions { display: flex; flex-wrap: wrap; gap: 4px; margin-top: 4px }
.reactions span { border: 1px solid #d5d9de; border-radius: 12px; padding: 0 8px; font-size: 13px; background: #f6f7f8 }
.thread { margin: 4px 0 0 40px; padding-left: 12px; border-left: 2px solid #d5d9de }
"""


async def paint(browser: Browser, images: Path, folder: Path) -> None:
    """Take them all. `folder` is for what is made meanwhile."""
    folder.mkdir()
    with running_synapse() as synapse:
        async with matrix_town(folder, synapse, version="12", encrypted=False) as town:
            await town.joins("Ann", "Bob", "Max", "Piet", "Zoe")
            town.feeds.put("/feed.xml", Page(body=(ROOT / "examples" / "sample-feed.xml").read_bytes()))
            town.feeds.put("/sport.xml", Page(body=SPORT))
            await town.start()
            picture = _Pictures(town, browser, images)
            await picture.post()
            await picture.case()
            await picture.command()


class _Pictures:
    def __init__(self, town: MatrixTown, browser: Browser, images: Path) -> None:
        self._town = town
        self._browser = browser
        self._images = images
        self._colours: dict[str, str] = {}

    async def post(self) -> None:
        """An article with its votes, and what is said in its thread."""
        town, people = self._town, self._town.people
        await town.until("the article is posted", self._is_posted)
        post = await self._post()
        said = [await people[name].write(town.news, words, thread=post.event) for name, words in TALK]
        for emoji, names in VOTERS.items():
            for name in names:
                await people[name].react(town.news, post.event, emoji)
        for number, names in LIKED.items():
            for name in names:
                await people[name].react(town.news, said[number], UP)
        await town.until("the counts are shown", self._is_counted)
        await self._take(await self._post(), "matrix-post")

    async def case(self) -> None:
        """What moderators are shown, with what each reaction does."""
        town = self._town

        async def is_known() -> bool:
            return town.rows("SELECT count(*) FROM channels WHERE name = 'backroom' AND server IS NOT NULL") == [(1,)]

        await town.until("it is known where the rooms are", is_known)
        await town.command("channel", "set", "backroom", "--cases", "--yes")
        thread = await town.host.thread(town.news, (await self._post()).event)
        (comment,) = [each for each in thread if each.body == TALK[-1][1]]
        for name in ("Max", "Zoe"):
            await town.people[name].react(town.news, comment.event, FLAG)
        shown: list[Written] = []

        async def is_shown() -> bool:
            there = await town.host.read(town.backroom)
            shown[:] = [
                each for each in there if markers.CASE in each.content and each.body.count("Piet") and _is_seeded(each)
            ]
            return bool(shown) and "Max" in shown[0].body and "Zoe" in shown[0].body

        await town.until("the case is shown", is_shown)
        await self._take(shown[0], "matrix-case", room=town.backroom)

    async def command(self) -> None:
        """What is typed, and the answer below it."""
        town = self._town
        line = f"!tribune feed add {town.feeds.url('/sport.xml')} news"
        asked = await town.host.write(town.news, line)

        async def is_answered() -> bool:
            return any(_is_seeded(each) for each in await town.host.thread(town.news, asked))

        await town.until("the command is answered", is_answered)
        await self._take(await town.host.message(town.news, asked), "matrix-command")

    # --- looking ---

    async def _post(self) -> Written:
        (post,) = [each for each in await self._town.posts() if ARTICLE in each.body]
        return post

    async def _is_posted(self) -> bool:
        return any(ARTICLE in each.body and {*each.reactions} == {UP, DOWN} for each in await self._town.posts())

    async def _is_counted(self) -> bool:
        return STANDING in " ".join((await self._post()).body.split())

    # --- drawing ---

    async def _take(self, message: Written, name: str, room: str | None = None) -> None:
        room = room or self._town.news
        thread = "".join(self._drawn(each) for each in await self._town.host.thread(room, message.event))
        below = f'<div class="thread">{thread}</div>' if thread else ""
        body = f"{self._drawn(message)}{below}"
        for here, site in ((self._town.feeds.url(""), SITE), (self._town.running.base, PAGE)):
            body = body.replace(here, site)
        async with opened_page(self._browser, viewport=SIZE, device_scale_factor=1) as page:
            await page.set_content(f"<!doctype html><meta charset=utf-8><style>{_emoji()}{STYLE}</style><body>")
            await page.evaluate("document.fonts.load('15px emoji', '✅').then(() => null)")  # before anything is drawn
            await page.evaluate("body => { document.body.innerHTML = body }", body)
            await page.locator("body").screenshot(path=self._images / f"{name}.png")

    def _drawn(self, message: Written) -> str:
        """As clients show it: who, the HTML that was sent, and the reactions."""
        name = "Tribune" if message.sender == self._town.bot.user else self._name(message.sender)
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        html = message.html or f"<p>{escape(message.body)}</p>"
        kind = "notice" if message.kind == "m.notice" else "text"
        return (
            f'<div class="message {kind}"><div class="face" style="background:{colour}">{name[0]}</div>'
            f'<div><div class="name">{escape(name)}</div><div class="said">{html}</div>{_pills(message)}</div></div>'
        )

    def _name(self, user: str) -> str:
        known = {each.user: each.name for each in (self._town.host, *self._town.people.values())}
        return known[user]


def _emoji() -> str:
    """A font with emoji, since not every machine has one."""
    (font,) = Path(str(files("simcord"))).glob("preview/static/fonts/noto-color-emoji*.ttf")
    data = b64encode(font.read_bytes()).decode()
    return f'@font-face {{ font-family: "emoji"; src: url("data:font/ttf;base64,{data}") }}'


def _is_seeded(message: Written) -> bool:
    """Whether all the reactions stand below it that do something."""
    does = message.content.get(markers.ASKS, {}).get("does", {})
    return bool(does) and {*does} <= {bare(each) for each in message.reactions}


def _pills(message: Written) -> str:
    pills = "".join(f"<span>{emoji} {len(users)}</span>" for emoji, users in message.reactions.items())
    return f'<div class="reactions">{pills}</div>' if pills else ""
