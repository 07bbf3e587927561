"""For machines: health, figures, static files."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import generate_latest

from adapters.web.assets import Assets
from adapters.web.failures import Refusal
from adapters.web.site import SITE

ASSETS = web.AppKey("assets", Assets)


async def healthz(request: web.Request) -> web.Response:
    """200 where the database answers and feeds are polled on time, else 503."""
    report = await request.app[SITE].health.report()
    body = {
        "healthy": report.healthy,
        "database": report.database,
        "late_seconds": round(report.late.total_seconds(), 3),
        "feeds": report.feeds,
        "failing": report.failing,
        "outbox_pending": report.outbox_pending,
        "outbox_parked": report.outbox_parked,
    }
    headers = {"Cache-Control": "no-store"}
    return web.json_response(body, status=200 if report.healthy else 503, headers=headers)


async def metrics(request: web.Request) -> web.Response:
    """The registry in Prometheus' text format."""
    text = generate_latest(request.app[SITE].metrics.registry)
    return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def static(request: web.Request) -> web.Response:
    """A static file: its address changes with it."""
    asset = request.app[ASSETS].get(request.path)
    if asset is None:
        raise Refusal(404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return web.Response(body=asset.body, content_type=asset.content_type, charset="utf-8", headers=headers)
