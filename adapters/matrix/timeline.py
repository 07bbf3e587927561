"""What a sync leaves out: where much was said since the last one, it tells the newest, and the rest is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import nio
import structlog

from adapters.matrix.client import Client
from adapters.matrix.failures import TokenRefused, checked, translated
from adapters.matrix.news import RoomNews
from adapters.matrix.patience import Patience
from bot.errors import AnswerLost, NetworkRefused, NetworkUnavailable

log = structlog.get_logger()

PAGE = 100
"""Events that are asked for at once."""

HORIZON = 50
"""Pages that are asked for in one room; what is older is missed."""


TRIES = 5
"""How often a page is asked for that the homeserver fails at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What is new in a room: what was there before the bot came into it, and what happened since. Not `whole`: there
    is more than the bot looks at. `came`: the bot came into it, and does not know what happened before."""

    news: tuple[RoomNews, ...]
    whole: bool = True
    came: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Gap:
    """The events of a gap that were found, the oldest first."""

    events: list[nio.Event]
    whole: bool


class Timelines:
    """Fills what was cut."""

    def __init__(self, client: Client, patience: Patience, is_there: Callable[[], Awaitable[None]]) -> None:
        """`is_there` asks the homeserver something that it can always answer."""
        self._client = client
        self._patience = patience
        self._is_there = is_there

    async def tell(self, room: str, timeline: nio.Timeline, since: str) -> Told:
        """A room's timeline in a sync that went on from `since`. Raises NetworkError."""
        events, whole = readable(timeline.events), True
        if timeline.limited and timeline.prev_batch and self._coming(events) is None:
            gap = await self._gap(room, timeline.prev_batch, since)
            events, whole = _joined(gap.events, events), gap.whole
        return Told(news=self._split(room, events), whole=whole, came=self._coming(events) is not None)

    def _split(self, room: str, events: Sequence[nio.Event]) -> tuple[RoomNews, ...]:
        """What stands before the bot's own coming is history."""
        at = self._coming(events) or 0
        parts = RoomNews(room_id=room, events=events[:at], history=True), RoomNews(room_id=room, events=events[at:])
        return tuple(each for each in parts if each.events)

    def _coming(self, events: Sequence[nio.Event]) -> int | None:
        """Where the bot came into the room last, None where it has been there all along."""
        me = self._client.user_id
        found = [number for number, each in enumerate(events) if _comes(each, me)]
        return found[-1] if found else None

    async def _gap(self, room: str, start: str, since: str) -> _Gap:
        """Page back to where the last sync ended, or to where the bot came in."""
        newest_first: list[nio.Event] = []
        for _ in range(HORIZON):
            page = await self._page(room, start, since)
            if page is None:
                return _Gap(events=newest_first[::-1], whole=False)
            found = readable(page.chunk)
            newest_first += found
            if not page.chunk or page.end is None or self._coming(found) is not None:
                return _Gap(events=newest_first[::-1], whole=True)
            start = page.end
        return _Gap(events=newest_first[::-1], whole=False)

    async def _page(self, room: str, start: str, since: str) -> nio.RoomMessagesResponse | None:
        """None where the homeserver does not show it, or fails at it again and again while it answers otherwise."""
        for _ in range(TRIES):
            try:
                answer = await self._ask(room, start, since)
            except NetworkRefused:
                return None
            except TokenRefused:
                raise
            except (NetworkUnavailable, AnswerLost) as error:
                await self._patience.after(error)
                await self._patience.insist(self._is_there, settles=False)
            else:
                self._patience.well()
                return answer
        log.warning("Matrix: what was said in a room cannot be had: it is counted anew", room=room)
        return None

    async def _ask(self, room: str, start: str, since: str) -> nio.RoomMessagesResponse:
        with translated():
            answer = await self._client.room_messages(room, start=start, end=since, limit=PAGE)
        return checked(answer, nio.RoomMessagesResponse)


def readable(events: Sequence[object]) -> list[nio.Event]:
    """Without what is malformed. nio takes more for that than is: what its source says is looked at all the same."""
    return [event for each in events if (event := _event(each)) is not None]


def _event(told: object) -> nio.Event | None:
    if isinstance(told, nio.BadEvent):
        return nio.UnknownEvent(told.source, told.type)
    return told if isinstance(told, nio.Event) else None


def _joined(older: Sequence[nio.Event], newer: Sequence[nio.Event]) -> list[nio.Event]:
    known = {each.event_id for each in newer}
    return [*(each for each in older if each.event_id not in known), *newer]


def _comes(event: nio.Event, me: str) -> bool:
    """Whether somebody comes in; who changes their name is there already."""
    return (
        isinstance(event, nio.RoomMemberEvent)
        and event.state_key == me
        and event.membership == "join"
        and event.prev_membership != "join"
    )
