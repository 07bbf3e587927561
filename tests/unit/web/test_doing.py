"""Commands as pages: the form of one, what it answers, what it asks first, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from aiohttp import FormData

from adapters.web import WebSettings
from bot.domain.model import Role
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.commands import (
    Address,
    Answer,
    Choice,
    Column,
    Command,
    Document,
    Fact,
    Facts,
    Kind,
    Listing,
    Offer,
    Offers,
    Parameter,
    Preview,
    Unconfirmed,
)
from bot.ports.network import Card
from tests.servers.commands import NotedCommands
from tests.unit.web.conftest import served
from tests.unit.web.reader import Reader
from tests.unit.web.town import ONE, START, Town

SAVE = Command(
    name="feed save",
    help="Show help from the registry.",
    role=Role.ADMIN,
    parameters=(
        Parameter(name="address", kind=Kind.TEXT, help="Feeds", required=True, placed=True),
        Parameter(name="channel", kind=Kind.CHANNEL, help="Channels", completes=True),
        Parameter(name="sort", kind=Kind.CHOICE, help="Order", choices=(Choice(value="hot", label="Hot"),)),
        Parameter(name="newest", kind=Kind.NUMBER, help="News", least=0, most=50),
        Parameter(name="since", kind=Kind.DATE, help="Period"),
        Parameter(name="quiet", kind=Kind.SWITCH, help="Yourself"),
        Parameter(name="members-only", kind=Kind.SWITCH, help="Roles", unset=True),
        Parameter(name="password", kind=Kind.SECRET, help="Outbox"),
        Parameter(name="file", kind=Kind.FILE, help="Help"),
    ),
)
HELP = Command(name="help", help="Help", role=Role.READER, changes=False)


@pytest.fixture
def commands() -> NotedCommands:
    return NotedCommands(SAVE, HELP)


@pytest.fixture
async def ada(town: Town, commands: NotedCommands) -> AsyncIterator[Reader]:
    async with served(town, WebSettings(port=0), commands) as web, Reader(web) as reader:
        await reader.sign_in("Ada")
        _, account = next(iter(town.people.accounts.values()))
        town.people.roles[ONE, account.member_id] = Role.ADMIN
        yield reader


async def test_a_form_has_a_field_for_every_parameter(ada: Reader) -> None:
    page = await ada.get("/do/feed-save?address=https://news.example/&password=leaked&unknown=1")
    form = "form.command"
    kinds = {each.get("name"): each.get("type") or each.tag for each in page.all(f"{form} input")}
    assert kinds | {"csrf": None} == {
        "csrf": None,
        "address": "text",
        "channel": "text",
        "newest": "number",
        "since": "date",
        "quiet": "checkbox",
        "password": "password",
        "file": "file",
    }
    assert [each.get("name") for each in page.all(f"{form} select")] == ["sort", "members-only"]
    assert page.fields(form)["address"] == "https://news.example/"
    assert page.one("#p-password").get("value") is None
    assert page.one("#p-channel").get("list") == page.one("datalist").get("id")
    assert all(page.one(f"#{each.get('id')}-help") is not None for each in page.all("[aria-describedby]"))


async def test_what_is_left_empty_is_not_given(ada: Reader, commands: NotedCommands) -> None:
    page = await ada.get("/do/feed-save")
    await ada.send(page, "form.command", address="a", quiet="yes", newest=" ")
    assert commands.done == [("feed save", {"address": "a", "quiet": "yes"})]


async def test_programs_get_data_and_may_send_what_is_empty(ada: Reader, commands: NotedCommands) -> None:
    sent = {"csrf": await ada.csrf(), "address": "a", "channel": ""}
    answer = await ada.post("/do/feed-save", sent, headers={"Accept": "application/json"})
    assert json.loads(answer.text) == {"answer": [{"kind": "sentence", "text": "Done."}]}
    assert commands.done == [("feed save", {"address": "a", "channel": ""})]
    commands.refused = RequestError("“{command}” wants {name}: {help}", command="feed save", name="x", help="Feeds")
    answer = await ada.post("/do/feed-save", sent, headers={"Accept": "application/json", "Accept-Language": "fr"})
    assert answer.status == 422
    assert "Flux" in json.loads(answer.text)["refused"]


async def test_a_refusal_keeps_what_was_typed_but_no_secret(ada: Reader, commands: NotedCommands) -> None:
    commands.refused = RequestError("There is no such community.")
    page = await ada.get("/do/feed-save")
    again = await ada.send(page, "form.command", address="<b>", sort="hot", since="2026-01-31", password="hush")
    assert again.status == 422
    assert again.words(".refused") == "There is no such community."
    fields = again.fields("form.command")
    assert (fields["address"], fields["sort"], fields["since"]) == ("<b>", "hot", "2026-01-31")
    assert "hush" not in again.text


async def test_what_cannot_be_undone_is_asked_first(ada: Reader, commands: NotedCommands) -> None:
    commands.refused = Unconfirmed("This cannot be done here")
    page = await ada.get("/do/feed-save")
    asked = await ada.send(page, "form.command", address="a", password="hush")
    assert (asked.status, asked.words(".warning")) == (409, "This cannot be done here")
    assert asked.fields("main form")["address"] == "a"
    assert "hush" not in asked.text
    commands.refused = None
    done = await ada.send(asked, "main form", confirmed="yes", password="hush")
    assert "Done." in done.words(".answered")
    assert commands.done[-1] == ("feed save", {"address": "a", "password": "hush"})
    assert commands.confirmed == [False, True]


async def test_every_block_is_drawn(ada: Reader, commands: NotedCommands) -> None:
    commands.answer = answer_of_all_kinds()
    page = await ada.send(await ada.get("/do/feed-save"), "form.command", address="a")
    assert len(page.all("time[datetime=2026-01-12T12:00:00Z]")) == 2
    assert page.words(".answer-facts dd") == "3 minutes –"
    assert page.words(".answer-table td") == "<script> 1,200"
    assert page.one(".answer-table td[data-label=Feeds]") is not None
    assert page.words(".as-posted h2") == "A bridge opens"
    assert page.words(".as-posted .lines") == "Words of a template"
    assert "plain text" in page.words(".document pre")
    assert page.one("input[readonly]").get("value") == "http://secret"
    filled = await ada.send(page, ".offers form", fill="yes")
    assert filled.fields("form.command")["address"] == "https://other.example/"
    assert len(commands.done) == 1


def answer_of_all_kinds() -> Answer:
    card = Card(
        title="A bridge opens", link="https://news.example/1", source="News", author="Ann", lead="Lead", image=None,
        dated=START, up=0, down=0, comments=0, marker="m", language="en", words="Words of a template",
    )  # fmt: skip
    facts = (Fact(name="a", label="News", value=timedelta(minutes=3)), Fact(name="b", label="Feeds", value=None))
    offer = Offer(label=Sentence(key="Feeds"), command="feed save", values=(("address", "https://other.example/"),))
    listing = Listing(
        columns=(Column(name="a", label="Feeds"), Column(name="b", label="News")),
        rows=(("<script>", 1200),),
        empty=Sentence(key="Nothing here fits."),
    )
    return Answer(
        blocks=(
            Sentence(key="This discussion is locked until {until}.", values={"until": START}),
            Facts(facts=facts, title=Sentence(key="Feeds")),
            listing,
            replace(listing, rows=()),
            Preview(card=card),
            Document(name="a.txt", media_type="text/plain", text="plain text"),
            Address(label="Sign in", url="http://secret", secret=True),
            Address(label="Sign in", url="/signin"),
            Offers(question=Sentence(key="Feeds"), offers=(offer,)),
        )
    )


async def test_a_document_alone_is_a_file(ada: Reader, commands: NotedCommands) -> None:
    commands.answer = Answer(blocks=(Document(name='a"b.opml', media_type="text/x-opml", text="<opml/>"),))
    answer = await ada.post("/do/feed-save", {"csrf": await ada.csrf(), "address": "a"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ab.opml"'
    assert (answer.headers["Content-Type"], answer.text) == ("text/x-opml; charset=utf-8", "<opml/>")


async def test_a_file_is_read_as_text(ada: Reader, commands: NotedCommands) -> None:
    data = FormData({"csrf": await ada.csrf(), "address": "a"})
    data.add_field("file", b"\xef\xbb\xbf<opml>\xc3\xa9</opml>", filename="feeds.opml")
    assert (await ada.post("/do/feed-save", data)).status == 200
    assert commands.done == [("feed save", {"address": "a", "file": "<opml>é</opml>"})]


@pytest.mark.parametrize(("body", "status"), [(b"\xff\xfe\x00", 422), (b"x" * (5 * 1024 * 1024 + 1), 413)])
async def test_a_file_that_cannot_be_read_is_refused(
    ada: Reader, commands: NotedCommands, body: bytes, status: int
) -> None:
    data = FormData({"csrf": await ada.csrf(), "address": "a"})
    data.add_field("file", BytesIO(body), filename="feeds.opml")
    assert (await ada.post("/do/feed-save", data)).status == status
    assert commands.done == []


async def test_strangers_send_no_files(town: Town, commands: NotedCommands) -> None:
    async with served(town, WebSettings(port=0), commands) as web, Reader(web) as visitor:
        data = FormData({"csrf": await visitor.csrf()})
        data.add_field("file", b"x", filename="feeds.opml")
        assert (await visitor.post("/do/help", data)).status == 415
        assert (await visitor.get("/do/feed-save")).status == 403
        assert (await visitor.get("/do/feed-burn")).status == 404


async def test_completions_are_the_registrys(ada: Reader, commands: NotedCommands) -> None:
    answer = await ada.get("/do/feed-save/complete?parameter=channel&typed=ne")
    assert json.loads(answer.text) == {"items": [{"value": "ne", "label": "channel"}]}


async def test_a_page_lists_what_help_tells(ada: Reader, commands: NotedCommands) -> None:
    listing = Listing(
        title=Sentence(key="Feeds"),
        columns=(Column(name="command", label="Command"), Column(name="help", label="What it does")),
        rows=(("feed save", Sentence(key="Feeds")),),
        empty=Sentence(key="Feeds"),
    )
    commands.answer = Answer(blocks=(listing,))
    page = await ada.get("/do")
    assert page.one("a[href=/do/feed-save]").text_content() == "feed save"
