"""What the bot writes, as members of a real homeserver's rooms read it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from adapters.matrix import refs, uploads
from adapters.matrix.markers import marker_of
from bot.domain.model import Ref
from bot.errors import AnswerLost, NetworkRefused, NetworkUnavailable
from bot.ports.network import Say
from bot.ports.pictures import Picture
from tests.contract.network.on_matrix import Town, a_town
from tests.contract.network.test_network import CARD
from tests.servers.chat_desk import NotedChat
from tests.servers.matrix.process import serving_proxy
from tests.servers.matrix.rooms import Written
from tests.servers.matrix.synapse import Synapse
from tests.servers.matrix.weather import Fault, Kind, Weather

PNG = b"\x89PNG\r\n\x1a\n and so on"
WITH_PICTURE = replace(CARD, image="https://gazette.example/bridge.png")


@pytest.fixture(params=["12", "11", "encrypted"])
async def town(request: pytest.FixtureRequest, synapse: Synapse) -> AsyncIterator[Town]:
    encrypted = request.param == "encrypted"
    async with a_town(synapse, encrypted=encrypted, version="12" if encrypted else request.param) as made:
        yield made


@pytest.fixture
async def secret(synapse: Synapse) -> AsyncIterator[Town]:
    """A town with an encrypted room."""
    async with a_town(synapse, encrypted=True) as made:
        yield made


@asynccontextmanager
async def in_weather(town: Town) -> AsyncIterator[Weather]:
    """The bot's calls go through weather that is fine at first."""
    direct = town.bot.client.homeserver
    async with serving_proxy(direct) as proxy:
        town.bot.client.homeserver = proxy.address
        try:
            yield proxy.weather
        finally:
            town.bot.client.homeserver = direct
            async with town.turns:
                await town.turns.wait()  # the sync that is under way goes through the weather


async def posted(town: Town, key: str = "k1") -> Ref:
    return await town.network.post(town.channel, CARD, key)


async def seen(town: Town, message: Ref) -> Written:
    at = refs.message_id(message)
    return await town.ann.message(at.room, at.event)


async def said(town: Town, thread: Ref) -> list[str]:
    at = refs.thread_id(thread)
    return [each.body for each in await town.ann.thread(at.room, at.event)]


def saying(text: str) -> Say:
    return Say(html=f"<p>{text}</p>", marker=text, language="en")


async def test_a_post_is_read_with_all_that_is_on_it(town: Town) -> None:
    there = await seen(town, await posted(town))
    assert (there.kind, there.thread) == ("m.text", None)
    assert there.html.startswith('<h4><a href="https://gazette.example/bridge">The bridge is open again</a></h4>')
    assert there.body.startswith("The bridge is open again\nA. Mason, The Gazette")
    assert marker_of(there.content) == CARD.marker
    assert there.content["m.mentions"] == {}


async def test_words_stand_in_the_thread_as_a_notice(town: Town) -> None:
    post = await posted(town)
    thread = await town.network.open_thread(post, "", "")
    message = await town.network.say(thread, saying("It is open."), "k2")
    there = await seen(town, message)
    assert (there.kind, there.body, there.thread) == ("m.notice", "It is open.", refs.message_id(post).event)
    assert marker_of(there.content) == "It is open."
    assert (await seen(town, await town.network.say(town.channel, saying("Hear!"), "k3"))).thread is None


async def test_an_edited_post_shows_what_is_now_and_is_found_all_the_same(town: Town) -> None:
    post = await posted(town)
    for _ in range(2):
        await town.network.edit(post, replace(CARD, title="The bridge is closed again", up=2))
    there = await seen(town, post)
    assert "The bridge is closed again" in there.html
    assert "▲ 2" in there.body
    assert marker_of(there.content) == CARD.marker
    assert await town.network.find(town.channel, CARD.marker, None) == [post]


async def test_what_is_said_in_threads_is_looked_for_there_alone(town: Town) -> None:
    first, second = await posted(town), await posted(town, "k2")
    threads = [await town.network.open_thread(each, "", "") for each in (first, second)]
    message = await town.network.say(threads[0], saying("It is open."), "k3")
    await town.ann.write(town.room, "It is open.", thread=refs.message_id(first).event)
    assert await town.network.find(threads[0], "It is open.", None) == [message]
    assert await town.network.find(threads[1], "It is open.", None) == []
    assert await town.network.find(town.channel, "It is open.", None) == []
    assert await town.network.find(town.channel, CARD.marker, None) == [first, second]


async def test_a_vote_that_is_seeded_is_the_bots_and_one(town: Town) -> None:
    post = await posted(town)
    for _ in range(2):
        await town.network.seed(post, "👍")
    there = await seen(town, post)
    assert {emoji: set(who) for emoji, who in there.reactions.items()} == {"👍": {town.bot.user}}


async def test_a_thread_is_deleted_but_for_what_members_wrote(town: Town) -> None:
    post = await posted(town)
    thread = await town.network.open_thread(post, "", "")
    await town.network.say(thread, saying("Mine"), "k2")
    await town.ann.write(town.room, "Hers", thread=refs.message_id(post).event)
    for _ in range(2):
        await town.network.delete(thread)
    assert await said(town, thread) == ["", "Hers"] or await said(town, thread) == ["Hers"]
    assert (await seen(town, post)).body


async def test_who_is_hidden_is_told_why(synapse: Synapse) -> None:
    async with a_town(synapse) as town:
        event = await town.ann.write(town.room, "You fools.")
        await town.network.hide(refs.message(town.room, event), hidden=True)
        (found,) = [each for each in await town.ann.timeline(town.room) if each["event_id"] == event]
        assert found["unsigned"]["redacted_because"]["content"]["reason"] == "Taken out of sight by moderation."


async def test_without_the_power_to_redact_the_levels_are_named_and_it_works_once_it_is_there(town: Town) -> None:
    message = refs.message(town.room, await town.ann.write(town.room, "You fools."))
    await town.ann.grant(town.room, town.bot.user, 7)
    with pytest.raises(NetworkRefused, match=r"its power level is 7, and that takes 50 \(redact\)"):
        await town.network.hide(message, hidden=True)
    await town.ann.grant(town.room, town.bot.user, 50)
    await town.network.hide(message, hidden=True)
    assert (await seen(town, message)).redacted


async def test_where_the_bot_may_not_write_it_says_so(town: Town) -> None:
    levels = await town.ann.state(town.room, "m.room.power_levels")
    await town.ann.set_state(town.room, "m.room.power_levels", {**levels, "events_default": 99})
    with pytest.raises(NetworkRefused, match=r"power level .* too low to write .*\(50\) < send_level \(99\)"):
        await posted(town)
    await town.ann.kick(town.room, town.bot.user)
    with pytest.raises(NetworkRefused, match="the bot is not in the room"):
        await posted(town, "k2")
    town.bot.client.rooms.pop(town.room, None)  # as after a restart
    with pytest.raises(NetworkRefused, match="the bot is not in the room"):
        await posted(town, "k3")


LOSING: list[Kind] = ["cut", "lose"]


@pytest.mark.parametrize("kind", LOSING)
async def test_an_answer_that_is_lost_makes_no_second_post(town: Town, kind: Kind) -> None:
    await posted(town, "k0")
    async with in_weather(town) as weather:
        weather.faults[:] = [Fault(kind=kind, method="PUT", path="*/send/*", times=2 if kind == "lose" else 1)]
        with pytest.raises(AnswerLost):
            await posted(town)
        again = await posted(town)
    assert (await town.network.find(town.channel, CARD.marker, None))[1:] == [again]


async def test_what_is_limited_is_put_off_as_long_as_the_homeserver_says(town: Town) -> None:
    await posted(town, "k0")
    async with in_weather(town) as weather:
        weather.faults[:] = [Fault(kind="limit", method="PUT", path="*/send/*", times=1, retry_after_ms=1500)]
        with pytest.raises(NetworkUnavailable) as caught:
            await posted(town)
        assert caught.value.retry_after == timedelta(seconds=1.5)
        assert sum(each.method == "PUT" for each in weather.log) == 1


async def test_a_reverse_proxys_page_may_hide_that_it_was_done(town: Town) -> None:
    await posted(town, "k0")
    async with in_weather(town) as weather:
        weather.faults[:] = [Fault(kind="fail", method="PUT", path="*/send/*", times=1)]
        with pytest.raises(AnswerLost):
            await posted(town)


# --- encrypted rooms ---


async def test_what_is_said_at_once_is_read_by_all(secret: Town) -> None:
    bob = await secret.people.comes("bob", encrypts=True)
    await secret.ann.invite(secret.room, bob.user)
    await bob.join(secret.room)
    await _bot_knows(secret, bob.user)
    texts = [f"Word {number}" for number in range(8)]
    await asyncio.gather(*(secret.network.say(secret.channel, saying(each), each) for each in texts))
    for person in (secret.ann, bob):
        assert sorted(each.body for each in await person.read(secret.room)) == texts


async def _bot_knows(town: Town, user: str) -> None:
    async def knows() -> bool:
        return user in town.bot.client.rooms[town.room].users

    await town.ann.until("the bot knows who came", knows)


async def test_who_comes_later_reads_what_is_said_then(secret: Town) -> None:
    await secret.network.say(secret.channel, saying("Before"), "k1")
    bob = await secret.people.comes("bob", encrypts=True)
    await secret.ann.invite(secret.room, bob.user)
    await bob.join(secret.room)
    await _bot_knows(secret, bob.user)
    await secret.network.say(secret.channel, saying("After"), "k2")
    assert [each.body for each in await bob.read(secret.room)] == ["", "After"]


async def test_a_members_new_device_reads_what_is_said_then(secret: Town) -> None:
    await secret.network.say(secret.channel, saying("Before"), "k1")
    device = await secret.people.logs_in("ann", secret.ann.account, encrypts=True)

    async def known() -> bool:
        return device.client.device_id in secret.bot.client.device_store[secret.ann.user]

    await secret.ann.until("the bot knows the device", known)
    await secret.network.say(secret.channel, saying("After"), "k2")
    assert [each.body for each in await device.read(secret.room)] == ["", "After"]


@pytest.mark.parametrize("path", ["*/keys/query", "*/keys/claim", "*/sendToDevice/*", "*/joined_members"])
async def test_where_a_key_cannot_be_shared_nothing_is_said_that_nobody_could_read(secret: Town, path: str) -> None:
    async with in_weather(secret) as weather:
        weather.faults[:] = [Fault(kind="fail", path=path, times=1)]
        for _ in range(2):
            try:
                await secret.network.say(secret.channel, saying("Hear!"), "k1")
            except NetworkUnavailable:
                assert await secret.ann.read(secret.room) == []
        await secret.network.say(secret.channel, saying("Hear!"), "k1")
    assert [each.body for each in await secret.ann.read(secret.room)] == ["Hear!"]


@pytest.mark.parametrize("told", [True, False])
async def test_an_encrypted_room_that_nobody_told_of_is_waited_for_and_hears_nothing_in_clear(
    secret: Town, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await secret.ann.room("Second", encrypted=True)
    late = await secret.people.comes("late", encrypts=True)
    secret.network.line.open(late.client, secret.network.line._clock.now())
    await secret.ann.invite(room, late.user)
    await late.ask("POST", "join", room, body={})
    if not told:
        monkeypatch.setattr("adapters.matrix.sending._TOLD_WITHIN", 0.2)
        with pytest.raises(NetworkUnavailable) as caught:
            await secret.network.say(refs.channel(room), saying("Hear!"), "k1")
        assert caught.value.retry_after is not None
        assert await secret.ann.read(room) == []
        return
    saying_it = asyncio.create_task(secret.network.say(refs.channel(room), saying("Hear!"), "k1"))
    await late.sync()
    await saying_it
    assert {each["type"] for each in await _raw(secret, room)} & {"m.room.message", "m.room.encrypted"} == {
        "m.room.encrypted"
    }
    assert [each.body for each in await secret.ann.read(room)] == ["Hear!"]


async def _raw(town: Town, room: str) -> list[dict[str, object]]:
    page = await town.ann.ask("GET", "rooms", room, "messages", query={"dir": "b", "limit": 100})
    return list(page["chunk"])


async def test_a_plain_room_that_nobody_told_of_is_written_into(synapse: Synapse) -> None:
    async with a_town(synapse) as town:
        room = await town.ann.room("Second")
        late = await town.people.comes("late", encrypts=True)
        town.network.line.open(late.client, town.network.line._clock.now())
        await town.ann.invite(room, late.user)
        await late.ask("POST", "join", room, body={})
        await town.network.say(refs.channel(room), saying("Hear!"), "k1")
        assert [each.body for each in await town.ann.read(room)] == ["Hear!"]


# --- pictures ---


@dataclass
class OnePicture:
    """See `bot.ports.pictures.Pictures`; `asked` are the addresses, `slow` seconds that each takes."""

    picture_there: Picture | None = field(default_factory=lambda: Picture(data=PNG, media_type="image/png"))
    slow: float = 0
    asked: list[str] = field(default_factory=list)

    async def picture(self, address: str) -> Picture | None:
        self.asked.append(address)
        await asyncio.sleep(self.slow)
        return self.picture_there


async def test_a_picture_is_uploaded_once_whoever_asks(synapse: Synapse) -> None:
    pictures, chat = OnePicture(slow=0.05), NotedChat(at=None)
    async with a_town(synapse, chat=chat, pictures=pictures) as town:
        posts = await asyncio.gather(*(town.network.post(town.channel, WITH_PICTURE, f"k{n}") for n in range(3)))
        await town.network.edit(posts[0], replace(WITH_PICTURE, up=1))
        shown = {(await seen(town, each)).html.partition('<img src="')[2] for each in posts}
        assert len(shown) == 1
        address = shown.pop().partition('"')[0]
        assert await _downloaded(town, address) == PNG
        assert pictures.asked == [WITH_PICTURE.image]
        again = uploads.Uploads(town.network.line, chat, pictures)
        assert await again.uploaded(str(WITH_PICTURE.image)) == address
        assert pictures.asked == [WITH_PICTURE.image]


async def _downloaded(town: Town, address: str) -> bytes:
    client = town.ann.client
    where = f"/_matrix/client/v1/media/download/{address.removeprefix('mxc://')}"
    async with await client.send("GET", where, headers={"Authorization": f"Bearer {client.access_token}"}) as answer:
        data: bytes = await answer.read()
    return data


NONE_TO_BE_HAD = {
    "nothing there": OnePicture(picture_there=None),
    "too large": OnePicture(picture_there=Picture(data=bytes(uploads.LARGEST + 1), media_type="image/png")),
    "no picture": OnePicture(picture_there=Picture(data=b"<svg>", media_type="image/svg+xml")),
    "too slow": OnePicture(slow=60),
}


@pytest.mark.parametrize("pictures", NONE_TO_BE_HAD.values(), ids=NONE_TO_BE_HAD.keys())
async def test_a_post_goes_without_a_picture_that_cannot_be_had_and_does_not_ask_again(
    synapse: Synapse, pictures: OnePicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.matrix.uploads.HAD_WITHIN", 0.2)
    async with a_town(synapse, pictures=pictures) as town:
        post = await town.network.post(town.channel, WITH_PICTURE, "k1")
        await town.network.edit(post, replace(WITH_PICTURE, up=1))
        assert "<img" not in (await seen(town, post)).html
        assert len(pictures.asked) == 1


async def test_a_post_goes_without_a_picture_that_the_homeserver_does_not_take(synapse: Synapse) -> None:
    async with a_town(synapse, pictures=OnePicture()) as town, in_weather(town) as weather:
        weather.faults[:] = [Fault(kind="fail", path="*/media/*/upload", status=413)]
        post = await town.network.post(town.channel, WITH_PICTURE, "k1")
        assert "<img" not in (await seen(town, post)).html


@pytest.mark.parametrize("changes", [{"image": "http://gazette.example/x.png"}, {"sensitive": "blood"}])
async def test_no_picture_is_fetched_that_is_not_shown(synapse: Synapse, changes: dict[str, str]) -> None:
    pictures = OnePicture()
    async with a_town(synapse, pictures=pictures) as town:
        await town.network.post(town.channel, replace(WITH_PICTURE, **changes), "k1")  # type: ignore[arg-type]
        assert pictures.asked == []
