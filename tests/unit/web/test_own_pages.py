"""What members do for themselves on the page: each act is a command."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.web import WebSettings
from bot.commands.everything import COMMANDS
from bot.domain.model import Role
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.commands import Answer, Column, Listing
from tests.servers.commands import NotedCommands
from tests.unit.web.conftest import served
from tests.unit.web.reader import Reader
from tests.unit.web.town import ONE, START, Town


@pytest.fixture
def commands() -> NotedCommands:
    """All commands that there are, so that a page that names one wrongly is found out."""
    return NotedCommands(*(each.command for each in COMMANDS))


@pytest.fixture
async def ann(town: Town, commands: NotedCommands) -> AsyncIterator[Reader]:
    async with served(town, WebSettings(port=0), commands) as web, Reader(web) as reader:
        await reader.sign_in("Ann")
        yield reader


@pytest.fixture
async def ada(town: Town, ann: Reader) -> Reader:
    _, account = next(iter(town.people.accounts.values()))
    town.people.roles[ONE, account.member_id] = Role.OPERATOR
    return ann


def of_form(commands: NotedCommands) -> tuple[str, dict[str, str]]:
    """What the last form asked for: what pages read for themselves stands before and after it."""
    name, values = next(each for each in reversed(commands.done) if commands.find(each[0]).changes)
    assert all(commands.find(name).parameter(each) is not None for each in values), values
    return name, values


@pytest.mark.parametrize(
    ("path", "form", "typed", "done"),
    [
        ("/me/following", "form.add", {"word": "bridge"}, ("me follow", {"word": "bridge"})),
        ("/me/following", "form.switch", {"switch": "off"}, ("me notify", {"switch": "off"})),
        ("/me/account", "section form.write", {"language": "auto"}, ("me language", {"language": "auto"})),
        ("/me/account", "form[action=/me/account/signin]", {}, ("me signin", {})),
        ("/a/1/share", "", {"channel": "square"}, ("news share", {"article": "1", "channel": "square"})),
    ],
)
async def test_each_act_is_a_command(
    commands: NotedCommands, ann: Reader, path: str, form: str, typed: dict[str, str], done: object
) -> None:
    page = await ann.get(path)
    if form:
        await ann.send(page, form, **typed)
    else:
        await ann.post(path, {"csrf": await ann.csrf(), **typed})
    assert of_form(commands) == done


@pytest.mark.parametrize("path", ["/me/following", "/me/account", "/me/forget", "/a/1/share"])
async def test_own_pages_are_for_who_is_signed_in(town: Town, commands: NotedCommands, path: str) -> None:
    async with served(town, WebSettings(port=0), commands) as web, Reader(web) as reader:
        assert (await reader.get(path)).status == 403
        assert (await reader.post("/me/forget", {"csrf": await reader.csrf(), "name": "Ann"})).status == 403
        assert commands.done == []


async def test_what_is_refused_keeps_what_was_typed(commands: NotedCommands, ann: Reader) -> None:
    page = await ann.get("/me/following")
    commands.refused = RequestError("“{word}” stands in every article: follow a longer word.", word="a")
    answer = await ann.send(page, "form.add", word="a")
    assert answer.status == 422
    assert answer.words(".refused") == "“a” stands in every article: follow a longer word."
    assert answer.one("#word").get("value") == "a"


async def test_who_types_another_name_is_not_forgotten(commands: NotedCommands, ann: Reader) -> None:
    answer = await ann.send(await ann.get("/me/forget"), "form.write", name="Bob")
    assert (answer.status, answer.one("#name").get("aria-invalid")) == (422, "true")
    assert ("me forget", {}) not in commands.done


async def test_who_is_forgotten_is_signed_out(town: Town, commands: NotedCommands, ann: Reader) -> None:
    answer = await ann.send(await ann.get("/me/forget"), "form.write", name=" ann ")
    assert of_form(commands) == ("me forget", {})
    assert commands.confirmed[-1] is True
    assert answer.words("h1") == "You are forgotten"
    assert answer.words("[role=status]") == "Done."
    assert town.people.sessions == {}
    assert (await ann.get("/me")).status == 403
    assert (await ann.sign_in("Bea")).words(".my-name") == "Bea"


async def test_finds_are_marked_and_lead_to_the_page(commands: NotedCommands, ann: Reader) -> None:
    names = ("article", "title", "found", "by", "at", "page")
    row = ("1", "L'école <b>", "une *école* à 2 * 3", "Ann", START, "https://news.example/a/1/c/7")
    commands.answer = Answer(
        blocks=(
            Listing(
                columns=tuple(Column(name=each, label="Title") for each in names),
                rows=(row,),
                empty=Sentence(key="Done."),
                page=2,
                pages=3,
                total=41,
            ),
        )
    )
    page = await ann.get("/search?q=ecole&page=2")
    assert commands.done[-1] == ("news search", {"words": "ecole", "page": "2"})
    assert [each.text for each in page.all("mark")] == ["école", "école"]
    assert page.words(".find .lines") == "une école à 2 * 3"
    assert page.one(".find h2 a").get("href") == "/a/1/c/7"
    assert [each.get("href") for each in page.all("nav.pager a")] == ["/search?q=ecole", "/search?q=ecole&page=3"]
    assert "<b>" not in page.text


async def test_nobody_searches_for_nothing(commands: NotedCommands, ann: Reader) -> None:
    page = await ann.get("/search?q=+")
    assert (page.status, page.all(".find")) == (200, [])
    assert commands.done == []


@pytest.mark.parametrize(
    ("path", "values", "done"),
    [
        ("/admin/roles/grant", {"member": "Bob", "role": "admin", "channel": ""}, ("role grant", "member role")),
        ("/admin/roles/revoke", {"member": "Bob"}, ("role revoke", "member")),
        ("/admin/roles/invite", {"role": "member", "name": ""}, ("role invite", "role")),
        ("/admin/outbox/retry", {"all": "yes"}, ("outbox retry", "all")),
        ("/admin/outbox/drop", {"number": "7"}, ("outbox drop", "number")),
        ("/admin/communities", {"community": "town", "name": "Old Town"}, ("community set", "community name")),
        ("/admin/opml", {"file.text": "<opml/>"}, ("feed import", "file")),
    ],
)
async def test_each_act_of_an_admin_is_a_command(
    commands: NotedCommands, ada: Reader, path: str, values: dict[str, str], done: tuple[str, str]
) -> None:
    answer = await ada.post(path, values | {"csrf": await ada.csrf()})
    assert answer.status == 200
    name, given = of_form(commands)
    assert (name, sorted(given)) == (done[0], sorted(done[1].split()))


@pytest.mark.parametrize(
    "path", ["/admin", "/admin/roles", "/admin/channels", "/admin/outbox", "/admin/opml", "/admin/communities"]
)
async def test_the_area_is_for_admins(commands: NotedCommands, ann: Reader, path: str) -> None:
    assert (await ann.get(path)).status == 403
    assert commands.done == []


async def test_the_communities_are_for_the_operator(town: Town, ada: Reader) -> None:
    _, account = next(iter(town.people.accounts.values()))
    assert (await ada.get("/admin/communities")).status == 200
    town.people.roles[ONE, account.member_id] = Role.ADMIN
    assert (await ada.get("/admin/communities")).status == 403
    assert "/admin/communities" not in (await ada.get("/admin")).text
