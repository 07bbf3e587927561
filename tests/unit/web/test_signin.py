"""Names and one-time links."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from adapters.web import WebNetwork, WebSettings, make_link
from bot.domain.model import AccountId, CommunityId, Role
from bot.errors import RequestError
from tests.unit.web.conftest import served
from tests.unit.web.people import TownStore
from tests.unit.web.reader import Reader
from tests.unit.web.town import ONE, TWO, Town

DAY = timedelta(days=1)


async def link(
    town: Town,
    web: WebNetwork,
    community: CommunityId = ONE,
    role: Role = Role.MEMBER,
    name: str | None = None,
    account_id: AccountId | None = None,
) -> str:
    store = TownStore(town).as_port()
    address = await make_link(
        store,
        web.settings,
        community,
        role=role,
        name=name,
        account_id=account_id,
        now=town.clock.now(),
        lifetime=DAY,
    )
    assert address.startswith(web.settings.base)
    return urlsplit(address).path


async def test_a_free_name_is_all_it_takes_on_loopback(town: Town, reader: Reader) -> None:
    page = await reader.sign_in("  Ada\u200b  Lovelace ")
    assert page.words(".my-name") == "Ada Lovelace"
    account = next(iter(town.people.accounts.values()))[1]
    assert account.name == "Ada Lovelace"
    assert account.ref.startswith("web:account/")


@pytest.mark.parametrize("name", ["Ada", "ADA", " ada ", "A\u200bda"])
async def test_a_taken_name_is_refused(town: Town, web: WebNetwork, name: str) -> None:
    async with Reader(web) as ada, Reader(web) as other:
        await ada.sign_in("Ada")
        answer = await other.sign_in(name)
        assert answer.status == 422
        assert "is taken" in answer.words(".refused")
        assert "new sign-in link" in answer.words(".refused")
        assert "tribune_session_town" not in other.cookies()
    assert len(town.people.accounts) == 1


async def test_a_bad_name_is_asked_for_again(reader: Reader) -> None:
    answer = await reader.sign_in("x")
    assert answer.status == 422
    assert answer.words(".refused") == "A name has 2 to 40 characters."
    assert answer.one("#name").get("value") == "x"


async def test_who_is_signed_in_makes_no_second_account(town: Town, reader: Reader) -> None:
    form = (await reader.get("/signin")).fields("main form")
    await reader.sign_in("Ada")
    await reader.post("/signin", form | {"csrf": await reader.csrf(), "name": "Bob"})
    assert len(town.people.accounts) == 1
    assert "signed in as Ada" in (await reader.get("/signin")).text


async def test_elsewhere_names_are_not_free(town: Town) -> None:
    settings = WebSettings(port=0, open_registration=False, contact="the library's desk")
    async with served(town, settings) as web, Reader(web) as reader:
        page = await reader.get("/signin")
        assert page.all("main form") == []
        assert "Ask here: the library's desk" in page.words("main")
        assert (await reader.post("/signin", {"csrf": await reader.csrf(), "name": "Ada"})).status == 404
    assert town.people.accounts == {}


async def test_a_link_is_not_burnt_by_looking_at_it(town: Town, web: WebNetwork) -> None:
    path = await link(town, web, name="Ada")
    async with Reader(web) as preview:
        for _ in range(3):
            assert (await preview.get(path)).status == 200
        assert (await preview._ask("HEAD", path)).status == 200
    assert town.people.accounts == {}
    async with Reader(web) as ada:
        page = await ada.get(path)
        assert page.one("#name").get("value") == "Ada"
        assert "Sign out" in (await ada.send(page, "main form")).text


async def test_a_link_works_once(town: Town, web: WebNetwork) -> None:
    path = await link(town, web)
    async with Reader(web) as ada, Reader(web) as bob:
        pages = await ada.get(path), await bob.get(path)
        assert "Sign out" in (await ada.send(pages[0], "main form", name="Ada")).text
        late = await bob.send(pages[1], "main form", name="Bob")
        assert late.status == 404
        assert "used or is out of date" in late.text
        assert (await bob.get(path)).status == 404
    assert len(town.people.accounts) == 1


async def test_a_refused_name_leaves_the_link_good(town: Town, web: WebNetwork) -> None:
    path = await link(town, web)
    async with Reader(web) as ada, Reader(web) as bob:
        await ada.sign_in("Ada")
        refused = await bob.send(await bob.get(path), "main form", name="ada")
        assert refused.status == 422
        assert "Sign out" in (await bob.send(refused, "main form", name="Bob")).text


async def test_a_link_grows_old(town: Town, web: WebNetwork, reader: Reader) -> None:
    path = await link(town, web)
    town.clock.time += DAY
    assert (await reader.get(path)).status == 404


async def test_a_link_grants_its_role(town: Town, web: WebNetwork, reader: Reader) -> None:
    await reader.send(await reader.get(await link(town, web, role=Role.ADMIN)), "main form", name="Ada")
    assert list(town.people.roles.values()) == [Role.ADMIN]


async def test_a_link_for_an_account_signs_it_in_and_takes_no_role_away(town: Town, web: WebNetwork) -> None:
    async with Reader(web) as before, Reader(web) as after:
        await before.send(await before.get(await link(town, web, role=Role.ADMIN)), "main form", name="Ada")
        account_id = next(iter(town.people.accounts))
        page = await after.get(await link(town, web, account_id=account_id))
        assert page.all("#name") == []
        assert (await after.send(page, "main form")).words(".my-name") == "Ada"
        assert list(town.people.roles.values()) == [Role.ADMIN]
    assert len(town.people.accounts) == 1


async def test_a_link_of_another_community_is_none(town: Town, web: WebNetwork, reader: Reader) -> None:
    path = await link(town, web, TWO)
    assert path.startswith("/c/club/signin/")
    token = path.rpartition("/")[2]
    assert (await reader.get(f"/signin/{token}")).status == 404
    assert (await reader.post(f"/signin/{token}", {"csrf": await reader.csrf(), "name": "Ada"})).status == 404
    assert (await reader.get(path)).status == 200


async def test_a_token_is_stored_as_a_hash(town: Town, web: WebNetwork) -> None:
    token = (await link(town, web)).rpartition("/")[2]
    assert all(token.encode() not in hashed for hashed in town.people.links)
    assert len(token) >= 43


async def test_there_is_no_link_into_nowhere(town: Town, web: WebNetwork) -> None:
    with pytest.raises(RequestError):
        await link(town, web, CommunityId(99))


async def test_one_comes_back_to_where_one_was(reader: Reader) -> None:
    page = await reader.get("/signin?back=/a/1")
    assert (await reader.send(page, "main form", name="Ada")).url.endswith("/a/1")


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/a\nSet-Cookie: x"])
async def test_one_is_not_sent_elsewhere(reader: Reader, back: str) -> None:
    page = await reader.get("/signin")
    form = page.fields("main form") | {"name": "Ada", "back": back}
    answer = await reader.post("/signin", form, allow_redirects=False)
    assert answer.headers["Location"] == "/"
