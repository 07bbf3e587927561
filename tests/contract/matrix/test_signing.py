"""Cross-signing as somebody else sees it: each signature is checked from the master key to the device."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import vodozemac
from nio.api import Api
from nio.client.async_client import AsyncClient

from adapters.matrix import clients
from adapters.matrix.asking import ask, path
from adapters.matrix.device_keys import publish, published, stored_account
from adapters.matrix.identity import MASTER, Identity
from adapters.matrix.sessions import Session, Sessions
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.signing import Signed, is_device_signed, sign, sign_device
from bot.errors import NetworkRefused
from tests.servers.matrix.bots import keys_seen_by, sessions_of, settings_of
from tests.servers.matrix.synapse import Registered, Synapse


@pytest.fixture
def bot(synapse: Synapse) -> Registered:
    return synapse.register("bot")


@pytest.fixture
def settings(synapse: Synapse, bot: Registered, tmp_path: Path) -> MatrixSettings:
    return settings_of(synapse, bot, tmp_path)


async def signed(settings: MatrixSettings, session: Session, **more: Any) -> Signed:
    vault = sessions_of(settings).vault
    async with clients.closing(clients.encrypting_client(settings, session)) as client:
        return await sign(client, settings, vault, **more)


def check(thing: dict[str, Any], user: str, key: str) -> None:
    """Raises where it is not signed by this key, as vodozemac sees it."""
    bare = {name: value for name, value in thing.items() if name not in ("signatures", "unsigned")}
    signature = vodozemac.Ed25519Signature.from_base64(thing["signatures"][user][f"ed25519:{key}"])
    public = vodozemac.Ed25519PublicKey.from_base64(key)
    public.verify_signature(Api.to_canonical_json(bare).encode(), signature)


async def test_somebody_else_can_follow_the_chain_to_the_device(
    synapse: Synapse, settings: MatrixSettings, tmp_path: Path
) -> None:
    session = await sessions_of(settings).log_in()
    done = await signed(settings, session)
    assert (done.set_up, done.signed) == (True, True)
    seen = await keys_seen_by(synapse, synapse.register("anna"), tmp_path, settings.user)
    (master,) = seen["master_keys"][settings.user]["keys"].values()
    (below,) = seen["self_signing_keys"][settings.user]["keys"].values()
    device = seen["device_keys"][settings.user][session.device]
    assert (master, device["keys"][f"ed25519:{session.device}"]) == (done.master, done.fingerprint)
    check(seen["self_signing_keys"][settings.user], settings.user, master)
    check(device, settings.user, below)
    with pytest.raises(vodozemac.SignatureException):
        check({**device, "device_id": "OTHER"}, settings.user, below)


async def test_the_device_signs_the_master_key(settings: MatrixSettings) -> None:
    session = await sessions_of(settings).log_in()
    done = await signed(settings, session)
    async with clients.closing(clients.plain_client(settings, session)) as client:
        master = (await published(client))["master_keys"][settings.user]
    bare = {name: value for name, value in master.items() if name != "signatures"}
    signature = master["signatures"][settings.user][f"ed25519:{session.device}"]
    vodozemac.Ed25519PublicKey.from_base64(done.fingerprint).verify_signature(
        Api.to_canonical_json(bare).encode(), vodozemac.Ed25519Signature.from_base64(signature)
    )


async def test_what_is_signed_is_left_alone(settings: MatrixSettings) -> None:
    session = await sessions_of(settings).log_in()
    first, again = await signed(settings, session), await signed(settings, session)
    assert again == replace(first, set_up=False, signed=False)


async def test_a_new_device_is_signed_by_the_same_account(settings: MatrixSettings) -> None:
    first = await signed(settings, await sessions_of(settings).log_in())
    session = await sessions_of(settings).log_in()
    done = await signed(replace(settings, password=None), session)  # which takes no password
    assert (done.master, done.set_up, done.signed) == (first.master, False, True)
    assert done.fingerprint != first.fingerprint


async def test_signatures_of_devices_and_keys_that_are_gone_are_no_hindrance(
    synapse: Synapse, bot: Registered, settings: MatrixSettings, tmp_path: Path
) -> None:
    sessions = sessions_of(settings)
    first = await sessions.log_in()
    await signed(settings, first)
    async with clients.closing(clients.plain_client(settings, first)) as client:
        await ask(client, "POST", path("logout"), {})
    second = await sessions.log_in()
    assert (await signed(settings, second)).signed
    theirs = settings_of(synapse, bot, tmp_path / "theirs")
    await signed(theirs, await sessions_of(theirs).log_in(), replace=True)
    done = await signed(settings, second, replace=True)  # which the account's former keys had signed
    assert (done.set_up, done.signed) == (True, True)
    async with clients.closing(clients.plain_client(settings, second)) as client:
        assert is_device_signed(await published(client), settings.user, second.device)


async def test_keys_of_somebody_else_are_not_replaced_unless_that_is_asked_for(
    synapse: Synapse, bot: Registered, settings: MatrixSettings, tmp_path: Path
) -> None:
    theirs = settings_of(synapse, bot, tmp_path / "theirs")
    other = await signed(theirs, await sessions_of(theirs).log_in())
    session = await sessions_of(settings).log_in()
    with pytest.raises(NetworkRefused, match="tribune matrix verify --replace"):
        await signed(settings, session)
    without = replace(settings, password=None)
    with pytest.raises(NetworkRefused, match="run `tribune matrix verify`"):
        await signed(without, session, replace=True)
    with pytest.raises(NetworkRefused, match="does not take the password"):
        await signed(without, session, replace=True, password="rosebud")
    done = await signed(without, session, replace=True, password=bot.password)
    assert (done.set_up, done.signed, done.master == other.master) == (True, True, False)
    async with clients.closing(clients.plain_client(settings, session)) as client:
        found = await published(client)
    assert is_device_signed(found, settings.user, session.device)
    assert len(found["device_keys"][settings.user]) == 2
    (elsewhere,) = set(found["device_keys"][settings.user]) - {session.device}
    assert not is_device_signed(found, settings.user, elsewhere)


async def test_keys_that_were_kept_before_a_crash_are_used(settings: MatrixSettings) -> None:
    """They were written and never reached the homeserver."""
    sessions, identity = sessions_of(settings), Identity.new(settings.user)
    sessions.vault.write("signing", identity.dumps())
    done = await signed(settings, await sessions.log_in())
    assert (done.set_up, done.master) == (True, identity.public(MASTER))


async def test_it_is_signed_beside_a_client_that_has_the_store_open(settings: MatrixSettings) -> None:
    sessions = sessions_of(settings)
    session = await sessions.log_in()
    assert stored_account(settings, session) is None
    async with clients.closing(clients.encrypting_client(settings, session)) as running:
        await publish(running)
        account = stored_account(settings, session)
        assert account is not None
        async with clients.closing(clients.plain_client(settings, session)) as client:
            done = await sign_device(client, account, settings, sessions.vault)
        assert running.olm is not None
        assert done.fingerprint == running.olm.account.identity_keys["ed25519"]
    assert (done.set_up, done.signed) == (True, True)


async def test_a_store_of_another_key_is_said(settings: MatrixSettings) -> None:
    session = await sessions_of(settings).log_in()
    await signed(settings, session)
    other = replace(settings, key="another")
    with pytest.raises(NetworkRefused, match=r"\.db does not open with the key"):
        stored_account(other, session)
    with pytest.raises(NetworkRefused, match=r"\.db does not open with the key"):
        clients.encrypting_client(other, session)


async def test_a_store_that_is_damaged_is_said(settings: MatrixSettings) -> None:
    session = await sessions_of(settings).log_in()
    clients.store_of(settings, session).write_bytes(b"no database, and long enough to be taken for one" * 100)
    with pytest.raises(NetworkRefused, match=r"\.db cannot be opened .*tribune matrix login"):
        clients.encrypting_client(settings, session)
    with pytest.raises(NetworkRefused, match=r"\.db cannot be opened"):
        stored_account(settings, session)


class TestLostStore:
    """The token and the device are there, and the folder was emptied."""

    async def test_it_is_said_before_anything_is_replaced(self, settings: MatrixSettings) -> None:
        session = await self._lost(settings)
        async with clients.closing(clients.encrypting_client(settings, session)) as client:
            with pytest.raises(NetworkRefused, match=r"are not in its folder any more.*tribune matrix login"):
                await publish(client)
            assert await self._fingerprint(client) != self._own(client)

    async def test_it_is_understood_from_the_homeservers_own_words_too(self, settings: MatrixSettings) -> None:
        session = await self._lost(settings)
        async with clients.closing(clients.encrypting_client(settings, session)) as client:
            assert client.olm is not None
            client.olm.account.shared = True
            client.olm.uploaded_key_count = 0
            with pytest.raises(NetworkRefused, match="are not in its folder any more"):
                await publish(client)

    async def test_a_new_login_remedies_it(self, settings: MatrixSettings) -> None:
        await self._lost(settings)
        session = await sessions_of(settings).log_in()
        async with clients.closing(clients.encrypting_client(settings, session)) as client:
            await publish(client)
            assert await self._fingerprint(client) == self._own(client)

    async def _lost(self, settings: MatrixSettings) -> Session:
        sessions: Sessions = sessions_of(settings)
        session = await sessions.log_in()
        async with clients.closing(clients.encrypting_client(settings, session)) as client:
            await publish(client)
        for each in settings.store.glob("*.db"):
            each.unlink()
        return session

    async def _fingerprint(self, client: AsyncClient) -> object:
        found = (await published(client))["device_keys"][client.user_id][client.device_id]
        return found["keys"][f"ed25519:{client.device_id}"]

    def _own(self, client: AsyncClient) -> object:
        assert client.olm is not None
        return client.olm.account.identity_keys["ed25519"]
