"""How the page is set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.domain.reputation import TITLES, Title


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A token bucket: `burst` at once, refilled at `per_minute`."""

    burst: int
    per_minute: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How often things may be done: by one account, and (`_address`) from one client address."""

    sign_in_address: Rate = Rate(burst=40, per_minute=4)
    comment: Rate = Rate(burst=12, per_minute=6)
    comment_address: Rate = Rate(burst=60, per_minute=30)
    vote: Rate = Rate(burst=60, per_minute=60)
    vote_address: Rate = Rate(burst=400, per_minute=300)
    flag: Rate = Rate(burst=10, per_minute=1)
    flag_address: Rate = Rate(burst=30, per_minute=5)
    command: Rate = Rate(burst=60, per_minute=60)
    command_address: Rate = Rate(burst=120, per_minute=120)
    complete_address: Rate = Rate(burst=300, per_minute=300)
    streams_address: int = 100  # event streams that are open at once


@dataclass(frozen=True, kw_only=True, slots=True)
class WebSettings:
    """The page's part of the configuration.

    `public_base` is the address under which people reach the page ("https://news.example"), None where that is host
    and port; `trusted_proxies` are the networks (CIDR) whose X-Forwarded-For is believed; `open_registration` lets
    everybody choose a name, None meaning: only where `host` is a loopback address; `images_https` shows publishers'
    images; `contact` is how to reach the operator, shown to those who want to take part; `titles` are the names of
    configured titles, by key and language, `ladder` what each title takes.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    public_base: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    open_registration: bool | None = None
    images_https: bool = True
    session_days: int = 180
    contact: str | None = None
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ladder: Sequence[Title] = TITLES
    limits: Limits = Limits()
    kept_pages: int = 16_000_000  # bytes of pages that are kept until they change

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the page directly."""
        return is_loopback(self.host)

    @property
    def registration_open(self) -> bool:
        """Whether everybody may choose a name."""
        if self.open_registration is not None:
            return self.open_registration
        return self.loopback and self.public_base is None

    @property
    def secure(self) -> bool:
        """Whether people reach the page by https."""
        return self.base.startswith("https://")

    @property
    def base(self) -> str:
        """The address of the front page, without a slash at the end."""
        if self.public_base is not None:
            return self.public_base.rstrip("/")
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def public_host(self) -> str | None:
        """Host (and port, where it is named) of `public_base`."""
        return urlsplit(self.public_base).netloc.lower() if self.public_base is not None else None


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Whether `host` names this machine to itself."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
