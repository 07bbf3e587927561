"""All that is stored about a member, as plain values, driven by `storage.personal`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.schema import Table

from bot.domain.model import MemberId
from storage.personal import TRACES, UNTOLD, column_of, names_member, table_of
from storage.schema.columns import BigId
from storage.schema.people import accounts, follow_hits, follows, members
from storage.schema.talk import comment_revisions, comments
from storage.schema.work import outbox, page_messages
from storage.sql import Sql

_member = bindparam("p_member", type_=BigId)
_accounts = select(accounts.c.id).where(accounts.c.member_id == _member)
_refs = select(accounts.c.ref).where(accounts.c.member_id == _member)
_comments = select(comments.c.id).where(comments.c.account_id.in_(_accounts))
_follows = select(follows.c.id).where(follows.c.member_id == _member)


def _rows(table: Table, whose: ColumnElement[bool]) -> Select[Any]:
    left_out = UNTOLD.get(table.name, frozenset())
    told = [column for column in table.columns if column.name not in left_out]
    return select(*told).where(whose).order_by(*table.primary_key.columns)


def _queries() -> Iterator[tuple[str, Select[Any]]]:
    yield "members", _rows(members, members.c.id == _member)
    for place, trace in TRACES.items():
        if not trace.kept_back:
            column = column_of(place)
            whose = column == _member if names_member(column) else column.in_(_accounts)
            yield table_of(place).name, _rows(table_of(place), whose)
    yield "comment_revisions", _rows(comment_revisions, comment_revisions.c.comment_id.in_(_comments))
    yield "follow_hits", _rows(follow_hits, follow_hits.c.follow_id.in_(_follows))
    yield "messages", _rows(page_messages, page_messages.c.place.in_(_refs))
    yield "messages_on_the_way", _rows(outbox, outbox.c.place.in_(_refs))


_QUERIES = dict(_queries())


class SqlExporting:
    """The part of `bot.ports.stores.People` that is about what is kept of members."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def kept_of(self, member_id: MemberId) -> Mapping[str, object]:
        kept: dict[str, object] = {}
        for name, query in _QUERIES.items():
            rows = await self._sql.all(query, p_member=member_id)
            kept[name] = [{key: _plain(value) for key, value in row._mapping.items()} for row in rows]
        kept["left_out"] = {place: trace.kept_back for place, trace in TRACES.items() if trace.kept_back}
        return kept


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case bytes():
            return value.hex()
        case tuple():
            return [_plain(each) for each in value]
        case _:
            return value
