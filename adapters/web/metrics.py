"""Counts of what the page is asked for."""

from __future__ import annotations

import time
from functools import cache

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Metrics:
    """The page's own figures in the registry that `/metrics` shows."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.requests = Counter(
            "tribune_web_requests", "Requests answered", ["method", "route", "status"], registry=registry
        )
        self.seconds = Histogram("tribune_web_request_seconds", "Time to an answer", ["route"], registry=registry)
        self.streams = Gauge("tribune_web_streams", "Event streams that are open", registry=registry)


def counted(metrics: Metrics) -> Middleware:
    """Counts requests by route, never by address: the number of series stays small."""

    @cache
    def answered(method: str, route: str, status: int) -> Counter:
        return metrics.requests.labels(method, route, str(status))

    @cache
    def took(route: str) -> Histogram:
        return metrics.seconds.labels(route)

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = time.perf_counter()
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else "none"
        method = request.method if request.method in _METHODS else "other"
        response = await handler(request)
        answered(method, route, response.status).inc()
        if response.content_type != "text/event-stream":
            took(route).observe(time.perf_counter() - started)
        return response

    return count
