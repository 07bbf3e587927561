"""What the outbox could not do: listed, tried again, dropped."""

from __future__ import annotations

from bot.domain.model import OutboxId, PostState, Role
from bot.domain.orders import OutboxState
from bot.errors import RequestError
from bot.office import Act, Office, need
from bot.ports.governing import OutboxLine
from bot.ports.moderation import Actor
from bot.ports.pages import Page
from bot.ports.stores import Tx

DROPPED = "dropped by an admin"

_NO_ROW = "There is no number {number} in the outbox that waits or is parked. “outbox list” shows those that are."
_AT_WORK = "Number {number} is being worked on at this moment. Try again in a minute."


class ParkedDesk:
    """See `bot.ports.governing.OutboxDesk`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def lines(self, by: Actor, state: OutboxState, *, page: int, size: int) -> Page[OutboxLine]:
        need(by, Role.ADMIN)
        everything = by.role.allows(Role.OPERATOR)
        async with self._office.read() as tx:
            return await tx.outbox.lines(by.community_id, state, everything=everything, page=page, size=size)

    async def retry(self, by: Actor, item_id: OutboxId | None) -> int:
        async def work(act: Act) -> int:
            need(by, Role.ADMIN)
            lines = await self._parked(act.tx, by) if item_id is None else [await _line(act.tx, by, item_id)]
            for line in lines:
                await act.tx.outbox.retry(line.id, act.now)
                await _on_its_way(act, line)
                await _log(act, by, "outbox.retry", line, before=line.state.value, after=OutboxState.PENDING.value)
            return len(lines)

        done = await self._office.act(work)
        self._office.orders()
        return done

    async def _parked(self, tx: Tx, by: Actor) -> list[OutboxLine]:
        everything = by.role.allows(Role.OPERATOR)
        found = await tx.outbox.lines(
            by.community_id, OutboxState.PARKED, everything=everything, page=1, size=1_000_000
        )
        return list(found.items)

    async def drop(self, by: Actor, item_id: OutboxId) -> None:
        async def work(act: Act) -> None:
            need(by, Role.ADMIN)
            line = await _line(act.tx, by, item_id)
            if not await act.tx.outbox.drop(item_id, DROPPED, act.now):
                raise RequestError(_AT_WORK, number=item_id)
            await _let_pass(act, line)
            await _log(act, by, "outbox.drop", line, before=line.state.value, after=OutboxState.EXPIRED.value)

        await self._office.act(work)


async def _line(tx: Tx, by: Actor, item_id: OutboxId) -> OutboxLine:
    """A row that waits or is parked and is the actor's to touch. Raises RequestError."""
    line = await tx.outbox.line(item_id)
    ours = line is not None and line.community_id == by.community_id
    if line is None or not (ours or by.role.allows(Role.OPERATOR)):
        raise RequestError(_NO_ROW, number=item_id)
    return line


async def _on_its_way(act: Act, line: OutboxLine) -> None:
    """A post that had failed, or was left out of a backlog, is to come after all."""
    post = await act.tx.posts.get(line.post_id) if line.post_id is not None and line.kind == "publish" else None
    if post is not None and post.state in (PostState.FAILED, PostState.LEFT_OUT):
        await act.tx.posts.set(post.id, state=PostState.PENDING, now=act.now)


async def _let_pass(act: Act, line: OutboxLine) -> None:
    """A post that will never come: what failed stays failed, what still waited was let pass by an admin."""
    post = await act.tx.posts.get(line.post_id) if line.post_id is not None and line.kind == "publish" else None
    if post is not None and post.state is PostState.PENDING:
        state = PostState.SKIPPED if post.ref is None else PostState.FAILED
        await act.tx.posts.set(post.id, state=state, now=act.now)


async def _log(act: Act, by: Actor, action: str, line: OutboxLine, *, before: str, after: str) -> None:
    community = line.community_id if line.community_id is not None else by.community_id
    await act.log(community, by.account_id, action, f"outbox:{line.id}", before=before, after=after)
    act.aftermath.changed(community)
