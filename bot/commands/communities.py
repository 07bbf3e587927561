"""The communities of one Tribune, for its operator."""

from __future__ import annotations

from typing import Annotated

from bot.commands.call import Call, answer, said
from bot.commands.declaring import Arg, Declared, command
from bot.domain.model import Community, Role
from bot.domain.telling import Sentence
from bot.ports.commands import Answer, Cell, Column, Fact, Facts, Listing
from bot.ports.governing import CommunityLine


@command(
    "community list",
    role=Role.OPERATOR,
    help="Show the communities of this Tribune.",
    examples=("community list",),
    changes=False,
)
async def overview(call: Call) -> Answer:
    """All of them."""
    lines = await call.house.communities.lines(call.actor)
    columns = (
        Column(name="community", label="Community"),
        Column(name="name", label="Name"),
        Column(name="default", label="At the root of the page"),
        Column(name="channels", label="Channels"),
        Column(name="feeds", label="Feeds"),
        Column(name="members", label="Members"),
        Column(name="articles", label="Articles"),
    )
    empty = Sentence(key="There is no community yet.")
    return answer(Listing(columns=columns, rows=tuple(_row(each) for each in lines), empty=empty, total=len(lines)))


def _row(line: CommunityLine) -> tuple[Cell, ...]:
    one = line.community
    return (one.slug, one.name, _default(one), line.channels, line.feeds, line.members, line.discussions)


def _default(community: Community) -> Sentence:
    return Sentence(key="yes" if community.default else "no")


@command(
    "community show",
    role=Role.OPERATOR,
    help="Show one community.",
    examples=("community show town",),
    changes=False,
)
async def show(call: Call, community: Annotated[Community, Arg("Its short name.")]) -> Answer:
    """One of them."""
    lines = await call.house.communities.lines(call.actor)
    line = next(each for each in lines if each.community.id == community.id)
    return answer(
        Facts(
            facts=(
                Fact(name="community", label="Community", value=community.slug),
                Fact(name="name", label="Name", value=line.community.name),
                Fact(name="default", label="At the root of the page", value=_default(line.community)),
                Fact(name="channels", label="Channels", value=line.channels),
                Fact(name="feeds", label="Feeds", value=line.feeds),
                Fact(name="members", label="Members", value=line.members),
                Fact(name="articles", label="Articles", value=line.discussions),
            )
        )
    )


@command(
    "community set",
    role=Role.OPERATOR,
    help="Rename a community, or put it at the root of the page.",
    more="What is set here rules over what the configuration says.",
    examples=("community set town --name “Old Town”", "community set village --default"),
)
async def change(
    call: Call,
    community: Annotated[Community, Arg("Its short name.")],
    *,
    name: Annotated[str | None, Arg("What it is called.")] = None,
    default: Annotated[bool, Arg("Put it at the root of the page.")] = False,
) -> Answer:
    """Set it."""
    await call.house.communities.set(call.actor, community.id, name=name, default=default)
    return said("The community {community} is changed.", community=community.slug)


@command(
    "community join",
    role=Role.OPERATOR,
    help="Make two communities one.",
    more="All channels of the first go to the second, with their subscriptions, discussions, members, roles and cases. "
    "Discussions of the same article become one. Names of the page that both have get the first one's short name "
    "behind them, and its members need a new sign-in link.",
    confirm="The first community will be gone, and this cannot be undone. Make a backup first. Is that meant?",
    examples=("community join village town --yes",),
)
async def join(
    call: Call,
    other: Annotated[Community, Arg("The short name of the one that is gone afterwards.")],
    into: Annotated[Community, Arg("The short name of the one that stays.")],
) -> Answer:
    """Join them."""
    await call.house.communities.join(call.actor, other.id, into.id)
    return said("{other} is part of {into} now.", other=other.name, into=into.name)


COMMANDS: tuple[Declared, ...] = (overview, show, change, join)
