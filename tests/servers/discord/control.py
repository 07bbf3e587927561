"""`POST /control/<act>` with a JSON object: creating things, acting as people, and changing the weather."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from inspect import isawaitable
from random import Random
from typing import Any

from aiohttp import web

from tests.servers.discord import payloads
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.interactions import Interactions
from tests.servers.discord.model import Channel, Json, World
from tests.servers.discord.people import People
from tests.servers.discord.places import Places
from tests.servers.discord.refusal import Refused
from tests.servers.discord.rest import Rest
from tests.servers.discord.weather import Fault, Weather


class Control:
    """Each act is a method of `Places`, of `People`, or of this class, called with the object's members."""

    def __init__(
        self,
        world: World,
        gateway: Gateway,
        interactions: Interactions,
        rest: Rest,
        weather: Weather,
        noted: Callable[[], Json],
    ) -> None:
        self._world = world
        self._gateway = gateway
        self._interactions = interactions
        self._weather = weather
        self._noted = noted
        self._people = People(world, interactions, rest)
        self._places = Places(world)

    async def handle(self, request: web.Request) -> web.Response:
        """Do it; the answer is its result, or 409 with Discord's error."""
        act = request.match_info["act"]
        deed = next(found for each in (self, self._places, self._people) if (found := getattr(each, f"do_{act}", None)))
        try:
            made = deed(**await request.json())
            return web.json_response(await made if isawaitable(made) else made)
        except Refused as error:
            return web.json_response(error.body, status=409)

    def do_dump(self) -> Json:
        gateway, interactions = {"gateway": self._gateway.dump()}, {"interactions": self._interactions.dump()}
        return payloads.dump(self._world) | self._noted() | gateway | interactions

    async def do_changes(self, after: int, wait: float) -> int:
        return await self._gateway.changes.after(after, wait)

    def do_counts(self) -> Json:
        noted, channels = self._noted(), self._world.channels.values()
        counts: Json = {name: noted[name] for name in ("answers", "struck", "limited")}
        counts |= {"messages": sum(len(each.messages) for each in channels)}
        counts |= {"threads": sum(each.is_thread for each in channels), "faults": len(noted["faults"])}
        return counts | {"reactions": sum(_reactions(each) for each in channels)}

    def do_settings(self, **settings: Any) -> None:
        known = {each.name for each in fields(self._world.settings)}
        assert known.issuperset(settings), settings
        for name, value in settings.items():
            setattr(self._world.settings, name, value)
        if "session_starts" in settings:
            self._gateway.starts = settings["session_starts"]

    def do_weather(self, **settings: Any) -> None:
        if "seed" in settings:
            self._weather.random = Random(settings.pop("seed"))
        known = {each.name for each in fields(self._weather)}
        assert known.issuperset(settings), settings
        for name, value in settings.items():
            setattr(self._weather, name, value)

    def do_order(self, **fault: Any) -> None:
        self._weather.ordered.append(Fault(**fault))

    def do_clear_orders(self) -> None:
        self._weather.ordered.clear()

    def do_forget_nonces(self) -> None:
        self._world.nonces.clear()

    def do_forget_requests(self) -> None:
        noted = self._noted()
        noted["requests"].clear()
        noted["faults"].clear()

    def do_drop(self, code: int | None = None) -> None:
        self._gateway.drop(code)

    def do_end_session(self, tell: bool = True) -> None:
        self._gateway.end(tell=tell)

    def do_ask_to_reconnect(self) -> None:
        self._gateway.ask_to_reconnect()

    def do_send_raw(self, text: str) -> None:
        self._gateway.send_raw(text)

    def do_tell(self, event: str, data: Any) -> None:
        self._gateway.tell_all(event, json.loads(data))


def _reactions(channel: Channel) -> int:
    kinds = (kinds for each in channel.messages.values() for kinds in each.reactions.values())
    return sum(len(normal) + len(burst) for normal, burst in kinds)
