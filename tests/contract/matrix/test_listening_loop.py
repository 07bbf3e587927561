"""What the bot hears: all of it, in order, counted as heard only when it is stored."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import nio
import pytest
from structlog.testing import capture_logs

from adapters.matrix import timeline
from adapters.matrix.sending import Sending
from bot.domain.events import Missed
from bot.errors import AnswerLost, NetworkUnavailable, StorageError
from tests.contract.matrix.hearing import NOW, Bot, running, settings_of
from tests.servers.listening_bot import QuietDesk
from tests.servers.matrix.people import Person, crowd
from tests.servers.matrix.synapse import Synapse

NO_EVENTS: list[dict[str, Any]] = [{}, {"type": "m.sticker"}, {"type": 5, "content": None}, {"content": []}]
MISSED = Missed(network="matrix", at=NOW)


async def room_of(anna: Person, bot: Bot, *, version: str = "12", encrypted: bool = False) -> str:
    """A room that both are in."""
    await bot.connected()
    me = bot.line.client.user_id
    room = await anna.room("News", version=version, encrypted=encrypted, invite=[me])
    await bot.taken.until(lambda: any(room in each.invited for each in bot.taken.all))
    await bot.line.client.join(room)
    await bot.taken.until(lambda: bool(bot.taken.rooms(room)))
    await anna.until("the bot is in", lambda: _is_in(anna, room, me))
    return room


async def _is_in(anna: Person, room: str, user: str) -> bool:
    return user in anna.client.rooms[room].users and user in await anna.members(room)


async def write(anna: Person, room: str, count: int) -> list[str]:
    """So many messages, numbered."""
    texts = [f"{number}" for number in range(count)]
    for text in texts:
        content = {"msgtype": "m.text", "body": text}
        await anna.client.room_send(room, "m.room.message", content, ignore_unverified_devices=True)
    return texts


@pytest.mark.parametrize("version", ["11", "12"])
async def test_what_is_said_is_heard(synapse: Synapse, tmp_path: Path, version: str) -> None:
    account = synapse.register("bot")
    async with crowd(synapse) as people, running(settings_of(synapse.address, account, tmp_path)) as bot:
        anna = await people.comes("anna")
        room = await room_of(anna, bot, version=version)
        await anna.write(room, "hello")
        await bot.taken.says(room, "hello")
        assert bot.heard.of(Missed) == [MISSED, MISSED]  # of what was before the first start, and before it came
        await anna.kick(room, account.user, "enough")
        await bot.taken.until(lambda: any(room in each.left for each in bot.taken.all))
        (events,) = [each.left[room] for each in bot.taken.all if room in each.left]
        assert [each.membership for each in events if isinstance(each, nio.RoomMemberEvent)][-1] == "leave"
        assert room not in bot.line.client.rooms


@pytest.mark.parametrize("encrypted", [False, True])
async def test_what_was_said_while_the_bot_was_down_is_heard_in_order(
    synapse: Synapse, tmp_path: Path, encrypted: bool
) -> None:
    settings, desk = settings_of(synapse.address, synapse.register("bot"), tmp_path), QuietDesk()
    async with crowd(synapse) as people:
        anna = await people.comes("anna", encrypts=encrypted)
        async with running(settings, desk) as bot:
            room = await room_of(anna, bot, encrypted=encrypted)
            await anna.write(room, "before")
            await bot.taken.says(room, "before")
        texts = await write(anna, room, 300)
        async with running(settings, desk) as bot:
            await bot.taken.says(room, "299")
            assert bot.taken.texts(room) == texts
            assert bot.taken.texts(room, history=True) == []
            assert bot.heard.of(Missed) == []
            await anna.write(room, "after")  # the rooms are known again, with who is in them
            await bot.taken.says(room, "after")
            assert set(bot.line.client.rooms[room].users) == {anna.user, settings.user}


async def test_what_was_said_while_much_was_said_is_heard_in_order(synapse: Synapse, tmp_path: Path) -> None:
    async with (
        crowd(synapse) as people,
        running(settings_of(synapse.address, synapse.register("bot"), tmp_path)) as bot,
    ):
        anna = await people.comes("anna")
        room = await room_of(anna, bot)
        bot.taken.fails += [NetworkUnavailable("not now")] * 3  # which takes some seconds
        texts = await write(anna, room, 300)
        await bot.taken.says(room, "299")
        assert bot.taken.texts(room) == texts
        assert bot.heard.of(Missed) == [MISSED, MISSED]


async def test_more_than_the_horizon_is_missed_and_said_so(
    synapse: Synapse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "HORIZON", 1)
    settings, desk = settings_of(synapse.address, synapse.register("bot"), tmp_path), QuietDesk()
    async with crowd(synapse) as people:
        anna = await people.comes("anna")
        async with running(settings, desk) as bot:
            room = await room_of(anna, bot)
        texts = await write(anna, room, 250)
        async with running(settings, desk) as bot:
            await bot.heard.times(Missed, 1)
            heard = bot.taken.texts(room)
            assert heard == texts[-len(heard) :]
            assert len(heard) == 200


async def test_what_was_before_the_bot_came_is_history(synapse: Synapse, tmp_path: Path) -> None:
    async with (
        crowd(synapse) as people,
        running(settings_of(synapse.address, synapse.register("bot"), tmp_path)) as bot,
    ):
        anna = await people.comes("anna")
        await bot.connected()
        room = await anna.room("News", public=True)
        await anna.write(room, "long ago")
        await bot.line.client.join(room)
        await bot.taken.until(lambda: bool(bot.taken.rooms(room)))
        await anna.write(room, "now")
        await bot.taken.says(room, "now")
        assert bot.taken.texts(room, history=True) == ["long ago"]
        assert bot.taken.texts(room) == ["now"]


async def test_all_is_history_at_the_first_start(synapse: Synapse, tmp_path: Path) -> None:
    settings = settings_of(synapse.address, synapse.register("bot"), tmp_path)
    async with crowd(synapse) as people:
        anna = await people.comes("anna")
        async with running(settings) as bot:
            room = await room_of(anna, bot)
            await anna.write(room, "before")
            await bot.taken.says(room, "before")
        elsewhere = replace(settings, store=tmp_path / "elsewhere")  # another device: first answers are kept
        async with running(elsewhere, QuietDesk()) as bot:
            await bot.heard.times(Missed, 1)
            assert bot.taken.texts(room, history=True) == ["before"]
            assert bot.taken.texts(room) == []
            assert bot.heard.of(Missed) == [MISSED]


async def test_a_position_that_nobody_knows_is_as_none(synapse: Synapse, tmp_path: Path) -> None:
    settings, desk = settings_of(synapse.address, synapse.register("bot"), tmp_path), QuietDesk()
    async with running(settings, desk) as bot:
        await bot.heard.times(Missed, 1)
        async with asyncio.timeout(20):
            await desk.noted.wait()
    (name,) = desk.notes
    desk.notes[name] = "from another world"
    async with running(settings, desk) as bot:
        await bot.heard.times(Missed, 1)
        assert bot.heard.of(Missed) == [MISSED]


async def test_what_could_not_be_stored_is_told_again(synapse: Synapse, tmp_path: Path) -> None:
    settings, desk = settings_of(synapse.address, synapse.register("bot"), tmp_path), QuietDesk()
    async with crowd(synapse) as people:
        anna = await people.comes("anna")
        async with running(settings, desk) as bot:
            room = await room_of(anna, bot)
            bot.taken.fails.append(StorageError("the disk is full"))
            await anna.write(room, "hello")
            with pytest.raises(StorageError):
                await bot.breaks()
            assert bot.taken.texts(room) == []
            assert not bot.line.connected
            assert bot.taken.ended == 1
        async with running(settings, desk) as bot:
            await bot.taken.says(room, "hello")
            assert bot.heard.of(Missed) == []


@pytest.mark.parametrize("error", [NetworkUnavailable("not now"), AnswerLost("who knows")], ids=["down", "lost"])
async def test_what_could_not_be_dealt_with_is_told_again_at_once(
    synapse: Synapse, tmp_path: Path, error: Exception
) -> None:
    async with (
        crowd(synapse) as people,
        running(settings_of(synapse.address, synapse.register("bot"), tmp_path)) as bot,
    ):
        anna = await people.comes("anna")
        room = await room_of(anna, bot)
        bot.taken.fails.append(error)
        client = bot.line.client
        await anna.write(room, "hello")
        await bot.taken.says(room, "hello")
        assert bot.line.client is client


async def test_a_message_is_read_when_its_key_comes(synapse: Synapse, tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with (
            crowd(synapse) as people,
            running(settings_of(synapse.address, synapse.register("bot"), tmp_path)) as bot,
        ):
            anna = await people.comes("anna", encrypts=True)
            room = await room_of(anna, bot, encrypted=True)
            key = await write_sealed(anna, room, "one", "two")
            await bot.taken.until(lambda: len(sealed(bot, room)) == 2)
            assert bot.taken.texts(room) == []
            await hand_out(anna, bot.line.client.user_id, key)
            await bot.taken.says(room, "one", "two")
    assert len([each for each in logs if "cannot be read" in each["event"]]) == 1


async def test_what_strangers_send_keeps_nobody_from_listening(synapse: Synapse, tmp_path: Path) -> None:
    async with (
        crowd(synapse) as people,
        running(settings_of(synapse.address, synapse.register("bot"), tmp_path)) as bot,
    ):
        anna = await people.comes("anna", encrypts=True)
        room = await room_of(anna, bot, encrypted=True)
        me, device = bot.line.client.user_id, str(bot.line.client.device_id)
        for number, content in enumerate(({"transaction_id": [], "mac": {}, "keys": ""}, {"transaction_id": "x"}, {})):
            told = {"messages": {me: {device: content}}}
            await anna.ask("PUT", "sendToDevice", "m.key.verification.mac", f"mac-{number}", body=told)
        await anna.write(room, "first")  # with its key
        for number, payload in enumerate(NO_EVENTS):
            await write_anything(anna, room, payload, f"bad-{number}")
        await anna.write(room, "last")
        await bot.taken.says(room, "first", "last")


FORGED: dict[str, dict[str, Any]] = {
    "a redaction": {"type": "m.room.redaction", "redacts": "$victim", "content": {"redacts": "$victim"}},
    "a member": {"type": "m.room.member", "state_key": "@evil:evil.test", "content": {"membership": "join"}},
    "the bot coming": {"type": "m.room.member", "state_key": "@bot", "content": {"membership": "join"}},
    "a creation": {"type": "m.room.create", "state_key": "", "content": {"room_version": "1", "creator": "@evil:e"}},
    "a halved sign": {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "\ud800"}},
    "a halved name": {
        "type": "m.room.message",
        "content": {"msgtype": "m.text", "body": "x", "m.relates_to": {"rel_type": "m.thread", "event_id": "$\ud800"}},
    },
}


async def test_what_is_only_said_changes_nothing_in_an_encrypted_room(synapse: Synapse, tmp_path: Path) -> None:
    """Of what is encrypted the homeserver has seen nothing: who may speak may not do all that can be said."""
    async with (
        crowd(synapse) as people,
        running(settings_of(synapse.address, synapse.register("bot"), tmp_path)) as bot,
    ):
        anna = await people.comes("anna", encrypts=True)
        room = await room_of(anna, bot, encrypted=True)
        me = bot.line.client.user_id
        await anna.write(room, "first")
        for name, payload in FORGED.items():
            key = {"state_key": me} if payload.get("state_key") == "@bot" else {}
            await write_anything(anna, room, {**payload, **key}, name.replace(" ", "-"))
        await anna.write(room, "last")
        await bot.taken.says(room, "first", "last")
        told = [event.source for each in bot.taken.rooms(room) for event in each.events]
        forged = {"m.room.redaction", "m.room.create"}
        assert not [
            each for each in told if each["type"] in forged and each.get("sender") != me and "state_key" not in each
        ]
        assert not [each for each in told if each.get("state_key") == "@evil:evil.test"]
        assert set(bot.line.client.rooms[room].users) == {me, anna.user}
        assert bot.taken.texts(room, history=True) == []


async def test_what_is_no_key_of_a_device_keeps_nobody_from_anything(synapse: Synapse, tmp_path: Path) -> None:
    async with (
        crowd(synapse) as people,
        running(settings_of(synapse.address, synapse.register("bot"), tmp_path)) as bot,
    ):
        anna, eve = await people.comes("anna"), await people.comes("eve")
        device = str(eve.client.device_id)
        keys = {
            "user_id": eve.user,
            "device_id": device,
            "algorithms": ["m.megolm.v1.aes-sha2"],
            "keys": {f"ed25519:{device}": "nonsense", f"curve25519:{device}": "x"},
            "signatures": {eve.user: {f"ed25519:{device}": "x"}},
        }
        await eve.ask("POST", "keys", "upload", body={"device_keys": keys})
        room = await room_of(anna, bot, encrypted=True)
        await anna.invite(room, eve.user)
        await eve.join(room)
        await anna.write(room, "hello")
        await bot.taken.says(room, "hello")
        sent = await Sending(bot.line).send(room, "m.room.message", {"msgtype": "m.text", "body": "hello"}, "key")
        assert sent in [each["event_id"] for each in await anna.timeline(room)]


async def test_what_was_taken_away_before_its_key_came_is_not_told(synapse: Synapse, tmp_path: Path) -> None:
    async with (
        crowd(synapse) as people,
        running(settings_of(synapse.address, synapse.register("bot"), tmp_path)) as bot,
    ):
        anna = await people.comes("anna", encrypts=True)
        room = await room_of(anna, bot, encrypted=True)
        key = await write_sealed(anna, room, "one", "two")
        await bot.taken.until(lambda: len(sealed(bot, room)) == 2)
        first = sealed(bot, room)[0].event_id
        await anna.redact(room, first)
        await bot.taken.until(lambda: any(is_redaction(each) for news in bot.taken.rooms(room) for each in news.events))
        await hand_out(anna, bot.line.client.user_id, key)
        await bot.taken.says(room, "two")
        assert bot.taken.texts(room) == ["two"]


def is_redaction(event: nio.Event) -> bool:
    return bool(event.source.get("type") == "m.room.redaction")


async def write_anything(anna: Person, room: str, payload: dict[str, Any], key: str) -> None:
    """Send something encrypted that is no event."""
    olm = anna.client.olm
    assert olm is not None
    session = olm.outbound_group_sessions[room]
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "sender_key": olm.account.identity_keys["curve25519"],
        "ciphertext": session.encrypt(json.dumps({"room_id": room, **payload})),  # type: ignore[no-untyped-call]
        "session_id": session.id,
        "device_id": anna.client.device_id,
    }
    await anna.ask("PUT", "rooms", room, "send", "m.room.encrypted", key, body=content)


def sealed(bot: Bot, room: str) -> list[nio.Event]:
    """What nobody could read."""
    return [event for each in bot.taken.rooms(room) for event in each.events if isinstance(event, nio.MegolmEvent)]


async def write_sealed(anna: Person, room: str, *texts: str) -> dict[str, str]:
    """Write something that nobody gets the key for, and return that."""
    await anna.sync()
    olm = anna.client.olm
    assert olm is not None
    await anna.client.joined_members(room)
    olm.create_outbound_group_session(room)
    session = olm.outbound_group_sessions[room]
    key = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": room,
        "session_id": session.id,
        "session_key": session.session_key,
    }
    session.shared = True
    for number, text in enumerate(texts):
        kind, content = anna.client.encrypt(room, "m.room.message", {"msgtype": "m.text", "body": text})
        await anna.ask("PUT", "rooms", room, "send", kind, f"sealed-{number}", body=content)
    return key


async def hand_out(anna: Person, user: str, key: dict[str, str]) -> None:
    """Send a key to somebody after all."""
    olm = anna.client.olm
    assert olm is not None
    await anna.until("the bot's device is known", lambda: _has_devices(anna, user))
    (device,) = anna.client.device_store.active_user_devices(user)
    await anna.client.keys_claim({user: [device.id]})
    session = olm.session_store.get(device.curve25519)
    assert session is not None
    content = olm._olm_encrypt(session, device, "m.room_key", key)  # type: ignore[no-untyped-call]
    await anna.ask("PUT", "sendToDevice", "m.room.encrypted", "key", body={"messages": {user: {device.id: content}}})


async def _has_devices(anna: Person, user: str) -> bool:
    return bool(list(anna.client.device_store.active_user_devices(user)))
