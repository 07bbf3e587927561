"""Certificates are checked."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from aiohttp import web

from bot.domain.model import Failed, FailureKind, FeedId, Fetched, FetchRequest
from feeds.fetch import HttpFeedSource
from feeds.settings import FetchSettings
from tests.unit.feeds.documents import rss, story

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl, which makes the certificate, is missing"
)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for localhost that nobody signed, and its key."""
    made, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    how = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    where = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(made)]
    subprocess.run(["openssl", "req", "-x509", *how.split(), *where], check=True, capture_output=True)
    return made, key


async def test_certificates(certificate: tuple[Path, Path]) -> None:
    made, key = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=rss(story(1)))

    app = web.Application()
    app.router.add_get("/f", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    port = runner.addresses[0][1]
    request = FetchRequest(feed_id=FeedId(1), address=f"https://localhost:{port}/f")

    strict = HttpFeedSource(FetchSettings(allowed_hosts=("127.0.0.1",), workers=1))
    refused = await strict.poll(request)
    assert isinstance(refused, Failed)
    assert refused.kind is FailureKind.TLS
    assert refused.reason == "the certificate of localhost is not valid: self-signed certificate"
    plain = await strict.poll(FetchRequest(feed_id=FeedId(1), address=f"http://localhost:{port}/f"))
    assert isinstance(plain, Failed)
    await strict.close()

    trusting = HttpFeedSource(FetchSettings(allowed_hosts=("127.0.0.1",), workers=1, ca_file=made))
    assert isinstance(await trusting.poll(request), Fetched)
    by_address = FetchRequest(feed_id=FeedId(1), address=f"https://127.0.0.1:{port}/f")
    mismatch = await trusting.poll(by_address)
    assert isinstance(mismatch, Failed)
    assert mismatch.kind is FailureKind.TLS
    await trusting.close()
    await runner.cleanup()
