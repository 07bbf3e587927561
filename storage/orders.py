"""How orders and their steps are written into rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.domain.model import CaseId, ChannelId, OutboxId, PostId, Ref, network_of
from bot.domain.orders import (
    Hide,
    Leave,
    Lock,
    NewOrder,
    Order,
    OutboxItem,
    OutboxState,
    Publish,
    PublishCase,
    Refresh,
    RefreshCase,
    Remove,
    Rename,
    Speak,
    Step,
    TakeOff,
    Tell,
)
from storage.schema.columns import EPOCH, MICROSECOND
from storage.schema.work import OrderKind

_NOTHING: dict[str, Any] = dict.fromkeys(
    ("post_id", "case_id", "shown_in", "place", "wanted", "html", "language", "marker")
)


def order_values(order: Order) -> dict[str, Any]:
    """The columns that hold an order, by their names."""
    match order:
        case Publish():
            return _NOTHING | {"kind": OrderKind.PUBLISH, "post_id": order.post_id}
        case Refresh():
            return _NOTHING | {"kind": OrderKind.REFRESH, "post_id": order.post_id}
        case Speak():
            return _words(order) | {"kind": OrderKind.SPEAK, "place": order.place}
        case Remove():
            return _NOTHING | {"kind": OrderKind.REMOVE, "place": order.message}
        case Tell():
            return _words(order) | {"kind": OrderKind.TELL, "place": order.account}
        case Hide():
            return _NOTHING | {"kind": OrderKind.HIDE, "place": order.message, "wanted": order.hidden}
        case Lock():
            return _NOTHING | {"kind": OrderKind.LOCK, "place": order.thread, "wanted": order.locked}
        case TakeOff():
            return _NOTHING | {"kind": OrderKind.TAKE_OFF, "place": order.reaction}
        case Rename():
            return _NOTHING | {"kind": OrderKind.RENAME, "post_id": order.post_id}
        case PublishCase():
            return _case(order) | {"kind": OrderKind.PUBLISH_CASE}
        case RefreshCase():
            return _case(order) | {"kind": OrderKind.REFRESH_CASE}
        case Leave():
            return _NOTHING | {"kind": OrderKind.LEAVE, "place": order.server}


def _case(order: PublishCase | RefreshCase) -> dict[str, Any]:
    return _NOTHING | {"case_id": order.case_id, "shown_in": order.channel_id}


def _words(order: Speak | Tell) -> dict[str, Any]:
    return _NOTHING | {"html": order.html, "language": order.language, "marker": order.marker}


def order_network(order: Order) -> str | None:
    """The network that an order names; None where its post or its channel has to be asked."""
    match order:
        case Speak():
            return network_of(order.place)
        case Remove() | Hide():
            return network_of(order.message)
        case Tell():
            return network_of(order.account)
        case Lock():
            return network_of(order.thread)
        case TakeOff():
            return network_of(order.reaction)
        case Leave():
            return network_of(order.server)
        case _:
            return None


Saying = tuple[OrderKind, int, int]


def saying_of(order: Order) -> Saying | None:
    """What pending orders are one by: kind, post or case, channel or 0; None where each stands for itself."""
    match order:
        case Refresh():
            return OrderKind.REFRESH, order.post_id, 0
        case Rename():
            return OrderKind.RENAME, order.post_id, 0
        case RefreshCase():
            return OrderKind.REFRESH_CASE, order.case_id, order.channel_id
    return None


def fold(orders: Sequence[NewOrder]) -> list[NewOrder]:
    """`orders` with one of those that say the same, at the earliest of their times."""
    kept: list[NewOrder] = []
    places: dict[Saying, int] = {}
    for new in orders:
        saying = saying_of(new.order)
        if saying is not None and saying in places:
            place = places[saying]
            kept[place] = min(kept[place], new, key=lambda one: one.not_before or one.created_at)
            continue
        if saying is not None:
            places[saying] = len(kept)
        kept.append(new)
    return kept


def row_values(new: NewOrder) -> dict[str, Any]:
    """The columns of a row to be, by their names."""
    return order_values(new.order) | {
        "lane": new.lane,
        "key": new.key,
        "state": OutboxState.PENDING,
        "created_at": new.created_at,
        "due_at": new.not_before or new.created_at,
        "next_at": new.not_before or new.created_at,
        "expires_at": new.expires_at,
        "attempts": 0,
        "in_doubt": new.in_doubt,
        "started": False,
        "spread": False,
        "steps": "[]",
    }


def order_from(row: Row[Any]) -> Order:
    """The order in a row of the outbox."""
    match row.kind:
        case OrderKind.PUBLISH:
            return Publish(post_id=PostId(row.post_id))
        case OrderKind.REFRESH:
            return Refresh(post_id=PostId(row.post_id))
        case OrderKind.SPEAK:
            return Speak(place=Ref(row.place), html=row.html, language=row.language, marker=row.marker)
        case OrderKind.TELL:
            return Tell(account=Ref(row.place), html=row.html, language=row.language, marker=row.marker)
        case OrderKind.HIDE:
            return Hide(message=Ref(row.place), hidden=row.wanted)
        case OrderKind.LOCK:
            return Lock(thread=Ref(row.place), locked=row.wanted)
        case OrderKind.TAKE_OFF:
            return TakeOff(reaction=Ref(row.place))
        case OrderKind.RENAME:
            return Rename(post_id=PostId(row.post_id))
        case OrderKind.PUBLISH_CASE:
            return PublishCase(case_id=CaseId(row.case_id), channel_id=ChannelId(row.shown_in))
        case OrderKind.REFRESH_CASE:
            return RefreshCase(case_id=CaseId(row.case_id), channel_id=ChannelId(row.shown_in))
        case OrderKind.LEAVE:
            return Leave(server=Ref(row.place))
        case _:
            return Remove(message=Ref(row.place))


def item_from(row: Row[Any]) -> OutboxItem:
    """A row of the outbox as the domain's item."""
    return OutboxItem(
        id=OutboxId(row.id),
        order=order_from(row),
        lane=row.lane,
        key=row.key,
        state=row.state,
        created_at=row.created_at,
        due_at=row.due_at,
        next_at=row.next_at,
        expires_at=row.expires_at,
        attempts=row.attempts,
        last_answer=row.last_answer,
        in_doubt=row.in_doubt,
        spread=row.spread,
        steps=steps_from(row.steps),
    )


def _number(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - EPOCH) // MICROSECOND


def steps_text(steps: Sequence[Step]) -> str:
    """Steps as a JSON array of [name, marked at in microseconds, reference, done]."""
    return json.dumps([[step.name, _number(step.marked_at), step.ref, step.done] for step in steps])


def steps_from(text: str) -> tuple[Step, ...]:
    """What `steps_text` wrote."""
    return tuple(
        Step(
            name=name,
            marked_at=None if marked is None else EPOCH + timedelta(microseconds=marked),
            ref=None if ref is None else Ref(ref),
            done=done,
        )
        for name, marked, ref, done in json.loads(text)
    )
