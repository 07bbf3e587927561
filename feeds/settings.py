"""How feeds are fetched: the operator's choices, with defaults that are polite and safe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchSettings:
    """Limits and manners of fetching; times are of one poll, sizes in bytes."""

    user_agent: str = "Tribune/0.1"
    contact: str = ""  # address or page of the operator; named in the User-Agent
    allowed_hosts: tuple[str, ...] = ()  # host names, addresses and networks (CIDR) that need not be public
    max_bytes: int = 10 * 1024 * 1024  # of a body, decompressed
    timeout: timedelta = timedelta(seconds=30)  # for all hops and the body, waiting for a place not counted
    max_redirects: int = 5
    per_host: int = 2  # requests at once
    total: int = 100  # requests at once
    most_open: int = 400  # connections, idle ones included, before no more are kept open
    keep_alive: timedelta = timedelta(seconds=15)
    workers: int = 2  # processes that read documents
    parse_timeout: timedelta = timedelta(seconds=30)
    worker_memory: int = 1536 * 1024 * 1024  # address space of a worker
    proxy: str | None = None  # http://[user:password@]host:port
    ca_file: Path | None = None  # certificates to trust instead of the system's

    def agent(self) -> str:
        """The User-Agent header: the program and whom to write to."""
        if not self.contact or self.contact in self.user_agent:
            return self.user_agent
        return f"{self.user_agent} (+{self.contact})"
