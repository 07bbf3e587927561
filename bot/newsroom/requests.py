"""What a feed's requests carry: from the configuration, and from what admins gave the bot to keep."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.model import Credentials, Feed, FetchRequest
from bot.ports.stores import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """What a feed's requests carry; from the configuration, in no database."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    proxy: str | None = None

    @property
    def secret(self) -> bool:
        """Whether it opens what others are not shown."""
        return bool(self.headers or self.user or self.password)


async def credentials_of(tx: Tx, feed: Feed) -> Credentials:
    """What the bot keeps for a feed: nothing for one that is nobody's own."""
    return Credentials() if feed.owner is None else await tx.feeds.access(feed.id)


def request_of(feed: Feed, access: Access, kept: Credentials) -> FetchRequest:
    """The request of a feed's poll."""
    return FetchRequest(
        feed_id=feed.id,
        address=feed.address,
        validators=feed.validators,
        headers=access.headers + kept.headers,
        user=kept.user or access.user,
        password=kept.password or access.password,
        proxy=access.proxy,
        allow_file=feed.from_config,
    )
