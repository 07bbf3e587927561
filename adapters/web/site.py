"""What every handler works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from adapters.web.addresses import Networks
from adapters.web.kept import KeptPages
from adapters.web.limits import Buckets
from adapters.web.live import Live
from adapters.web.metrics import Metrics
from adapters.web.render import Renderer
from adapters.web.settings import WebSettings
from adapters.web.tokens import Signer
from bot.domain.model import Community
from bot.ports.clock import Clock
from bot.ports.commands import Commands
from bot.ports.desk import Health
from bot.ports.moderation import ArticlesDesk, CorrectionsDesk, Inbox, Moderation, ModerationReader
from bot.ports.network import Emit
from bot.ports.pages import PageReader
from bot.ports.stores import Store

_KNOWN_FOR = timedelta(seconds=5)


@dataclass(kw_only=True, slots=True)
class Site:
    """The page's collaborators, and what it keeps between requests."""

    settings: WebSettings
    reader: PageReader
    store: Store
    commands: Commands
    moderation: Moderation
    corrections: CorrectionsDesk
    articles: ArticlesDesk
    order: ModerationReader
    inbox: Inbox
    health: Health
    clock: Clock
    signer: Signer
    renderer: Renderer
    live: Live
    kept: KeptPages
    metrics: Metrics
    trusted: Networks
    buckets: Buckets = field(default_factory=Buckets)
    emit: Emit | None = None
    _communities: dict[str, Community] = field(default_factory=dict)
    _asked_at: datetime | None = None

    async def community(self, slug: str | None) -> Community | None:
        """The community with this slug, or (None) the one at the root."""
        now = self.clock.now()
        if self._asked_at is None or now - self._asked_at > _KNOWN_FOR:
            async with self.store.read() as tx:
                self._communities = {community.slug: community for community in await tx.places.communities()}
            self._asked_at = now
        if slug is not None:
            return self._communities.get(slug)
        return next((community for community in self._communities.values() if community.default), None)


SITE = web.AppKey("site", Site)
