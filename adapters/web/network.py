"""The `web` network: a post there is shown from what is stored, so that most of it has nothing to do."""

from __future__ import annotations

import asyncio
import errno
from dataclasses import replace
from datetime import timedelta

from aiohttp import web
from prometheus_client import CollectorRegistry

from adapters.web import refs
from adapters.web.addresses import networks
from adapters.web.application import application
from adapters.web.assets import Assets
from adapters.web.kept import KeptPages
from adapters.web.links import make_link
from adapters.web.live import Live
from adapters.web.metrics import Metrics
from adapters.web.render import Renderer
from adapters.web.settings import WebSettings
from adapters.web.site import Site
from adapters.web.tokens import Signer
from bot.domain.model import Ref
from bot.errors import NetworkUnavailable
from bot.ports.clock import Clock
from bot.ports.commands import Commands
from bot.ports.desk import Health
from bot.ports.moderation import ArticlesDesk, CorrectionsDesk, Inbox, Moderation, ModerationReader
from bot.ports.network import Card, Emit, Say
from bot.ports.pages import PageBoard, PageReader
from bot.ports.signals import Signals
from bot.ports.stores import Store

__all__ = ["WebNetwork", "make_link"]

_LAST_WORDS = 3.0  # seconds that requests in flight have at shutdown


def _reason(failed: OSError) -> str:
    if failed.errno == errno.EADDRINUSE:
        return "something else does; stop it, or set another `port` under [web] (or TRIBUNE_WEB_PORT)"
    if failed.errno == errno.EADDRNOTAVAIL:
        return "this machine does not have that address; set another `host` under [web]"
    return failed.strerror or str(failed)


class WebNetwork:
    """The page, as a network among others."""

    name = refs.NETWORK
    keys_last = timedelta(days=36_500)  # references are made of the keys
    reads_store = True

    def __init__(
        self,
        *,
        settings: WebSettings,
        reader: PageReader,
        board: PageBoard,
        store: Store,
        signals: Signals,
        commands: Commands,
        moderation: Moderation,
        corrections: CorrectionsDesk,
        articles: ArticlesDesk,
        order: ModerationReader,
        inbox: Inbox,
        health: Health,
        clock: Clock,
        secret: bytes,
        registry: CollectorRegistry,
    ) -> None:
        """`secret` signs cookies and forms: at least 32 bytes, the same after a restart."""
        if len(secret) < 32:
            raise ValueError("the secret has less than 32 bytes")
        signer, self._assets = Signer(secret), Assets()
        self._board = board
        self._clock = clock
        self._runner: web.AppRunner | None = None
        self._bound: tuple[str, int] | None = None
        self._site = Site(
            settings=settings,
            reader=reader,
            store=store,
            commands=commands,
            moderation=moderation,
            corrections=corrections,
            articles=articles,
            order=order,
            inbox=inbox,
            health=health,
            clock=clock,
            signer=signer,
            renderer=Renderer(settings, signer, self._assets),
            live=Live(signals),
            kept=KeptPages(signals, settings.kept_pages),
            metrics=Metrics(registry),
            trusted=networks(settings.trusted_proxies),
        )

    @property
    def settings(self) -> WebSettings:
        """As they were given, with the port that is really listened on once there is one."""
        return self._site.settings

    @property
    def bound(self) -> tuple[str, int]:
        """Host and port that are listened on. Raises `NetworkUnavailable` before `start`."""
        if self._bound is None:
            raise NetworkUnavailable("the page is not being served yet")
        return self._bound

    async def start(self) -> None:
        """Listen; pages are read from now on, and written once `run` has been called.

        Raises `NetworkUnavailable` where the address is taken or not ours.
        """
        if self._runner is not None:
            return
        runner = web.AppRunner(application(self._site, self._assets), access_log=None, shutdown_timeout=_LAST_WORDS)
        await runner.setup()
        host, port = self.settings.host, self.settings.port
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as failed:
            await runner.cleanup()
            raise NetworkUnavailable(f"the page cannot listen on {host}, port {port}: {_reason(failed)}") from failed
        self._runner = runner
        address = runner.addresses[0]
        self._bound = (address[0], address[1])
        self._site.settings = replace(self.settings, port=address[1])

    async def stop(self) -> None:
        """Answer what has been asked, end the event streams, and listen no more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def run(self, emit: Emit) -> None:
        """Serve until cancelled."""
        self._site.emit = emit
        self._site.live.open()
        try:
            await self.start()
            await self._site.live.pump()
            await asyncio.Event().wait()
        finally:
            self._site.emit = None
            await self.stop()

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        """The page shows what is stored: a post needs a name and no more."""
        refs.name_of(channel, "section")
        return refs.post(key)

    async def open_thread(self, post: Ref, name: str, key: str) -> Ref:
        """There is one thread under a post, whatever the key."""
        return refs.thread(refs.name_of(post, "post"))

    async def say(self, place: Ref, message: Say, key: str) -> Ref:
        """Put the words where the page finds them."""
        ref = refs.said(key)
        await self._board.put(ref, place, message.html, message.marker, self._clock.now())
        self._site.kept.forget()
        return ref

    async def tell(self, account: Ref, message: Say, key: str) -> Ref:
        """Put the words where only their reader finds them."""
        refs.name_of(account, "account")
        return await self.say(account, message, key)

    async def edit(self, post: Ref, card: Card) -> None:
        """The page shows what is stored."""
        refs.name_of(post, "post")

    async def delete(self, message: Ref) -> None:
        """Remove what the bot said; a post goes when its row says so."""
        await self._board.remove(message)
        self._site.kept.forget()
