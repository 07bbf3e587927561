"""The servers of chat networks that the bot is in, for the operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from bot.commands.call import Call, answer, said
from bot.commands.declaring import Arg, Declared, command
from bot.domain.model import Community, CommunityId, Role, Server, ServerStanding
from bot.domain.telling import Sentence
from bot.ports.commands import Answer, Cell, Column, Listing

LABELS = {
    ServerStanding.ADMITTED: "admitted",
    ServerStanding.ASKED: "waits for “server admit”",
    ServerStanding.REFUSED: "refused",
    ServerStanding.LEFT: "admitted, but the bot is not there",
}
"""How a server stands."""


@command(
    "server list",
    role=Role.OPERATOR,
    help="Show the servers of chat networks that have invited the bot.",
    examples=("server list",),
    changes=False,
)
async def overview(call: Call) -> Answer:
    """All that are known."""
    servers = await call.house.servers.servers(call.actor)
    slugs = await _slugs(call)
    columns = (
        Column(name="server", label="Server"),
        Column(name="name", label="Name"),
        Column(name="standing", label="State"),
        Column(name="community", label="Community"),
        Column(name="invited-by", label="Invited by"),
        Column(name="since", label="Since"),
    )
    rows = tuple(_row(each, slugs) for each in servers)
    empty = Sentence(key="No server has invited the bot yet.")
    return answer(Listing(columns=columns, rows=rows, empty=empty, total=len(rows)))


async def _slugs(call: Call) -> Mapping[CommunityId, str]:
    async with call.house.store.read() as tx:
        return {each.id: each.slug for each in await tx.places.communities()}


def _row(server: Server, slugs: Mapping[CommunityId, str]) -> tuple[Cell, ...]:
    community = slugs.get(server.community_id) if server.community_id is not None else None
    standing = LABELS[server.standing]
    if server.standing is ServerStanding.ADMITTED and not server.name:
        standing = LABELS[ServerStanding.LEFT]
    return (
        server_name(server),
        server.name or None,
        Sentence(key=standing),
        community,
        server.invited_by or None,
        server.at,
    )


def server_name(server: Server) -> str:
    """What a server is called in commands: "discord:1234"."""
    return server.ref.replace(":server/", ":", 1)


@command(
    "server admit",
    role=Role.OPERATOR,
    help="Have the bot work in a server, as part of a community or as a community of its own.",
    more="A server can be admitted before it invites the bot. Where it was refused or left, it has to invite the bot "
    "again. Without a community it becomes one of its own, unless it had one before.",
    examples=("server admit discord:1234 --community town", "server admit discord:1234"),
)
async def admit(
    call: Call,
    server: Annotated[Server, Arg("Its ID with the network's name, as in discord:1234, or its name.")],
    *,
    community: Annotated[Community | None, Arg("The short name of the community that it is to belong to.")] = None,
) -> Answer:
    """Admit it."""
    now = await call.house.servers.admit(call.actor, server.ref, community.id if community is not None else None)
    slugs = await _slugs(call)
    there = now.standing is ServerStanding.ADMITTED and now.name != ""
    told = {"server": now.name or server_name(now), "community": slugs[now.community_id] if now.community_id else "–"}
    return said(_ADMITTED if there else _WELCOME, **told)


@command(
    "server refuse",
    role=Role.OPERATOR,
    help="Have the bot leave a server and not come back.",
    more="What goes there is suspended; discussions stay. “server admit” and a new invitation bring it back.",
    examples=("server refuse discord:1234",),
)
async def refuse(
    call: Call, server: Annotated[Server, Arg("Its ID with the network's name, as in discord:1234, or its name.")]
) -> Answer:
    """Refuse it."""
    now = await call.house.servers.refuse(call.actor, server.ref)
    return said(_REFUSED, server=now.name or server_name(now))


_ADMITTED = "The server {server} belongs to the community {community} now."
_WELCOME = "The server {server} belongs to the community {community} as soon as it invites the bot."
_REFUSED = "The bot leaves the server {server}, and does not come back before “server admit”."

COMMANDS: tuple[Declared, ...] = (overview, admit, refuse)
