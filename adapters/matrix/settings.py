"""What the configuration says of Matrix."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixSettings:
    """`homeserver`: its address. `user`: "@tribune:example.org". `password`, or `token` with the `device` that it is
    for; neither where `tribune matrix login` has been run. `key`: what is kept in `store` is encrypted with it.
    `invited_by`: people ("@anna:example.org") and homeservers ("example.org") whose invitations are taken.
    `sync_for`: seconds that one sync waits for news."""

    homeserver: str
    user: str
    key: str = field(repr=False)
    store: Path
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    device: str | None = None
    invited_by: tuple[str, ...] = ()
    sync_for: float = 30.0
