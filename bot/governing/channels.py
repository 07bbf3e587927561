"""What is set in channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.counting import derive_anew
from bot.domain.colours import read_colour, write_colour
from bot.domain.model import ArticleSort, Channel, ChannelId, ChannelSettings, Ref, Role, ServerStanding, Visibility
from bot.domain.text import one_line
from bot.domain.votes import USUAL, Ballot, ballot_of, one_emoji
from bot.domain.wrong import Wrong
from bot.errors import RequestError
from bot.governing.founding import called
from bot.locale import LANGUAGES
from bot.office import Act, Office, need
from bot.ports.governing import ChannelChange
from bot.ports.moderation import Actor
from bot.ports.network import Inspected
from bot.ports.stores import Tx

LONGEST_NAME = 80
LEAST_WEIGHT, MOST_WEIGHT = 1.0, 100.0
AS_EVERYWHERE = {"", "usual"}
"""What stands for what holds everywhere."""

_NOT_HERE = "There is no such channel here."
_NOTHING = "Nothing is to be changed. “help channel set” shows what can be."
_NO_NAME = "A channel has a name, of at most {most} characters."
_NO_LANGUAGE = "“{value}” is no language of Tribune's. There are: {known}."
_NO_ZONE = "“{value}” is no time zone. Write it like Europe/Paris."
_NO_SORT = "“{value}” is no order of articles. There are: {known}."
_NO_WEIGHT = "“{value}” is no weight: a number from {least} to {most}, 6 where nothing is set."


class ChannelDesk:
    """See `bot.ports.governing.ChannelsDesk`."""

    def __init__(self, office: Office, ballot: Ballot = USUAL, language: str = "en") -> None:
        """`language` is that of a new channel in a community that has none yet."""
        self._office = office
        self._ballot = ballot
        self._language = language

    async def adopt(self, by: Actor, ref: Ref, found: Inspected) -> Channel | None:
        """Store a channel that its network has found, for an admin; None where it is not in a server of their
        community. Raises RequestError."""

        async def work(act: Act) -> Channel | None:
            need(by, Role.ADMIN)
            if not await _ours(act.tx, by, found.server):
                return None
            known = await _at(act.tx, ref)
            if known is not None:
                return known if known.community_id == by.community_id else None
            return await self._store(act, by, ref, found)

        return await self._office.act(work)

    async def place(self, channel: Channel, server: Ref) -> None:
        """Note which server a channel is in."""

        async def work(act: Act) -> None:
            await act.tx.places.place_in(channel.id, server)

        if channel.server != server:
            await self._office.act(work)

    async def _store(self, act: Act, by: Actor, ref: Ref, found: Inspected) -> Channel:
        places = act.tx.places
        first = next((each for each in await places.channels() if each.community_id == by.community_id), None)
        name = called(found.name) or ref.rpartition(":")[2]
        channel_id = await places.put_channel(
            by.community_id,
            ref,
            name,
            language=first.language if first is not None else self._language,
            zone=first.zone if first is not None else "UTC",
            visibility=Visibility.PRIVATE,
        )
        await places.place_in(channel_id, found.server)
        await act.log(by.community_id, by.account_id, "channel.add", f"channel:{channel_id}", after=name)
        act.aftermath.changed(by.community_id)
        return await _channel(act, by, channel_id)

    async def set(self, by: Actor, channel_id: ChannelId, change: ChannelChange) -> Channel:
        async def work(act: Act) -> Channel:
            before = await _channel(act, by, channel_id)
            await _need_there(act, by, channel_id)
            after = self._changed(before, change)
            differences = dict(_differences(before, after))
            if not differences and change == ChannelChange():
                raise RequestError(_NOTHING)
            await act.tx.places.set_channel(after)
            for name, (was, now) in differences.items():
                await act.log(
                    by.community_id,
                    by.account_id,
                    "channel.set",
                    f"channel:{channel_id}",
                    before=f"{name}: {was}",
                    after=f"{name}: {now}",
                )
            if differences.keys() & {"up", "down"}:
                await self._count(act, channel_id)
            if "cases" in differences and after.settings.cases:
                act.aftermath.cases_to(after)
            act.aftermath.changed(by.community_id)
            return after

        return await self._office.act(work)

    def _changed(self, channel: Channel, change: ChannelChange) -> Channel:
        """The channel with what was asked for. Raises RequestError."""
        settings = channel.settings
        try:
            settings = ChannelSettings(
                sort=settings.sort if change.sort is None else _sort(change.sort),
                up=settings.up if change.up is None else _emoji(change.up),
                down=settings.down if change.down is None else _emoji(change.down),
                flag=settings.flag if change.flag is None else _emoji(change.flag),
                hide_weight=settings.hide_weight if change.hide_weight is None else _weight(change.hide_weight),
                colour=settings.colour if change.colour is None else _colour(change.colour),
                cases=settings.cases if change.cases is None else change.cases,
            )
            ballot_of(settings, self._ballot)
        except Wrong as wrong:
            raise RequestError(wrong.key, **wrong.values) from wrong
        return replace(
            channel,
            name=channel.name if change.name is None else _name(change.name),
            language=channel.language if change.language is None else _language(change.language),
            zone=channel.zone if change.zone is None else _zone(change.zone),
            visibility=channel.visibility if change.visibility is None else change.visibility,
            settings=settings,
        )

    async def _count(self, act: Act, channel_id: ChannelId) -> None:
        """What was said with emoji is counted as they are read now."""
        for target in await derive_anew(act.tx, channel_id, self._ballot):
            act.aftermath.touch(target.community_id, target.discussion_id)
            if target.author is not None:
                act.aftermath.stale(target.community_id, target.author)


async def _channel(act: Act, by: Actor, channel_id: ChannelId) -> Channel:
    for channel in await act.tx.places.channels():
        if channel.id == channel_id and channel.community_id == by.community_id:
            return channel
    raise RequestError(_NOT_HERE)


async def _at(tx: Tx, ref: Ref) -> Channel | None:
    return next((each for each in await tx.places.channels() if each.ref == ref), None)


async def _ours(tx: Tx, by: Actor, server: Ref | None) -> bool:
    """Whether the bot works in a server for the community of who asks."""
    known = await tx.places.server(server) if server is not None else None
    return known is not None and (known.standing, known.community_id) == (ServerStanding.ADMITTED, by.community_id)


async def _need_there(act: Act, by: Actor, channel_id: ChannelId) -> None:
    held = {} if by.member_id is None else await act.tx.standings.channel_roles(by.community_id, by.member_id)
    if not held.get(channel_id, Role.READER).allows(Role.ADMIN):
        need(by, Role.ADMIN)


def _differences(before: Channel, after: Channel) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in ("name", "language", "zone", "visibility"):
        if getattr(before, name) != getattr(after, name):
            yield name, (getattr(before, name), getattr(after, name))
    for name in ("sort", "up", "down", "flag", "hide_weight"):
        was, now = getattr(before.settings, name), getattr(after.settings, name)
        if was != now:
            yield name, ("usual" if was is None else str(was), "usual" if now is None else str(now))
    if before.settings.colour != after.settings.colour:
        was, now = (_colour_shown(each.settings.colour) for each in (before, after))
        yield "colour", (was, now)
    if before.settings.cases is not after.settings.cases:
        yield "cases", ("no", "yes") if after.settings.cases else ("yes", "no")


def _name(text: str) -> str:
    name = one_line(text).strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise RequestError(_NO_NAME, most=LONGEST_NAME)
    return name


def _language(text: str) -> str:
    language = text.strip().lower()
    if language not in LANGUAGES:
        raise RequestError(_NO_LANGUAGE, value=text, known=", ".join(LANGUAGES))
    return language


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text.strip()).key
    except (ValueError, OSError, KeyError) as error:
        raise RequestError(_NO_ZONE, value=text) from error


def _usual(text: str) -> bool:
    return text.strip().casefold() in AS_EVERYWHERE


def _sort(text: str) -> ArticleSort | None:
    if _usual(text):
        return None
    wanted = text.strip().casefold()
    if wanted not in set(ArticleSort):
        raise RequestError(_NO_SORT, value=text, known=", ".join([*ArticleSort, "usual"]))
    return ArticleSort(wanted)


def _colour(text: str) -> int | None:
    return None if _usual(text) else read_colour(text)


def _colour_shown(colour: int | None) -> str:
    return "usual" if colour is None else write_colour(colour)


def _emoji(text: str) -> str | None:
    return None if _usual(text) else one_emoji(text)


def _weight(text: str) -> float | None:
    if _usual(text):
        return None
    try:
        weight = float(text.strip().replace(",", "."))
    except ValueError:
        weight = 0.0
    if not LEAST_WEIGHT <= weight <= MOST_WEIGHT:
        raise RequestError(_NO_WEIGHT, value=text, least=int(LEAST_WEIGHT), most=int(MOST_WEIGHT))
    return weight
