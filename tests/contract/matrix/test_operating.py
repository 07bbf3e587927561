"""What the operator's commands do and say, one after the other, on a real homeserver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from nio.client.async_client import AsyncClient

from adapters.matrix import clients
from adapters.matrix.answers import answer
from adapters.matrix.asking import ask, path
from adapters.matrix.device_keys import publish, published
from adapters.matrix.operating import Operating, in_fours
from adapters.matrix.sessions import Session
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.signing import is_device_signed
from adapters.matrix.status import status
from adapters.matrix.unconnected import inspecting
from bot.domain.model import Ref
from bot.errors import NetworkError, NetworkRefused, NetworkUnavailable
from tests.servers.clock import SetClock
from tests.servers.matrix.bots import NOW, sessions_of, settings_of
from tests.servers.matrix.synapse import Registered, Synapse


@dataclass
class Operator:
    """Somebody who types, and reads what is said."""

    settings: MatrixSettings
    password: str | None = None
    said: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self) -> str | None:
        self.asked += 1
        return self.password

    def operating(self, *, running: bool = False) -> Operating:
        return Operating(self.settings, SetClock(NOW), self.said.append, running=running)

    def kept(self) -> Session:
        session = sessions_of(self.settings).kept()
        assert session is not None
        return session

    async def status(self) -> list[str]:
        return [line async for line in status(self.settings, SetClock(NOW))]

    def client(self) -> AsyncClient:
        return clients.plain_client(self.settings, self.kept())


@pytest.fixture
def bot(synapse: Synapse) -> Registered:
    return synapse.register("bot")


@pytest.fixture
def operator(synapse: Synapse, bot: Registered, tmp_path: Path) -> Operator:
    return Operator(settings_of(synapse, bot, tmp_path, password=False), bot.password)


async def room(client: AsyncClient, **told: Any) -> str:
    return str((await ask(client, "POST", path("createRoom"), told))["room_id"])


async def test_login_makes_a_device_that_is_signed_and_says_what_comes_next(operator: Operator) -> None:
    await operator.operating().log_in(operator.ask)
    session = operator.kept()
    assert operator.asked == 1
    assert operator.said[0] == f"Logged in: {session.user} on {operator.settings.homeserver}, device {session.device}."
    assert operator.said[-1].startswith("Next: start Tribune")
    async with clients.closing(operator.client()) as client:
        found = await published(client)
    assert is_device_signed(found, session.user, session.device)
    key = found["device_keys"][session.user][session.device]["keys"][f"ed25519:{session.device}"]
    assert f"device key (for comparing): {in_fours(key)}" in operator.said


async def test_what_is_said_holds_no_secret(operator: Operator) -> None:
    await operator.operating().log_in(operator.ask)
    await operator.operating().verify(operator.ask)
    said = "\n".join([*operator.said, *await operator.status()])
    session = operator.kept()
    assert [each for each in (session.token, operator.password, operator.settings.key) if each and each in said] == []


async def test_a_second_login_leaves_no_former_device_behind(operator: Operator) -> None:
    await operator.operating().log_in(operator.ask)
    first = operator.kept()
    await operator.operating().log_in(operator.ask)
    second = operator.kept()
    assert f"The former device {first.device} is logged out." in operator.said
    assert [each.name for each in operator.settings.store.glob("*.db")] == [f"{second.user}_{second.device}.db"]
    async with clients.closing(clients.plain_client(operator.settings, first)) as client:
        assert (await answer(client, "GET", path("account", "whoami")))[0] == 401
    async with clients.closing(operator.client()) as client:
        assert set((await published(client))["device_keys"][second.user]) == {second.device}


async def test_beside_a_running_one_its_store_is_left_alone(operator: Operator) -> None:
    await operator.operating().log_in(operator.ask)
    first = operator.kept()
    async with clients.closing(clients.encrypting_client(operator.settings, first)):
        await operator.operating(running=True).log_in(operator.ask)
        assert clients.store_of(operator.settings, first).exists()
    assert operator.said[-1].startswith("Tribune is running: it goes on as this device")
    assert operator.kept().device != first.device


async def test_login_without_a_password_says_how_to_give_one(operator: Operator) -> None:
    operator.password = None
    with pytest.raises(NetworkRefused, match="--password-stdin"):
        await operator.operating().log_in(operator.ask)
    assert operator.said == []


async def test_login_takes_the_configured_password_and_asks_nothing(operator: Operator) -> None:
    operator.settings = replace(operator.settings, password=operator.password)
    await operator.operating().log_in(operator.ask)
    assert operator.asked == 0


async def test_a_wrong_password_leaves_everything_as_it_was(operator: Operator) -> None:
    await operator.operating().log_in(operator.ask)
    before, operator.password = operator.kept(), "rosebud"
    with pytest.raises(NetworkRefused, match="does not take the password"):
        await operator.operating().log_in(operator.ask)
    assert operator.kept() == before


async def test_where_somebody_else_signs_the_login_holds_and_the_remedy_is_said(
    synapse: Synapse, bot: Registered, operator: Operator, tmp_path: Path
) -> None:
    other = Operator(settings_of(synapse, bot, tmp_path / "other", password=False), bot.password)
    await other.operating().log_in(other.ask)
    with pytest.raises(NetworkRefused, match="tribune matrix verify --replace"):
        await operator.operating().log_in(operator.ask)
    session = operator.kept()
    assert any(line.startswith("cross-signing: the device is not signed") for line in await operator.status())
    operator.asked = 0
    await operator.operating().verify(operator.ask, replaces=True)
    assert operator.asked == 1
    async with clients.closing(operator.client()) as client:
        assert is_device_signed(await published(client), session.user, session.device)


async def test_with_a_token_nothing_is_asked(synapse: Synapse, bot: Registered, operator: Operator) -> None:
    made = await sessions_of(replace(operator.settings, password=bot.password)).enter()
    operator.settings = replace(operator.settings, token=made.token, device=made.device)
    await operator.operating().log_in(operator.ask)
    assert (operator.asked, operator.kept().device) == (0, made.device)
    await operator.operating().verify(operator.ask)
    assert "The account had signed the device already." in operator.said


async def test_verify_repairs_beside_a_running_one(operator: Operator) -> None:
    sessions = sessions_of(replace(operator.settings, password=operator.password))
    session = await sessions.log_in()
    async with clients.closing(clients.encrypting_client(operator.settings, session)) as client:
        with pytest.raises(NetworkUnavailable, match="has no keys of the bot's device yet"):
            await operator.operating(running=True).verify(operator.ask)
        await publish(client)
        await operator.operating(running=True).verify(operator.ask)
    assert operator.said[0] == "Cross-signing is set up for the account."
    await operator.operating().verify(operator.ask)
    assert "The account had signed the device already." in operator.said


async def test_verify_before_any_login_says_what_to_run(operator: Operator) -> None:
    with pytest.raises(NetworkRefused, match="run `tribune matrix login`"):
        await operator.operating().verify(operator.ask)


async def test_a_token_that_is_no_more_has_its_remedy(operator: Operator) -> None:
    await operator.operating().log_in(operator.ask)
    async with clients.closing(operator.client()) as client:
        await ask(client, "POST", path("logout"), {})
    remedy = "does not take the bot's token any more: run `tribune matrix login`"
    with pytest.raises(NetworkRefused, match=remedy):
        await operator.operating().verify(operator.ask)
    with pytest.raises(NetworkRefused, match=remedy):
        await operator.status()
    dead = operator.kept()
    await operator.operating().log_in(operator.ask)
    assert f"The former device {dead.device} is logged out." in operator.said
    operator.settings = replace(operator.settings, token=dead.token, device=dead.device)
    with pytest.raises(NetworkRefused, match=remedy):
        await operator.operating().log_in(operator.ask)


class TestStatus:
    """It changes nothing, and says what there is."""

    async def test_rooms_and_invitations_are_told(self, synapse: Synapse, operator: Operator, tmp_path: Path) -> None:
        await operator.operating().log_in(operator.ask)
        anna = Operator(settings_of(synapse, synapse.register("anna"), tmp_path / "anna"))
        await anna.operating().log_in(anna.ask)
        invited = {"invite": [operator.settings.user]}
        crypt = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        async with clients.closing(anna.client()) as theirs, clients.closing(operator.client()) as client:
            news = await room(theirs, name="News", room_version="11", preset="trusted_private_chat", **invited)
            quiet = await room(theirs, name="Quiet", initial_state=[crypt], **invited)
            space = await room(theirs, name="House", creation_content={"type": "m.space"}, **invited)
            waits = await room(theirs, name="Waits", **invited)
            for each in (news, quiet, space):
                await ask(client, "POST", path("join", each), {})
        lines = await operator.status()
        at = lines.index("rooms: 3")
        assert sorted(lines[at + 1 : at + 4]) == [
            f"  House ({space}): space, not encrypted, version 12",
            f"  News ({news}): room, not encrypted, version 11: nothing is missing",
            f"  Quiet ({quiet}): room, encrypted, version 12: the bot lacks: Remove messages sent by others",
        ]
        assert lines[at + 4 :] == ["invitations that wait: 1", f"  Waits ({waits}): by {anna.settings.user}"]

    async def test_who_the_bot_is_and_how_its_keys_stand(self, operator: Operator) -> None:
        await operator.operating().log_in(operator.ask)
        lines = await operator.status()
        session = operator.kept()
        assert lines[0].startswith(f"homeserver: {operator.settings.homeserver} (Synapse 1.")
        assert f"account: {session.user}" in lines
        assert f"device: {session.device}, logged in since 2026-03-01 12:00+00:00" in lines
        assert "one-time keys on the homeserver: 50" in lines
        assert "cross-signing: the account has signed the device" in lines
        assert not [line for line in lines if "is not the one in" in line]

    async def test_it_opens_no_store(self, operator: Operator) -> None:
        await operator.operating().log_in(operator.ask)
        before = {each: each.read_bytes() for each in operator.settings.store.iterdir()}
        await operator.status()
        assert {each: each.read_bytes() for each in operator.settings.store.iterdir()} == before

    async def test_lost_keys_are_told(self, operator: Operator) -> None:
        await operator.operating().log_in(operator.ask)
        clients.store_of(operator.settings, operator.kept()).unlink()
        assert any("run `tribune matrix login`" in line for line in await operator.status())

    async def test_before_any_login_it_says_what_to_run(self, operator: Operator) -> None:
        with pytest.raises(NetworkRefused, match="run `tribune matrix login`"):
            await operator.status()
        operator.settings = replace(operator.settings, password="rosebud")
        with pytest.raises(NetworkRefused, match="Tribune does so when it starts"):
            await operator.status()

    async def test_lifted_limits_are_told_where_the_bot_can_see_them(
        self, synapse: Synapse, operator: Operator, tmp_path: Path
    ) -> None:
        await operator.operating().log_in(operator.ask)
        assert "rate limits: cannot be seen with the bot's account" in "\n".join(await operator.status())
        boss = synapse.register("boss", admin=True)
        admin = Operator(settings_of(synapse, boss, tmp_path / "boss"))
        await admin.operating().log_in(admin.ask)
        assert "rate limits: not lifted for the bot" in "\n".join(await admin.status())
        limits: Mapping[str, int] = {"messages_per_second": 0, "burst_count": 0}
        where = f"/_synapse/admin/v1/users/{boss.user}/override_ratelimit"
        async with clients.closing(admin.client()) as client:
            await ask(client, "POST", where, limits)
        assert "rate limits: lifted for the bot" in await admin.status()


class TestInspecting:
    """As `tribune check` asks."""

    async def test_a_room_is_looked_at_with_the_session_that_is_kept(self, operator: Operator) -> None:
        await operator.operating().log_in(operator.ask)
        async with clients.closing(operator.client()) as client:
            own = await room(client, name="Own", room_version="11")
        async with inspecting(operator.settings, SetClock(NOW)) as asked:
            found = await asked.inspect(Ref(f"matrix:{own}"))
            with pytest.raises(NetworkRefused):
                await asked.inspect(Ref("matrix:!nowhere:tribune.test"))
        assert (found.name, found.lacks) == ("Own", ())

    async def test_without_one_it_says_why_and_logs_nobody_in(self, operator: Operator) -> None:
        operator.settings = replace(operator.settings, password=operator.password)
        async with inspecting(operator.settings, SetClock(NOW)) as asked:
            with pytest.raises(NetworkError, match="not logged in on Matrix yet"):
                await asked.inspect(Ref("matrix:!nowhere:tribune.test"))
        assert not operator.settings.store.exists()


def test_keys_are_shown_in_groups_of_four() -> None:
    assert in_fours("ABCDEFGHIJ") == "ABCD EFGH IJ"
