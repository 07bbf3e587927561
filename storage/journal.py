"""What admins should know, what was done, and small values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.model import AccountId, CommunityId
from bot.domain.orders import LogEntry, Notice
from storage.schema.work import audit_log, notices, settings
from storage.sql import Sql, insert

_NOTIFY = insert(notices)
_NOTICES = (
    select(notices)
    .where(notices.c.community_id == bindparam("p_community"))
    .order_by(notices.c.at.desc(), notices.c.id.desc())
    .limit(bindparam("most"))
)
_LOG = insert(audit_log)
_LOGGED = (
    select(audit_log)
    .where(audit_log.c.community_id == bindparam("p_community"))
    .order_by(audit_log.c.at.desc(), audit_log.c.id.desc())
    .limit(bindparam("most"))
)
_GET = select(settings.c.value).where(settings.c.key == bindparam("p_key"))
_put = insert(settings)
_PUT = _put.on_conflict_do_update(index_elements=["key"], set_={"value": _put.excluded.value})


class SqlJournal:
    """See `bot.ports.stores.Journal`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def notify(self, notices: Sequence[Notice]) -> None:
        rows = [
            {"community_id": notice.community_id, "key": notice.key, "fill": notice.values, "at": notice.at}
            for notice in notices
        ]
        await self._sql.many(_NOTIFY, rows)

    async def notices(self, community_id: CommunityId, limit: int) -> Sequence[Notice]:
        rows = await self._sql.all(_NOTICES, p_community=community_id, most=limit)
        return [
            Notice(community_id=CommunityId(row.community_id), key=row.key, values=row.fill, at=row.at) for row in rows
        ]

    async def log(
        self,
        community_id: CommunityId,
        *,
        at: datetime,
        account_id: AccountId | None,
        action: str,
        subject: str,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        await self._sql.run(
            _LOG,
            community_id=community_id,
            at=at,
            account_id=account_id,
            action=action,
            subject=subject,
            before=before,
            after=after,
        )

    async def logged(self, community_id: CommunityId, limit: int) -> Sequence[LogEntry]:
        return [
            LogEntry(
                at=row.at,
                account_id=AccountId(row.account_id) if row.account_id is not None else None,
                action=row.action,
                subject=row.subject,
                before=row.before,
                after=row.after,
            )
            for row in await self._sql.all(_LOGGED, p_community=community_id, most=limit)
        ]


class SqlSettings:
    """See `bot.ports.stores.Settings`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def get(self, key: str) -> str | None:
        value: str | None = await self._sql.value(_GET, p_key=key)
        return value

    async def put(self, key: str, value: str) -> None:
        await self._sql.run(_PUT, key=key, value=value)
