"""A busy member is forgotten: nothing of name or accounts is left, what counts stays, and nobody comes back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.domain.events import Deleted, Flagged, Outcome, Posted, Reacted, Unreacted, Who
from bot.domain.model import (
    FORGOTTEN,
    CommentId,
    CorrectionKind,
    Decision,
    FlagReason,
    Measure,
    Ref,
    Role,
    Ruling,
    Server,
    ServerStanding,
)
from bot.domain.orders import NewOrder, Notice, Tell
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.commands import Caller, Document
from bot.ports.moderation import Actor
from bot.ports.stores import Tx
from storage.schema.people import accounts, follow_hits, forgotten, standings
from storage.schema.places import discussions
from storage.schema.talk import comments, votes
from tests.contract.order_scene import Order, order
from tests.end_to_end.small import START, Town, small_town

NAME, KEY = "Zebulon", "qx77zebu"
REF = Ref(f"web:account/{KEY}")
CHAT = Ref(f"chat:user/{KEY}9")
TRACES = (NAME, NAME.lower(), KEY, "quagga", "okapi")


@dataclass
class Busy:
    """Somebody who left traces everywhere, and the events that a network would list again."""

    scene: Order
    actor: Actor
    written: CommentId
    message: Ref
    of_ann: Ref
    listed: tuple[Posted | Reacted, ...]

    @property
    def town(self) -> Town:
        return self.scene.town


def who(ref: Ref = REF, name: str = NAME) -> Who:
    return Who(ref=ref, name=name)


def reacted(message: Ref, emoji: str, *, ref: Ref = REF, at: bool = True) -> Reacted:
    owner = ref.rpartition("/")[2]
    return Reacted(
        reaction=Ref(f"web:reaction/{owner}/{emoji}/{message}"),
        message=message,
        who=who(ref),
        emoji=emoji,
        at=START if at else None,
    )


async def busy(town: Town) -> Busy:
    """Comments, edits, votes, flags, corrections, messages, a mute, notes, log lines, follows, sessions, links."""
    scene = await order(town)
    moderator = await scene.actor("Max")
    admin = await scene.actor("Ada", Role.ADMIN)
    _, of_ann = await scene.say("ann", "<p>Mine.</p>")
    post = await _post(scene)
    actor = await _registered(scene)
    message = Ref("web:comment/zzzzzzzzzzzzzzzz1")
    written = await _written(scene, message, "<p>The quagga.</p>")
    other = await _written(scene, Ref("web:comment/zzzzzzzzzzzzzzzz2"), "<p>Another okapi.</p>", reply_to=of_ann)
    listed = (reacted(of_ann, "👍"), reacted(post, "👎"))
    await town.discussion.take_many(listed)
    await town.discussion.take(_flag(of_ann, who(), "quagga says Zebulon"))
    await town.discussion.take(_flag(message, Who(ref=Ref("web:account/ann"), name="ann"), "about the okapi"))
    case = await scene.case(written)
    await town.moderation.note(moderator, "Zebulon again", case_id=case.id)
    decision = Decision(ruling=Ruling.AGREE, measure=Measure.HIDE, words="No quagga, Zebulon")
    await town.moderation.decide(moderator, case.id, decision, version=case.version)
    assert actor.member_id is not None
    await town.moderation.note(moderator, f"{NAME} is loud", member_id=actor.member_id)
    await town.moderation.warn(moderator, actor.member_id, f"Please, {NAME}, no okapi")
    await town.moderation.mute(moderator, actor.member_id, timedelta(days=2), "quagga")
    await town.corrections.report(
        await _unmuted(scene, moderator, actor), scene.discussion, CorrectionKind.TYPO,
        excerpt="A lead.", remark="quagga, not okapi", revision=1,
    )  # fmt: skip
    await _chosen(town, actor, admin)
    await town.delivered()
    assert other
    return Busy(scene, actor, written, message, of_ann, listed)


async def _unmuted(scene: Order, moderator: Actor, actor: Actor) -> Actor:
    assert actor.member_id is not None
    await scene.town.moderation.mute(moderator, actor.member_id, None)
    return actor


async def _post(scene: Order) -> Ref:
    async with scene.town.store.read() as tx:
        (post, *_) = await tx.posts.of_discussion(scene.discussion)
    assert post.ref is not None
    return post.ref


async def _registered(scene: Order) -> Actor:
    async def work(tx: Tx) -> Actor:
        account = await tx.members.register(scene.community, "web", REF, NAME, now=START)
        assert account is not None
        await tx.members.add_session(
            b"s" * 32, account.id, community_id=scene.community, expires_at=START + timedelta(days=9), now=START
        )
        for token, name, of in ((b"t", NAME, None), (b"u", None, account.id)):
            await tx.members.add_link(
                token * 32, community_id=scene.community, role=Role.MEMBER, name=name, account_id=of,
                expires_at=START + timedelta(days=9), now=START,
            )  # fmt: skip
        for network, name in (("web", NAME.upper()), ("chat", "Somebody")):
            await tx.places.put_server(
                Server(
                    ref=Ref(f"{network}:server/1"), name="Town", standing=ServerStanding.ADMITTED,
                    community_id=scene.community, invited_by=name, at=START,
                )
            )  # fmt: skip
        await tx.journal.notify(
            [Notice(community_id=scene.community, key="Welcome, {name}.", values=(("name", NAME),), at=START)]
        )
        return Actor(community_id=scene.community, account_id=account.id, member_id=account.member_id, role=Role.MEMBER)

    return await scene.town.store.write(work)


async def _written(scene: Order, message: Ref, html: str, reply_to: Ref | None = None) -> CommentId:
    town = scene.town
    posted = Posted(message=message, thread=scene.thread, who=who(), html=html, at=START, reply_to=reply_to)
    outcome = await town.discussion.take(posted)
    assert outcome.comment is not None
    await scene.edit(KEY, message, html.replace("<p>", "<p>Edited: "))
    return outcome.comment


def _flag(message: Ref, by: Who, words: str) -> Flagged:
    return Flagged(message=message, who=by, reason=FlagReason.OTHER, text=words, at=START)


async def _chosen(town: Town, actor: Actor, admin: Actor) -> None:
    assert actor.member_id is not None
    for line in ("me follow okapi", "me language fr", "me notify on"):
        await say(town, actor, line)
    tell = Tell(account=CHAT, html=f"<p>{NAME}</p>", language="en", marker="m1")

    async def work(tx: Tx) -> None:
        assert actor.member_id is not None
        await tx.outbox.put([NewOrder(order=tell, lane=CHAT, key="waits", created_at=START)])
        # An account of another network that was linked to the member.
        account = await tx.members.seen("chat", CHAT, NAME, bot=False, now=START)
        await tx.sql.run(  # type: ignore[attr-defined]
            accounts.update().where(accounts.c.id == account.id).values(member_id=actor.member_id)
        )
        await tx.standings.set_channel_role((await tx.places.channels())[0].id, actor.member_id, Role.MODERATOR)
        await tx.journal.log(
            actor.community_id, at=START, account_id=admin.account_id, action="role.grant",
            subject=f"member:{actor.member_id}", before="member", after=f"moderator for {NAME}",
        )  # fmt: skip

    await town.store.write(work)


async def say(town: Town, actor: Actor, line: str, *, confirmed: bool = False) -> tuple[Any, ...]:
    """What a typed line answers."""
    asked = town.commands.read_line(line)
    done = await town.commands.run(
        Caller(actor=actor), asked.command.name, dict(asked.values), confirmed=confirmed or asked.confirmed
    )
    return done.blocks


async def everything(town: Town) -> dict[str, str]:
    """All tables as text: those of the schema, and those that only the engine knows."""
    async with town.store.read() as tx:
        sql = tx.sql
        if sql.engine == "sqlite":
            names = [row[0] for row in await sql.all(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        else:
            query = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            names = [row[0] for row in await sql.all(query)]
        return {name: _shown(await sql.all(text(f'SELECT * FROM "{name}"'))) for name in names}


def _shown(rows: Any) -> str:
    return "\n".join(" | ".join(_cell(value) for value in row) for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, bytes):
        return f"{value.decode('latin-1')} {value.hex()}"
    return str(value)


def left(tables: Mapping[str, str]) -> dict[str, list[str]]:
    """Which traces stand where."""
    found = {name: [trace for trace in TRACES if trace.lower() in shown.lower()] for name, shown in tables.items()}
    return {name: traces for name, traces in found.items() if traces}


async def totals(town: Town) -> tuple[Any, ...]:
    async with town.store.read() as tx:
        return (
            await tx.sql.all(select(discussions.c.id, discussions.c.up, discussions.c.down).order_by(discussions.c.id)),
            await tx.sql.all(select(comments.c.id, comments.c.up, comments.c.down).order_by(comments.c.id)),
            len(await tx.sql.all(select(votes))),
        )


async def names(town: Town) -> set[str]:
    async with town.store.read() as tx:
        return {row.name for row in await tx.sql.all(select(accounts.c.name))}


async def test_nothing_of_a_busy_member_is_left(database_url: str, tmp_path: Path) -> None:
    async with small_town(database_url) as town:
        scene = await busy(town)
        before = await totals(town)
        assert {"accounts", "comments", "comment_words", "flags", "outbox", "page_messages", "audit_log", "notices",
                "reactions", "notes", "cases", "follows", "signin_links", "comment_revisions",
                "correction_reports", "servers"} - left(await everything(town)).keys() <= {"comment_words"}  # fmt: skip
        blocks = await say(town, scene.actor, "me forget", confirmed=True)
        assert isinstance(blocks[0], Sentence)
        assert left(await everything(town)) == {}
        async with town.store.read() as tx:
            assert {each.ref: each.invited_by for each in await tx.places.servers()} == {
                "web:server/1": "", "chat:server/1": "Somebody",
            }  # fmt: skip
        assert await totals(town) == before
        copy = tmp_path / "copy.gz"
        await town.store.backup(copy)
        written = gzip.decompress(copy.read_bytes()).decode()
        assert [trace for trace in TRACES if trace.lower() in written.lower()] == []


async def test_comments_keep_their_place_and_cases_stay_decided(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await busy(town)
        answered = await scene.scene.say("ann", "<p>An answer.</p>")
        await say(town, scene.actor, "me forget", confirmed=True)
        comment = await scene.scene.comment(scene.message)
        assert (comment.id, comment.html) == (scene.written, "")
        assert comment.deleted_at is not None
        case = await scene.scene.case(scene.written)
        assert case.decision is not None
        assert case.decision.ruling is Ruling.AGREE
        assert case.decided_by is not None
        assert answered[0] in {each.id for each in await scene.scene.shown()}
        async with town.store.read() as tx:
            account = await tx.members.account(comment.account_id)
        assert account is not None
        assert account.network == FORGOTTEN
        assert account.name.startswith("gone-")


async def test_no_recount_brings_anybody_back(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await busy(town)
        town.clock.time += timedelta(hours=1)
        await say(town, scene.actor, "me forget", confirmed=True)
        await town.ledger.catch_up()
        after, known = await everything(town), await names(town)
        assert (await town.ledger.recount(scene.scene.community)).changed == 0
        again = Posted(message=scene.message, thread=scene.scene.thread, who=who(), html="<p>quagga</p>", at=START)
        unseen = replace(again, message=Ref("web:comment/zzzzzzzzzzzzzzzz3"))
        without_time = [replace(each, at=None) for each in scene.listed if isinstance(each, Reacted)]
        await town.discussion.take_many([*scene.listed, *without_time, again, unseen])
        gone = Unreacted(reaction=without_time[0].reaction, at=town.clock.now())
        await town.discussion.take_many([gone, without_time[0]])
        assert await everything(town) == after
        assert await names(town) == known


async def test_who_acts_anew_is_somebody_new(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await busy(town)
        await say(town, scene.actor, "me forget", confirmed=True)
        town.clock.time += timedelta(days=1)
        now = town.clock.now()
        _, fresh = await scene.scene.say("ann", "<p>News.</p>")
        await town.discussion.take(replace(reacted(fresh, "👍"), at=now))
        new = Posted(
            message=Ref("web:comment/zzzzzzzzzzzzzzzz9"),
            thread=scene.scene.thread,
            who=who(),
            html="<p>Hi.</p>",
            at=now,
        )
        outcome = await town.discussion.take(new)
        assert outcome.comment is not None
        async with town.store.read() as tx:
            account = await tx.members.by_ref(REF)
            comment = await tx.discussions.comment_by_ref(new.message)
        assert account is not None
        assert comment is not None
        assert comment.account_id == account.id
        assert account.member_id != scene.actor.member_id
        # The same vote as before, made again, is counted already.
        before = await totals(town)
        await town.discussion.take(replace(scene.listed[0], at=now))
        assert await totals(town) == before
        await town.discussion.take(Deleted(message=new.message, at=now))


async def test_a_ban_holds_for_who_comes_back(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await busy(town)
        admin = await scene.scene.actor("Ada", Role.ADMIN)
        assert scene.actor.member_id is not None
        await town.moderation.ban(admin, scene.actor.member_id, void_votes=True)
        await say(town, scene.actor, "me forget", confirmed=True)
        town.clock.time += timedelta(days=1)
        posted = Posted(
            message=Ref("web:comment/zzzzzzzzzzzzzzzz9"), thread=scene.scene.thread, who=who(), html="<p>Hi.</p>",
            at=town.clock.now(),
        )  # fmt: skip
        outcome: Outcome = await town.discussion.take(posted)
        assert outcome.refused is not None
        async with town.store.read() as tx:
            rows = await tx.sql.all(select(standings).where(standings.c.banned_at.is_not(None)))
        assert len(rows) == 2


async def test_a_second_forgetting_takes_the_second_life_too(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await busy(town)
        await say(town, scene.actor, "me forget", confirmed=True)
        town.clock.time += timedelta(days=1)
        _, fresh = await scene.scene.say("ann", "<p>News.</p>")
        second = replace(reacted(fresh, "👍"), at=town.clock.now())
        await town.discussion.take(second)
        async with town.store.read() as tx:
            account = await tx.members.by_ref(REF)
        assert account is not None
        actor = replace(scene.actor, account_id=account.id, member_id=account.member_id)
        town.clock.time += timedelta(days=1)
        await say(town, actor, "me forget", confirmed=True)
        after = await totals(town)
        assert left(await everything(town)) == {}
        await town.discussion.take_many([*scene.listed, second, replace(second, at=None)])
        assert await totals(town) == after
        assert left(await everything(town)) == {}
        async with town.store.read() as tx:
            assert len(await tx.sql.all(select(forgotten))) == 2


async def test_the_only_admin_is_warned(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        admin = await scene.actor("Ada", Role.ADMIN)
        with pytest.raises(RequestError, match="nobody is admin of Town"):
            await say(town, admin, "me forget", confirmed=True)
        blocks = await say(town, admin, "me forget --leave", confirmed=True)
        assert blocks[-1] == Sentence(key=blocks[-1].key, values={"communities": "Town"})


async def test_the_export_holds_all_and_no_secret(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await busy(town)
        (document,) = await say(town, scene.actor, "me export")
        assert isinstance(document, Document)
        kept = json.loads(document.text)
        assert [each["name"] for each in kept["accounts"]] == [NAME, NAME]
        assert {each["html"] for each in kept["comment_revisions"]} == {"<p>The quagga.</p>", "<p>Another okapi.</p>"}
        assert len(kept["votes"]) == len(kept["reactions"]) == 2
        assert [each["word"] for each in kept["follows"]] == ["okapi"]
        assert kept["preferences"][0]["language"] == "fr"
        assert kept["flags"][0]["text"] == "quagga says Zebulon"
        assert kept["correction_reports"][0]["remark"] == "quagga, not okapi"
        assert kept["sessions"][0].keys() == {"account_id", "community_id", "created_at", "expires_at"}
        assert len(kept["messages"]) >= 3
        assert "notes" not in kept
        assert "is loud" not in document.text
        assert "token_hash" not in document.text
        assert follow_hits.name in kept
