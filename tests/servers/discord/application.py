"""The bot itself over REST: who it is, its commands, the guilds it is in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.servers.discord import payloads
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.model import Json, World
from tests.servers.discord.refusal import invalid, refused


class Application:
    """The routes about the application, and about guilds but for their channels."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def routes(self) -> list[tuple[str, str, Callable[[Any], Any]]]:
        """All of them."""
        everywhere, here = "/applications/{application}/commands", "/applications/{application}/guilds/{guild}/commands"
        return [
            ("GET", "/users/@me", self.me),
            ("GET", "/users/{user}", self.user),
            ("GET", "/gateway", self.gateway),
            ("GET", "/gateway/bot", self.gateway_bot),
            ("GET", "/applications/@me", self.application),
            ("GET", "/oauth2/applications/@me", self.application),
            *((verb, path, deed) for path in (everywhere, here) for verb, deed in self._on_commands().items()),
            *(
                (verb, path + "/{command}", deed)
                for path in (everywhere, here)
                for verb, deed in self._on_one().items()
            ),
            ("GET", "/users/@me/guilds", self.guilds),
            ("GET", "/guilds/{guild}", self.guild),
            ("GET", "/guilds/{guild}/roles", self.roles),
            ("GET", "/guilds/{guild}/members", self.members),
            ("GET", "/guilds/{guild}/members/{user}", self.member),
            ("DELETE", "/users/@me/guilds/{guild}", self.leave),
        ]

    def _on_commands(self) -> dict[str, Callable[[Any], Any]]:
        return {"GET": self.commands, "PUT": self.put_commands, "POST": self.add_command}

    def _on_one(self) -> dict[str, Callable[[Any], Any]]:
        return {"GET": self.command, "DELETE": self.remove_command}

    def me(self, call: Any) -> Json:
        return payloads.user(self._world.bot) | {"verified": True, "mfa_enabled": False, "locale": "en-US"}

    def user(self, call: Any) -> Json:
        if call.id("user") not in self._world.users:
            raise refused(10013)
        return payloads.user(self._world.users[call.id("user")])

    def gateway(self, call: Any) -> Json:
        return {"url": self._gateway.address}

    def gateway_bot(self, call: Any) -> Json:
        total = self._world.settings.session_starts
        left = {"total": total, "remaining": max(0, self._gateway.starts), "reset_after": 3_600_000}
        return {
            "url": self._gateway.address,
            "shards": self._world.settings.shards,
            "session_start_limit": left | {"max_concurrency": 1},
        }

    def application(self, call: Any) -> Json:
        return {
            "id": str(self._world.bot.id),
            "name": self._world.bot.name,
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": payloads.user(self._world.bot) | {"bot": False},
            "verify_key": "0" * 64,
            "flags": 1 << 18 | 1 << 15,
            "team": None,
            "approximate_guild_count": len(self._world.guilds),
        }

    # --- commands ---

    def _place(self, call: Any) -> int | None:
        return self._world.guild(call.id("guild")).id if "guild" in call.parts else None

    def commands(self, call: Any) -> list[Json]:
        return list(self._world.commands.get(self._place(call), {}).values())

    def put_commands(self, call: Any) -> list[Json]:
        place = self._place(call)
        kept = self._world.commands.get(place, {})
        made = [self._made(place, each, kept) for each in call.body]
        if len({(each["name"], each["type"]) for each in made}) < len(made):
            raise invalid("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
        self._world.commands[place] = {int(each["id"]): each for each in made}
        return made

    def add_command(self, call: Any) -> Json:
        place = self._place(call)
        kept = self._world.commands.setdefault(place, {})
        made = self._made(place, call.body, kept)
        kept[int(made["id"])] = made
        return made

    def _made(self, place: int | None, asked: Json, kept: dict[int, Json]) -> Json:
        kind = asked.get("type") or 1
        same = (each["id"] for each in kept.values() if (each["name"], each["type"]) == (asked["name"], kind))
        known = next(same, None)
        made: Json = {"default_member_permissions": None, "description": "", "dm_permission": True, "nsfw": False}
        made |= asked | {"id": known or str(self._world.snowflake()), "type": kind}
        made |= {"application_id": str(self._world.bot.id), "version": str(self._world.snowflake())}
        made["default_member_permissions"] = _text(made["default_member_permissions"])
        return made | ({"guild_id": str(place)} if place else {})

    def command(self, call: Any) -> Json:
        kept = self._world.commands.get(self._place(call), {})
        if call.id("command") not in kept:
            raise refused(10063)
        return kept[call.id("command")]

    def remove_command(self, call: Any) -> None:
        self.command(call)
        del self._world.commands[self._place(call)][call.id("command")]

    # --- guilds ---

    def guilds(self, call: Any) -> list[Json]:
        mine = [each for each in self._world.guilds.values() if self._world.bot.id in each.members]
        return [{"id": str(each.id), "name": each.name, "icon": None, "owner": False} for each in mine]

    def guild(self, call: Any) -> Json:
        found = self._world.guild(call.id("guild"))
        return payloads.guild(self._world, found) | {"approximate_member_count": len(found.members)}

    def roles(self, call: Any) -> list[Json]:
        return [payloads.role(each) for each in self._world.guild(call.id("guild")).roles.values()]

    def members(self, call: Any) -> list[Json]:
        limit, after = int(call.query.get("limit", "1")), int(call.query.get("after", "0"))
        guild = self._world.guild(call.id("guild"))
        chosen = sorted(each for each in guild.members if each > after)[:limit]
        return [payloads.member(self._world, guild.members[each]) for each in chosen]

    def member(self, call: Any) -> Json:
        guild = self._world.guild(call.id("guild"))
        who = self._world.bot.id if call.parts["user"] == "@me" else call.id("user")
        if who not in guild.members:
            raise refused(10007)
        return payloads.member(self._world, guild.members[who])

    def leave(self, call: Any) -> None:
        guild = self._world.guild(call.id("guild"))
        del guild.members[self._world.bot.id]
        self._world.emit("GUILD_DELETE", {"id": str(guild.id)}, guild.id, None)


def _text(permissions: object) -> str | None:
    return None if permissions is None else str(permissions)
