"""What the configuration says of Discord."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscordSettings:
    """`message_content`: the privileged intent is enabled. `shards`: how many connections, None: as many as Discord
    recommends."""

    token: str = field(repr=False)
    message_content: bool = True
    shards: int | None = None
