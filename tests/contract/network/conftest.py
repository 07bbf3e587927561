"""Every Network there is, each with a channel to post into."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from adapters.web import refs
from adapters.web.network import WebNetwork
from adapters.web.settings import WebSettings
from bot.aftermath import Following
from bot.domain.model import Ref
from bot.domain.votes import Ballot
from bot.moderation import Articles, ArticlesSettings, Corrections, ModerationDesk
from bot.office import Office
from bot.ports.desk import HealthReport
from bot.signals import Noticeboard
from storage.migrate import migrate
from storage.store import open_store
from tests.contract.network.case import Case
from tests.contract.network.on_discord import on_discord
from tests.contract.network.on_matrix import on_matrix
from tests.servers.clock import SetClock
from tests.servers.commands import NotedCommands
from tests.servers.wire.process import running_wire
from tests.servers.wire_network import WireNetwork


@pytest.fixture(params=["wire", "web", "discord", "discord forum", "matrix", "matrix encrypted"])
async def case(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Case]:
    async with _made(request, tmp_path) as made:
        yield made


def _made(request: pytest.FixtureRequest, folder: Path) -> AbstractAsyncContextManager[Case]:
    name = request.param
    match name:
        case "matrix" | "matrix encrypted":
            return on_matrix(request.getfixturevalue("synapse"), encrypted=name == "matrix encrypted")
        case "wire":
            return _wire()
        case "web":
            return _web(folder)
    return on_discord(forum=name == "discord forum")


@asynccontextmanager
async def _wire() -> AsyncIterator[Case]:
    async with running_wire(["one"]) as wire:
        network = WireNetwork(wire.address, settles_after=timedelta(seconds=0.1))
        yield Case(network=network, channel=Ref("wire:channel/one"))
        await network.close()


@asynccontextmanager
async def _web(folder: Path) -> AsyncIterator[Case]:
    url = f"sqlite+aiosqlite:///{folder / 'tribune.db'}"
    await migrate(url)
    store = await open_store(url)
    signals, clock = Noticeboard(), SetClock(datetime(2026, 5, 1, 12, tzinfo=UTC))
    following = Following(new_key=lambda: "key", reads_store=lambda ref: True, refresh_every=timedelta(minutes=1))
    office = Office(store=store, signals=signals, clock=clock, following=following, on_orders=lambda: None)
    network = WebNetwork(
        settings=WebSettings(port=0),
        reader=store.pages,
        board=store.board,
        store=store,
        signals=signals,
        commands=NotedCommands(),
        moderation=ModerationDesk(office, stale_after=timedelta(days=30)),
        corrections=Corrections(office),
        articles=Articles(
            office,
            ArticlesSettings(ballot=Ballot(), expires_after=timedelta(days=7)),
            reads_store=following.reads_store,
            on_due=lambda: None,
        ),
        order=store.order,
        inbox=store.inbox,
        health=_Healthy(),
        clock=clock,
        secret=bytes(32),
        registry=CollectorRegistry(),
    )
    account = refs.account("somebody")

    async def told() -> list[str]:
        return [each.html for each in (await store.order.told(account, page=1, size=10)).items]

    yield Case(network=network, channel=refs.section("news"), account=account, told=told)
    await store.close()


class _Healthy:
    async def report(self) -> HealthReport:
        return HealthReport(database=True, late=timedelta(0), feeds=0, failing=0, outbox_pending=0, outbox_parked=0)
