"""Roles: granted, taken back, listed; and invitations to the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from bot.commands.call import Call, answer, said
from bot.commands.declaring import Arg, Declared, Somebody, command
from bot.domain.model import Channel, Role
from bot.domain.telling import Sentence
from bot.ports.commands import Address, Answer, Cell, Column, Listing
from bot.ports.governing import RoleLine

LABELS = {
    Role.READER: "Reader",
    Role.MEMBER: "Member",
    Role.MODERATOR: "Moderator",
    Role.ADMIN: "Admin",
    Role.OPERATOR: "Operator",
}
"""What the roles are called."""

ANSWERS = {
    Role.READER: "{member} can only read here now.",
    Role.MEMBER: "{member} is a member now.",
    Role.MODERATOR: "{member} is a moderator now.",
    Role.ADMIN: "{member} is an admin now.",
    Role.OPERATOR: "{member} is an operator now.",
}
GIVEN = {
    Role.MODERATOR: "{member} is a moderator of the channel {channel} now.",
    Role.ADMIN: "{member} is an admin of the channel {channel} now.",
}
"""What is said of a role that was granted: everywhere, or in a channel."""

LONGEST_HOURS = 24 * 30

_INVITED = {key: label for key, label in LABELS.items() if key is not Role.READER}
_CHANNEL = "In this channel only."


@command(
    "role grant",
    role=Role.ADMIN,
    in_channels=True,
    help="Give a member a role.",
    more="It holds whatever their network says, downwards too. In a single channel there are moderators and admins.",
    examples=("role grant Bob moderator", "role grant Bob moderator --channel news", "role grant Bob reader"),
)
async def grant(
    call: Call,
    member: Annotated[Somebody, Arg("To whom.")],
    role: Annotated[Role, Arg("Which role.", labels=LABELS)],
    *,
    channel: Annotated[Channel | None, Arg(_CHANNEL)] = None,
) -> Answer:
    """Grant it."""
    await call.house.roles.grant(call.actor, member.member_id, role, channel)
    if channel is None:
        return said(ANSWERS[role], member=member.name)
    return said(GIVEN[role], member=member.name, channel=channel.name)


@command(
    "role revoke",
    role=Role.ADMIN,
    in_channels=True,
    help="Take back a role that was granted: what the member's network says holds again.",
    examples=("role revoke Bob", "role revoke Bob --channel news"),
)
async def revoke(
    call: Call,
    member: Annotated[Somebody, Arg("From whom.")],
    *,
    channel: Annotated[Channel | None, Arg(_CHANNEL)] = None,
) -> Answer:
    """Take it back."""
    await call.house.roles.revoke(call.actor, member.member_id, channel)
    if channel is None:
        return said("What was granted to {member} is taken back.", member=member.name)
    return said(
        "What was granted to {member} in the channel {channel} is taken back.", member=member.name, channel=channel.name
    )


@command(
    "role list",
    role=Role.MEMBER,
    help="Show who was granted which role.",
    examples=("role list", "role list --channel news"),
    changes=False,
)
async def show(call: Call, *, channel: Annotated[Channel | None, Arg(_CHANNEL)] = None) -> Answer:
    """All that was granted."""
    lines = await call.house.roles.granted(call.actor, channel)
    columns = (
        Column(name="member", label="Member"),
        Column(name="role", label="Role"),
        Column(name="channel", label="Channel"),
    )
    empty = Sentence(key="No role was granted here.")
    return answer(Listing(columns=columns, rows=tuple(_row(each) for each in lines), empty=empty, total=len(lines)))


def _row(line: RoleLine) -> tuple[Cell, ...]:
    where: Cell = Sentence(key="everywhere") if line.channel is None else line.channel.name
    return (line.name, Sentence(key=LABELS[line.role]), where)


@command(
    "role invite",
    role=Role.ADMIN,
    help="Make a link that signs somebody in on the page, once.",
    more="With the name of somebody who is registered it signs them in, else it makes an account. It may be given on.",
    examples=("role invite", "role invite moderator --name Bob --hours 24"),
)
async def invite(
    call: Call,
    role: Annotated[Role, Arg("The role that comes with it.", labels=_INVITED)] = Role.MEMBER,
    *,
    name: Annotated[str | None, Arg("Whose link it is; left out, who opens it chooses a name.")] = None,
    hours: Annotated[int, Arg("How many hours it is good for.", least=1, most=LONGEST_HOURS)] = 168,
) -> Answer:
    """Make it."""
    lifetime = timedelta(hours=hours)
    url = await call.house.roles.invite(call.actor, role, name=name or None, lifetime=lifetime)
    good = Sentence(key="The link is good once, until {until}.", values={"until": call.now + lifetime})
    return answer(Address(label="Sign-in link", url=url, secret=True), good)


COMMANDS: tuple[Declared, ...] = (grant, revoke, show, invite)
