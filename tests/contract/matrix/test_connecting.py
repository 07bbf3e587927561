"""How the bot comes to its homeserver, stays there, comes back, and says why it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import nio
import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from adapters.matrix import patience, syncing
from adapters.matrix.asking import ask, path
from adapters.matrix.sessions import Sessions
from bot.domain.events import Back, Missed
from bot.errors import NetworkError, NetworkRefused, NetworkUnavailable
from tests.contract.matrix.hearing import NOW, WITHIN, Bot, running, settings_of
from tests.contract.matrix.test_listening_loop import room_of
from tests.servers.clock import SetClock
from tests.servers.listening_bot import QuietDesk
from tests.servers.matrix.people import crowd
from tests.servers.matrix.process import Proxy, serving_proxy
from tests.servers.matrix.synapse import Synapse
from tests.servers.matrix.weather import Fault

MISSED = Missed(network="matrix", at=NOW)
SYNC = "/_matrix/client/*/sync"
FAULTS = [
    Fault(kind="fail", status=500),
    Fault(kind="fail", status=502),
    Fault(kind="garbage"),
    Fault(kind="cut"),
    Fault(kind="reset"),
    Fault(kind="lose"),
    Fault(kind="hang"),
    Fault(kind="limit"),
]
NAMES = ["500", "502", "garbage", "cut", "reset", "lose", "hang", "limit"]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bot wait a moment only."""
    monkeypatch.setattr(patience, "FIRST", 0.05)
    monkeypatch.setattr(patience, "LONGEST", 0.2)


def loud(logs: Sequence[EventDict]) -> list[EventDict]:
    """What an operator is told."""
    return [each for each in logs if each["log_level"] in ("warning", "error")]


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what nobody tells of."""
    async with asyncio.timeout(WITHIN):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def sees(proxy: Proxy, kind: str, times: int = 1) -> None:
    """Wait until a fault has struck so often."""
    await until(lambda: proxy.weather.struck[kind] >= times)


async def said(logs: Sequence[EventDict]) -> None:
    """Wait until an operator was told something."""
    await until(lambda: bool(loud(logs)))


def is_up(bot: Bot) -> bool:
    """Whether calls can be made."""
    try:
        return bot.line.client is not None
    except NetworkUnavailable:
        return False


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
async def test_bad_answers_are_no_reason_to_begin_anew(synapse: Synapse, tmp_path: Path, fault: Fault) -> None:
    account = synapse.register("bot")
    with capture_logs() as logs:
        async with (
            serving_proxy(synapse.address) as proxy,
            crowd(synapse) as people,
            running(settings_of(proxy.address, account, tmp_path, sync_for=0.5)) as bot,
        ):
            anna = await people.comes("anna")
            room = await room_of(anna, bot)
            client = bot.line.client
            proxy.weather.faults.append(replace(fault, path=SYNC, times=4))
            await sees(proxy, fault.kind, 4)
            await anna.write(room, "hello")
            await bot.taken.says(room, "hello")
            assert bot.line.client is client
            assert bot.heard.of(Missed) == [MISSED, MISSED]  # before its start, and before it came
            back = 1 if fault.kind == "limit" else 2  # at its start, and after it was away
            assert len(bot.heard.of(Back)) == back
    about = [each["event"] for each in loud(logs)]
    assert about.count("Matrix cannot be heard") == 1


@pytest.mark.usefixtures("hasty")
async def test_a_homeserver_that_hangs_is_asked_anew(
    synapse: Synapse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "GRACE", 0.2)
    account = synapse.register("bot")
    async with (
        serving_proxy(synapse.address) as proxy,
        crowd(synapse) as people,
        running(settings_of(proxy.address, account, tmp_path, sync_for=0.5)) as bot,
    ):
        anna = await people.comes("anna")
        room = await room_of(anna, bot)
        proxy.weather.faults.append(Fault(kind="hang", path=SYNC, times=1, delay=3600))
        await sees(proxy, "hang")
        await anna.write(room, "hello")
        await bot.taken.says(room, "hello")


@pytest.mark.usefixtures("hasty")
async def test_a_bad_start_is_started_through(synapse: Synapse, tmp_path: Path) -> None:
    account = synapse.register("bot")
    async with serving_proxy(synapse.address) as proxy:
        proxy.weather.faults += [Fault(kind="fail", path="*/login", times=1), Fault(kind="garbage", path=SYNC, times=1)]
        async with running(settings_of(proxy.address, account, tmp_path)) as bot:
            await bot.heard.times(Missed, 1)
            assert proxy.weather.struck == {"fail": 1, "garbage": 1}


@pytest.mark.usefixtures("hasty")
async def test_a_gap_is_filled_through_failures(synapse: Synapse, tmp_path: Path) -> None:
    account, desk = synapse.register("bot"), QuietDesk()
    async with serving_proxy(synapse.address) as proxy, crowd(synapse) as people:
        settings = settings_of(proxy.address, account, tmp_path)
        anna = await people.comes("anna")
        async with running(settings, desk) as bot:
            room = await room_of(anna, bot)
        texts = [f"{number}" for number in range(150)]
        for text in texts:
            await anna.client.room_send(room, "m.room.message", {"msgtype": "m.text", "body": text})
        for kind in ("fail", "garbage", "cut"):
            proxy.weather.faults.append(Fault(kind=kind, path="*/messages", times=1))
        async with running(settings, desk) as bot:
            await bot.taken.says(room, "149")
            assert bot.taken.texts(room) == texts
            assert bot.heard.of(Missed) == []


async def test_what_somebody_else_is_refused_is_looked_into_at_once(synapse: Synapse, tmp_path: Path) -> None:
    account = synapse.register("bot")
    async with (
        serving_proxy(synapse.address) as proxy,
        running(settings_of(proxy.address, account, tmp_path, sync_for=300.0)) as bot,
    ):
        await bot.heard.times(Missed, 1)
        async with asyncio.timeout(WITHIN):
            await bot.desk.noted.wait()
        proxy.weather.faults.append(Fault(kind="fail"))
        assert isinstance(await bot.line.client.whoami(), nio.WhoamiError)
        await until(lambda: not is_up(bot))
        seen = len(proxy.weather.log)
        for _ in range(20):
            with pytest.raises(NetworkUnavailable, match="trouble of its own"):
                await bot.line.client.whoami()
        assert len(proxy.weather.log) <= seen + 1  # one of the loop's own may come between
        proxy.weather.faults.clear()
        await until(lambda: is_up(bot))
        assert isinstance(await bot.line.client.whoami(), nio.WhoamiResponse)


async def test_one_call_that_always_fails_takes_nobody_off_the_line(synapse: Synapse, tmp_path: Path) -> None:
    account = synapse.register("bot")
    async with (
        serving_proxy(synapse.address) as proxy,
        running(settings_of(proxy.address, account, tmp_path)) as bot,
    ):
        await bot.connected()
        proxy.weather.faults.append(Fault(kind="fail", path="*/whoami"))
        for _ in range(5):
            assert isinstance(await bot.line.client.whoami(), nio.WhoamiError)
        assert isinstance(await bot.line.client.joined_rooms(), nio.JoinedRoomsResponse)


async def test_keys_that_cannot_be_exchanged_keep_nobody_from_listening(synapse: Synapse, tmp_path: Path) -> None:
    account = synapse.register("bot")
    with capture_logs() as logs:
        async with serving_proxy(synapse.address) as proxy, crowd(synapse) as people:
            proxy.weather.faults.append(Fault(kind="fail", path="*/keys/*"))
            async with running(settings_of(proxy.address, account, tmp_path)) as bot:
                anna = await people.comes("anna")
                room = await room_of(anna, bot)
                await anna.write(room, "hello")
                await bot.taken.says(room, "hello")
    assert [each["event"] for each in loud(logs)].count("Matrix: keys cannot be exchanged just now") == 1
    assert len(proxy.weather.calls(path="*/keys/*")) <= 5


async def test_lost_keys_are_told_once_and_what_is_plain_is_heard(synapse: Synapse, tmp_path: Path) -> None:
    settings, desk = settings_of(synapse.address, synapse.register("bot"), tmp_path), QuietDesk()
    async with running(settings, desk) as bot:
        await bot.heard.times(Missed, 1)
    (store,) = settings.store.glob("*.db")
    store.unlink()
    with capture_logs() as logs:
        async with crowd(synapse) as people, running(settings, desk) as bot:
            anna = await people.comes("anna")
            room = await room_of(anna, bot)
            for text in ("one", "two"):
                await anna.write(room, text)
                await bot.taken.says(room, text)
    (told,) = loud(logs)
    assert "tribune matrix login" in told["reason"]


async def test_a_token_that_is_refused_is_told_once_and_waited_for(synapse: Synapse, tmp_path: Path) -> None:
    account = synapse.register("bot")
    settings = settings_of(synapse.address, account, tmp_path)
    session = await Sessions(settings, SetClock(NOW)).log_in()
    async with serving_proxy(synapse.address) as proxy:
        at_proxy = replace(settings, homeserver=proxy.address, password=None)
        Sessions(at_proxy, SetClock(NOW)).keep(session)
        with capture_logs() as logs:
            async with running(at_proxy) as bot:
                await bot.heard.times(Missed, 1)
                proxy.weather.faults.append(Fault(kind="token"))
                await sees(proxy, "token")
                await said(logs)
                await asyncio.sleep(1.0)  # nothing happens in it, which nobody tells
                assert not bot.running.done()
                assert proxy.weather.struck["token"] <= 2
                proxy.weather.faults.clear()
                another = await Sessions(replace(settings, store=tmp_path / "other"), SetClock(NOW)).log_in()
                Sessions(at_proxy, SetClock(NOW)).keep(another)
                await bot.heard.times(Missed, 2)
                assert bot.line.client.device_id == another.device
    assert [(each["log_level"], "tribune matrix login" in str(each.get("remedy"))) for each in loud(logs)] == [
        ("error", True)
    ]


@pytest.mark.parametrize(("age", "renewed"), [(timedelta(minutes=59), False), (timedelta(hours=1), True)])
async def test_with_a_password_the_bot_logs_in_again_by_itself_now_and_then(
    synapse: Synapse, tmp_path: Path, age: timedelta, renewed: bool
) -> None:
    settings, clock = settings_of(synapse.address, synapse.register("bot"), tmp_path), SetClock(NOW)
    async with crowd(synapse) as people, running(settings, clock=clock) as bot:
        await bot.heard.times(Missed, 1)
        before = bot.line.client.device_id
        clock.time = NOW + age
        with capture_logs() as logs:
            await ask(bot.line.client, "POST", path("logout"), {})
            anna = await people.comes("anna")
            if renewed:
                await bot.heard.times(Missed, 2)
                assert bot.line.client.device_id != before
                room = await anna.room("News", invite=[settings.user])
                await bot.taken.until(lambda: any(room in each.invited for each in bot.taken.all))
            else:
                await said(logs)
                assert not bot.line.connected
    assert [each["log_level"] for each in loud(logs)] == ["warning" if renewed else "error"]


async def test_without_a_login_the_bot_waits_for_one(synapse: Synapse, tmp_path: Path) -> None:
    settings = settings_of(synapse.address, synapse.register("bot"), tmp_path)
    with capture_logs() as logs:
        async with running(replace(settings, password=None)) as bot:
            await said(logs)
            await Sessions(settings, SetClock(NOW)).log_in()
            await bot.heard.times(Missed, 1)
    (told,) = loud(logs)
    assert "tribune matrix login" in told["remedy"]


async def test_who_logs_in_anew_is_followed_without_a_restart(synapse: Synapse, tmp_path: Path) -> None:
    settings = settings_of(synapse.address, synapse.register("bot"), tmp_path)
    async with running(settings) as bot:
        await bot.heard.times(Missed, 1)
        session = await Sessions(settings, SetClock(NOW)).log_in()
        await bot.heard.times(Missed, 2)
        assert bot.line.client.device_id == session.device


async def test_how_limits_are_lifted_is_told_once(synapse: Synapse, tmp_path: Path) -> None:
    account = synapse.register("bot")
    with capture_logs() as logs:
        async with (
            serving_proxy(synapse.address) as proxy,
            running(settings_of(proxy.address, account, tmp_path)) as bot,
        ):
            await bot.connected()
            proxy.weather.faults.append(Fault(kind="limit", path="*/whoami"))
            for _ in range(3):
                assert isinstance(await bot.line.client.whoami(), nio.WhoamiError)
            assert is_up(bot)
    (told,) = loud(logs)
    assert f"/_synapse/admin/v1/users/{account.user}/override_ratelimit" in told["remedy"]


async def test_a_key_that_does_not_open_what_is_kept_is_said(synapse: Synapse, tmp_path: Path) -> None:
    settings = settings_of(synapse.address, synapse.register("bot"), tmp_path)
    async with running(settings) as bot:
        await bot.heard.times(Missed, 1)
    async with running(replace(settings, key="another one")) as bot:
        with pytest.raises(NetworkRefused, match="does not open with the key"):
            await bot.breaks()


async def test_a_wrong_password_is_said(synapse: Synapse, tmp_path: Path) -> None:
    settings = settings_of(synapse.address, synapse.register("bot"), tmp_path, password="guessed")
    async with running(settings) as bot:
        with pytest.raises(NetworkError, match="does not take the password"):
            await bot.breaks()
