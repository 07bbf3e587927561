"""What the configuration says of Discord."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscordSettings:
    """`message_content`: the privileged intent is enabled. `shards`: how many connections, None: as many as Discord
    recommends. `identify_every`: seconds between two sessions that begin, as Discord asks for. `guilds_within`: seconds
    without word of another server after which all have been told of. `calls_a_second`: how often Discord is called at
    most, over all."""

    token: str = field(repr=False)
    message_content: bool = True
    shards: int | None = None
    identify_every: float = 5.0
    guilds_within: float = 2.0
    calls_a_second: int = 50
