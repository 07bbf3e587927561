"""A real Synapse on loopback: started once for a run, with new people for each test that asks."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError

NAME: Final = "tribune.test"
STARTS_WITHIN: Final = 90.0  # seconds, on a machine with much else to do
_SECRET = "between the tests and their homeserver"
_LIMITS = (
    "rc_message",
    "rc_registration",
    "rc_admin_redaction",
    "rc_invites",
    "rc_joins",
    "rc_login",
    "rc_key_requests",
    "rc_3pid_validation",
    "rc_room_creation",
    "rc_joins_per_room",
)
_PAIRED = {
    "rc_login": ("address", "account", "failed_attempts"),
    "rc_joins": ("local", "remote"),
    "rc_invites": ("per_room", "per_user", "per_issuer"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Registered:
    """Somebody's account."""

    user: str  # "@anna-1f:tribune.test"
    password: str


class Synapse:
    """A running homeserver; `address` is where it listens."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.name = NAME

    def register(self, name: str, *, admin: bool = False) -> Registered:
        """Make an account with a name that begins so and that nobody has."""
        local, password = f"{name}-{secrets.token_hex(4)}", secrets.token_hex(8)
        nonce = str(self._ask("GET", "/_synapse/admin/v1/register")["nonce"])
        said = "\0".join((nonce, local, password, "admin" if admin else "notadmin"))
        mac = hmac.new(_SECRET.encode(), said.encode(), hashlib.sha1).hexdigest()
        told = {"nonce": nonce, "username": local, "displayname": name, "password": password}
        made = self._ask("POST", "/_synapse/admin/v1/register", {**told, "admin": admin, "mac": mac})
        return Registered(user=str(made["user_id"]), password=password)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.address}{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


@contextmanager
def running_synapse(settings: Mapping[str, Any] | None = None) -> Iterator[Synapse]:
    """A homeserver of its own in a temporary folder, stopped at the end. `settings` come over the usual ones, such as
    limits that are not lifted."""
    with tempfile.TemporaryDirectory(prefix="tribune-synapse-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), _free_port()
        (folder / "hs.yaml").write_text(json.dumps({**_configured(folder, port), **(settings or {})}))
        command = [sys.executable, "-m", "synapse.app.homeserver", "-c", str(folder / "hs.yaml")]
        with (folder / "out.log").open("w") as output:
            subprocess.run([*command, "--generate-keys"], cwd=folder, stdout=output, stderr=output, check=True)
            process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
            try:
                address = f"http://127.0.0.1:{port}"
                _wait_for(address, process, folder / "out.log")
                yield Synapse(address)
            finally:
                process.terminate()
                process.wait(30)


def _configured(folder: Path, port: int) -> dict[str, Any]:
    """JSON is YAML, too."""
    free = {"per_second": 10_000, "burst_count": 10_000}
    limits = {each: dict.fromkeys(_PAIRED[each], free) if each in _PAIRED else free for each in _LIMITS}
    (folder / "log.yaml").write_text(json.dumps({"version": 1, "root": {"level": "WARNING"}}))
    return {
        "server_name": NAME,
        "pid_file": str(folder / "pid"),
        "listeners": [
            {"port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "hs.db")}},
        "log_config": str(folder / "log.yaml"),
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "key"),
        "registration_shared_secret": _SECRET,
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "report_stats": False,
        "presence": {"enabled": False},
        "bcrypt_rounds": 4,
        **limits,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_matrix/client/versions", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"Synapse did not start: {log.read_text()[-2000:]}")
