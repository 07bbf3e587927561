"""Works, transactions, and what others write."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest
from sqlalchemy import text

from bot.domain.model import FeedId
from bot.errors import StorageError
from bot.ports.stores import Tx
from storage.migrate import connected
from storage.store import SqlStore, open_store
from tests.contract.storage.world import HOUR, NOW, World


def _put(key: str, value: str = "x") -> Callable[[Tx], Awaitable[None]]:
    return lambda tx: tx.settings.put(key, value)


async def _stored(store: SqlStore, *keys: str) -> list[str]:
    async with store.read() as tx:
        return [key for key in keys if await tx.settings.get(key) is not None]


async def test_what_a_work_returns_comes_back(store: SqlStore) -> None:
    async def work(tx: Tx) -> str | None:
        await tx.settings.put("a", "1")
        return await tx.settings.get("a")

    assert await store.write(work) == "1"


async def test_a_work_that_fails_is_undone_and_its_error_comes_out(store: SqlStore) -> None:
    async def work(tx: Tx) -> None:
        await tx.settings.put("a", "1")
        raise LookupError("no such luck")

    with pytest.raises(LookupError, match="no such luck"):
        await store.write(work)
    assert await _stored(store, "a") == []


async def test_a_failing_work_among_others_is_undone_alone(store: SqlStore) -> None:
    def work(number: int) -> Callable[[Tx], Awaitable[int]]:
        async def do(tx: Tx) -> int:
            await tx.settings.put(f"k{number}", "x")
            if number % 3 == 1:
                raise ValueError(number)
            return number

        return do

    outcomes = await asyncio.gather(*(store.write(work(n)) for n in range(9)), return_exceptions=True)
    assert [each if isinstance(each, int) else str(each) for each in outcomes] == [0, "1", 2, 3, "4", 5, 6, "7", 8]
    assert await _stored(store, *(f"k{n}" for n in range(9))) == ["k0", "k2", "k3", "k5", "k6", "k8"]


async def test_a_refusal_of_the_database_is_translated_and_undone_alone(world: World) -> None:
    async def refused(tx: Tx) -> None:
        await tx.settings.put("refused", "x")
        await tx.places.subscribe(FeedId(999), world.section.id, backlog=3)

    outcomes = await asyncio.gather(
        world.write(_put("before")), world.write(refused), world.write(_put("after")), return_exceptions=True
    )
    assert isinstance(outcomes[1], StorageError)
    assert outcomes[1].__cause__ is not None
    assert await _stored(world.store, "before", "refused", "after") == ["before", "after"]


async def test_a_work_whose_caller_is_gone_is_undone_alone(store: SqlStore) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(tx: Tx) -> None:
        await tx.settings.put("slow", "x")
        begun.set()
        await go_on.wait()

    caller = asyncio.create_task(store.write(slow))
    await begun.wait()
    other = asyncio.create_task(store.write(_put("other")))
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    await other
    assert await _stored(store, "slow", "other") == ["other"]


async def test_a_caller_who_is_gone_before_its_turn(store: SqlStore) -> None:
    callers = [asyncio.create_task(store.write(_put(f"k{n}"))) for n in range(3)]
    callers[1].cancel()
    await asyncio.gather(*callers, return_exceptions=True)
    assert await _stored(store, "k0", "k1", "k2") == ["k0", "k2"]


async def test_a_work_sees_what_it_wrote_and_readers_see_it_after_the_commit(store: SqlStore) -> None:
    written, go_on = asyncio.Event(), asyncio.Event()

    async def work(tx: Tx) -> str | None:
        await tx.settings.put("a", "1")
        written.set()
        await go_on.wait()
        return await tx.settings.get("a")

    writer = asyncio.create_task(store.write(work))
    await written.wait()
    assert await _stored(store, "a") == []
    go_on.set()
    assert await writer == "1"
    assert await _stored(store, "a") == ["a"]


async def test_a_reader_sees_one_state(store: SqlStore) -> None:
    await store.write(_put("a", "1"))
    async with store.read() as tx:
        assert await tx.settings.get("a") == "1"
        await store.write(_put("a", "2"))
        assert await tx.settings.get("a") == "1"
    async with store.read() as tx:
        assert await tx.settings.get("a") == "2"


async def test_a_reader_cannot_write(store: SqlStore) -> None:
    async with store.read() as tx:
        with pytest.raises(StorageError):
            await tx.settings.put("a", "1")
    assert await _stored(store, "a") == []
    await store.write(_put("a"))


async def test_more_readers_than_connections(store: SqlStore) -> None:
    found = await asyncio.gather(*(_stored(store, "a") for _ in range(30)))
    assert found == [[]] * 30


async def test_readers_that_are_cancelled_give_their_connections_back(store: SqlStore) -> None:
    for _ in range(20):
        reader = asyncio.create_task(_stored(store, "a", "b", "c"))
        await asyncio.sleep(0.001)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
    assert await _stored(store, "a") == []


async def test_many_writers_at_once(store: SqlStore) -> None:
    async def count(tx: Tx) -> None:
        known = await tx.feeds.by_address("https://counter.example/")
        if known is None:
            await tx.feeds.add("https://counter.example/", interval=HOUR, from_config=False, now=NOW)

    await asyncio.gather(*(store.write(count) for _ in range(50)))
    async with store.read() as tx:
        assert len(await tx.feeds.all()) == 1


async def test_works_that_wait_for_each_other_are_run_again(store: SqlStore) -> None:
    """Each holds what the other one wants; on PostgreSQL one of them is sent back and tried again."""
    await store.write(_put("a", "0"))
    await store.write(_put("b", "0"))
    tries = 0

    def work(first: str, second: str) -> Callable[[Tx], Awaitable[None]]:
        async def do(tx: Tx) -> None:
            nonlocal tries
            tries += 1
            await tx.settings.put(first, "1")
            await asyncio.sleep(0.05)
            await tx.settings.put(second, "1")

        return do

    await asyncio.gather(store.write(work("a", "b")), store.write(work("b", "a")))
    assert tries >= 2
    async with store.read() as tx:
        assert await tx.settings.get("a") == await tx.settings.get("b") == "1"


async def test_the_end_waits_for_what_was_asked_for(database_url: str) -> None:
    store = await open_store(database_url)

    async def slow(tx: Tx) -> None:
        await tx.settings.put("slow", "x")
        await asyncio.sleep(0.1)

    asked = asyncio.create_task(store.write(slow))
    await asyncio.sleep(0.02)
    await store.close()
    await asked
    store = await open_store(database_url)
    assert await _stored(store, "slow") == ["slow"]
    await store.close()


async def test_nothing_is_written_after_the_end(database_url: str) -> None:
    store = await open_store(database_url)
    last = asyncio.create_task(store.write(_put("last")))
    await asyncio.sleep(0)
    await store.close()
    with pytest.raises(StorageError):
        await store.write(_put("late"))
    await asyncio.gather(last, return_exceptions=True)
    await store.close()


async def test_somebody_elses_writes_are_noticed_and_our_own_are_not(database_url: str, store: SqlStore) -> None:
    other = await open_store(database_url)
    try:
        async with aclosing(store.foreign_writes()) as writes:  # type: ignore[type-var]
            noticed = asyncio.ensure_future(anext(writes))
            await asyncio.sleep(0.4)
            await store.write(_put("own"))
            await asyncio.sleep(0.6)
            assert not noticed.done()
            await other.write(_put("foreign"))
            async with asyncio.timeout(1):
                await noticed
    finally:
        await other.close()


async def test_two_processes_write_in_turn(database_url: str, store: SqlStore) -> None:
    other = await open_store(database_url)
    try:
        keys = [f"k{n}" for n in range(40)]
        await asyncio.gather(*((store if n % 2 else other).write(_put(key)) for n, key in enumerate(keys)))
        assert await _stored(store, *keys) == keys
    finally:
        await other.close()


async def test_a_listener_that_lost_its_server_listens_again(postgres_url: str) -> None:
    store, other = await open_store(postgres_url), await open_store(postgres_url)
    end_listeners = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'tribune, listening' AND datname = current_database()"
    )
    try:
        async with aclosing(store.foreign_writes()) as writes:  # type: ignore[type-var]
            noticed = asyncio.ensure_future(anext(writes))
            await asyncio.sleep(0.3)
            async with connected(postgres_url) as connection:
                assert (await connection.execute(end_listeners)).scalar_one()
            async with asyncio.timeout(5):
                await noticed
            noticed = asyncio.ensure_future(anext(writes))
            await asyncio.sleep(0.3)
            await other.write(_put("foreign"))
            async with asyncio.timeout(1):
                await noticed
    finally:
        await store.close()
        await other.close()
