"""Who the bot is: with a password, with a token, after a restart, for another account."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.matrix import clients
from adapters.matrix.asking import ask, path
from adapters.matrix.vault import Vault
from bot.errors import NetworkRefused, NetworkUnavailable
from tests.servers.matrix.bots import NOW, sessions_of, settings_of
from tests.servers.matrix.synapse import Synapse


async def test_with_a_password_it_is_a_new_device_named_tribune(synapse: Synapse, tmp_path: Path) -> None:
    settings = settings_of(synapse, synapse.register("bot"), tmp_path)
    sessions = sessions_of(settings)
    assert sessions.kept() is None
    session = await sessions.log_in()
    assert (session.user, session.since) == (settings.user, NOW)
    assert sessions_of(settings, NOW + timedelta(days=1)).kept() == session
    async with clients.closing(clients.plain_client(settings, session)) as client:
        devices = (await ask(client, "GET", path("devices")))["devices"]
    assert {each["device_id"]: each["display_name"] for each in devices}[session.device] == "Tribune"


async def test_with_a_token_it_is_the_device_that_the_token_is_for(synapse: Synapse, tmp_path: Path) -> None:
    bot = synapse.register("bot")
    made = await sessions_of(settings_of(synapse, bot, tmp_path)).enter()
    settings = settings_of(synapse, bot, tmp_path, password=False, token=made.token, device=made.device)
    session = await sessions_of(settings, NOW + timedelta(days=1)).log_in()
    assert (session.token, session.device, session.since) == (made.token, made.device, NOW + timedelta(days=1))
    again = await sessions_of(settings, NOW + timedelta(days=9)).log_in()
    assert again.since == session.since  # the device is as old as it was


async def test_a_token_that_is_for_something_else_is_refused(synapse: Synapse, tmp_path: Path) -> None:
    bot, other = synapse.register("bot"), synapse.register("other")
    made = await sessions_of(settings_of(synapse, bot, tmp_path)).enter()
    for settings in (
        settings_of(synapse, bot, tmp_path, token=made.token, device="ELSEWHERE"),
        settings_of(synapse, other, tmp_path, token=made.token, device=made.device),
    ):
        with pytest.raises(NetworkRefused, match="write the three as they belong together") as caught:
            await sessions_of(settings).log_in()
        assert made.token not in str(caught.value)
        assert sessions_of(settings).kept() is None


async def test_a_token_that_is_no_more_is_said(synapse: Synapse, tmp_path: Path) -> None:
    settings = settings_of(synapse, synapse.register("bot"), tmp_path, token="syt_rosebud", device="D")
    with pytest.raises(NetworkUnavailable, match="does not take the bot's token") as caught:
        await sessions_of(settings).log_in()
    assert caught.value.retry_after


async def test_a_wrong_password_is_said_and_not_shown(synapse: Synapse, tmp_path: Path) -> None:
    settings = replace(settings_of(synapse, synapse.register("bot"), tmp_path), password="rosebud")
    with pytest.raises(NetworkRefused, match="does not take the password of @bot-") as caught:
        await sessions_of(settings).log_in()
    assert "rosebud" not in str(caught.value)


async def test_without_either_it_says_what_to_run(synapse: Synapse, tmp_path: Path) -> None:
    settings = settings_of(synapse, synapse.register("bot"), tmp_path, password=False)
    with pytest.raises(NetworkRefused, match="run `tribune matrix login`"):
        await sessions_of(settings).log_in()


async def test_a_homeserver_that_is_not_there_is_said(synapse: Synapse, tmp_path: Path) -> None:
    settings = replace(settings_of(synapse, synapse.register("bot"), tmp_path), homeserver="http://127.0.0.1:9")
    with pytest.raises(NetworkUnavailable, match="cannot be reached"):
        await sessions_of(settings).log_in()


async def test_what_is_kept_is_for_one_account_on_one_homeserver(synapse: Synapse, tmp_path: Path) -> None:
    settings = settings_of(synapse, synapse.register("bot"), tmp_path)
    session = await sessions_of(settings).log_in()
    assert sessions_of(replace(settings, user="@other:tribune.test")).kept() is None
    assert sessions_of(replace(settings, homeserver="https://elsewhere.example")).kept() is None
    assert sessions_of(replace(settings, token="other", device=session.device)).kept() is None
    assert sessions_of(replace(settings, token=session.token, device=session.device)).kept() == session
    sessions_of(settings).forget()
    assert sessions_of(settings).kept() is None


async def test_a_new_login_takes_the_former_devices_store_away(synapse: Synapse, tmp_path: Path) -> None:
    settings = settings_of(synapse, synapse.register("bot"), tmp_path)
    sessions = sessions_of(settings)
    for session in (await sessions.log_in(), await sessions.log_in()):
        await clients.close(clients.encrypting_client(settings, session))
    foreign = settings.store / "@somebody:else_D.db"
    foreign.touch()
    before = sessions.kept()
    assert before is not None
    after = await sessions.log_in()
    await clients.close(clients.encrypting_client(settings, after))
    stores = sorted(each.name for each in settings.store.glob("*.db"))
    assert stores == sorted([f"{after.user}_{after.device}.db", foreign.name])
    assert before.device != after.device


async def test_no_secret_is_shown(synapse: Synapse, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    settings = settings_of(synapse, synapse.register("bot"), tmp_path)
    sessions = sessions_of(settings)
    session = await sessions.log_in()
    with pytest.raises(NetworkRefused) as caught:
        Vault(settings.store, "another").read("session")
    shown = f"{settings!r} {session!r} {sessions!r} {caught.value!r} {vars(caught.value)} {caplog.text}"
    assert [each for each in (settings.password, settings.key, session.token) if each and each in shown] == []
