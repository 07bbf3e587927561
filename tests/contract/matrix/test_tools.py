"""What the tests on Matrix stand on: people who talk on a real homeserver, and a proxy that loses answers."""

from __future__ import annotations

from dataclasses import replace

import aiohttp
import pytest

from tests.servers.matrix.people import Person, Refused, crowd
from tests.servers.matrix.process import running_proxy, serving_proxy
from tests.servers.matrix.rooms import Written
from tests.servers.matrix.synapse import Synapse
from tests.servers.matrix.weather import COMMITS, Fault

VERSIONS = "/_matrix/client/versions"


@pytest.mark.parametrize(("version", "encrypted"), [("12", False), ("11", False), ("12", True), ("11", True)])
async def test_two_talk_in_a_thread(synapse: Synapse, version: str, encrypted: bool) -> None:
    async with crowd(synapse) as people:
        anna, bob = [await people.comes(name, encrypts=encrypted) for name in ("anna", "bob")]
        room = await anna.room("News", version=version, encrypted=encrypted, invite=[bob.user])
        assert await bob.invitations() == [room]
        await bob.join(room)
        root = await anna.write(room, "A bridge", html="<b>A bridge</b>")
        said = await bob.write(room, "Where?", thread=root)
        await anna.write(room, "There.", thread=root, reply_to=said)
        gone = await anna.write(room, "Not for you")
        mark = await anna.react(room, said, "👍")
        await anna.react(room, said, "👎")
        await anna.redact(room, mark)
        await bob.edit(room, said, "Where is it?")
        await anna.redact(room, gone)
        there = {each.event: each for each in await bob.read(room)}
        assert (there[root].html, there[root].thread, there[root].edits) == ("<b>A bridge</b>", None, 0)
        assert (there[said].body, there[said].thread, there[said].edits) == ("Where is it?", root, 1)
        assert {emoji: set(users) for emoji, users in there[said].reactions.items()} == {"👎": {anna.user}}
        assert (there[gone].redacted, there[gone].body) == (True, "")
        assert [_told(each) for each in await anna.thread(room, root)] == [
            ("Where is it?", None),
            ("There.", said),
        ]


def _told(message: Written) -> tuple[str, str | None]:
    return message.body, message.reply_to


async def test_who_has_no_keys_reads_nothing(synapse: Synapse) -> None:
    async with crowd(synapse) as people:
        anna, bob = await people.comes("anna", encrypts=True), await people.comes("bob")
        room = await anna.room("Secret", encrypted=True, invite=[bob.user])
        await bob.join(room)
        await anna.write(room, "For few")
        (there,) = await bob.read(room)
        assert (there.readable, there.body) == (False, "")
        assert (await anna.read(room))[0].body == "For few"


async def test_moderating_and_moving(synapse: Synapse) -> None:
    async with crowd(synapse) as people:
        anna, bob = await people.comes("anna"), await people.comes("bob")
        room = await anna.room("News", version="11", invite=[bob.user])
        await bob.join(room)
        said = await anna.write(room, "Mine")
        with pytest.raises(Refused, match="M_FORBIDDEN"):
            await bob.kick(room, anna.user)
        await anna.grant(room, bob.user, 50)
        await bob.redact(room, said)
        assert (await anna.message(room, said)).redacted
        await anna.kick(room, bob.user)
        assert await anna.members(room) == {anna.user}
        moved = await anna.upgrade(room, "12")
        assert (await anna.state(room, "m.room.tombstone"))["replacement_room"] == moved


# --- the proxy ---


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (Fault(kind="limit", retry_after_ms=70), 429, '"retry_after_ms": 70'),
        (Fault(kind="limit", retry_after_ms=None), 429, "M_LIMIT_EXCEEDED"),
        (Fault(kind="fail", status=502), 502, "Bad Gateway"),
        (Fault(kind="fail", status=500), 500, "Bad Gateway"),
        (Fault(kind="garbage"), 200, '{"this is'),
        (Fault(kind="token"), 401, "M_UNKNOWN_TOKEN"),
    ],
)
async def test_the_proxy_answers_by_itself(synapse: Synapse, fault: Fault, status: int, said: str) -> None:
    fault.times = 1
    async with serving_proxy(synapse.address) as proxy, aiohttp.ClientSession() as http:
        proxy.weather.faults.append(fault)
        async with http.get(proxy.address + VERSIONS) as spoilt:
            assert spoilt.status == status
            assert said in await spoilt.text()
        async with http.get(proxy.address + VERSIONS) as passed:
            assert "versions" in await passed.json()
        assert [(each.status, each.fault) for each in proxy.weather.calls("GET", VERSIONS)] == [
            (status, fault.kind),
            (200, ""),
        ]


@pytest.mark.parametrize(
    "fault",
    [Fault(kind="reset"), Fault(kind="hang"), Fault(kind="lose"), Fault(kind="hang_after"), Fault(kind="cut")],
    ids=lambda fault: fault.kind,
)
async def test_the_proxy_loses_an_answer(synapse: Synapse, fault: Fault) -> None:
    async with crowd(synapse) as people, serving_proxy(synapse.address) as proxy:
        anna = await people.comes("anna")
        room = await anna.room("News")
        once = 1 if fault.kind == "cut" else 2  # aiohttp asks once more by itself where nothing is answered
        proxy.weather.faults.append(replace(fault, method="PUT", path="*/send/*", times=once, delay=0.01))
        with pytest.raises((aiohttp.ClientError, OSError)):
            await _put(proxy.address, anna, room)
        assert len(await anna.read(room)) == (fault.kind in COMMITS)
        await _put(proxy.address, anna, room)
        assert len(await anna.read(room)) == 1, "the same transaction is done once"


async def _put(address: str, who: Person, room: str) -> None:
    where = f"{address}/_matrix/client/v3/rooms/{room}/send/m.room.message/one"
    headers = {"Authorization": f"Bearer {who.client.access_token}"}
    async with (
        aiohttp.ClientSession() as http,
        http.put(where, json={"msgtype": "m.text", "body": "Hello"}, headers=headers) as answer,
    ):
        await answer.json()


async def test_a_proxy_of_its_own_spoils_a_share(synapse: Synapse) -> None:
    async with running_proxy(synapse.address, seed=3) as proxy, aiohttp.ClientSession() as http:
        await proxy.faults(Fault(kind="fail", path="/_matrix/*", share=0.5))
        for _ in range(20):
            async with http.get(proxy.address + VERSIONS) as answer:
                await answer.read()
        log = await proxy.log()
        assert 3 < log["struck"]["fail"] < 17
        assert len(log["calls"]) == 20
