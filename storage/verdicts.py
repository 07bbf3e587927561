"""What subscriptions did with articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from bot.domain.model import Verdict
from storage.schema.places import verdicts
from storage.sql import Sql, insert

_PUT = insert(verdicts).on_conflict_do_nothing(index_elements=["article_id", "subscription_id"])


class SqlVerdicts:
    """See `bot.ports.stores.Verdicts`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def put(self, given: Sequence[Verdict]) -> None:
        await self._sql.many(_PUT, [asdict(each) for each in given])
