"""Accounts and members, roles, links and sessions."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from bot.domain.model import Account, AccountId, CommunityId, MemberId, Ref, Role, Standing
from bot.ports.sessions import Session, SignInLink
from storage.store import SqlStore
from tests.contract.storage.world import NOW, World, build, later


async def test_an_account_is_made_with_a_member_of_its_own(world: World) -> None:
    ann = await world.account("Ann", network="matrix")
    bob = await world.account("Bob", network="matrix", bot=True)
    assert ann == Account(
        id=ann.id, member_id=ann.member_id, network="matrix", ref=Ref("matrix:user/Ann"), name="Ann", bot=False
    )
    assert bob.bot
    assert bob.member_id != ann.member_id
    assert await world.account("Ann", network="matrix") == ann
    async with world.store.read() as tx:
        assert await tx.members.account(ann.id) == ann
        assert await tx.members.account(AccountId(999)) is None


async def test_who_is_renamed_stays_the_same_account(store: SqlStore) -> None:
    first = await store.write(lambda tx: tx.members.seen("discord", Ref("discord:1"), "Ann", bot=False, now=NOW))
    second = await store.write(lambda tx: tx.members.seen("discord", Ref("discord:1"), "Anna", bot=False, now=NOW))
    assert (second.id, second.member_id, second.name) == (first.id, first.member_id, "Anna")


async def test_somebody_who_is_seen_twice_at_once_is_one_account(store: SqlStore) -> None:
    async def seen() -> Account:
        return await store.write(lambda tx: tx.members.seen("discord", Ref("discord:1"), "Ann", bot=False, now=NOW))

    assert len({account.id for account in await asyncio.gather(*(seen() for _ in range(8)))}) == 1


async def _register(store: SqlStore, community: CommunityId, ref: str, name: str) -> Account | None:
    return await store.write(lambda tx: tx.members.register(community, "web", Ref(ref), name, now=NOW))


@pytest.mark.parametrize(
    "other",
    ["Ann", "ANN", "ａｎｎ", " ann ", "𝐀nn"],
    ids=["the same", "upper case", "wide letters", "spaces", "mathematical letters"],
)
async def test_a_name_cannot_be_taken_twice_in_a_community(world: World, other: str) -> None:
    assert await _register(world.store, world.community, "web:u1", "Ann") is not None
    assert await _register(world.store, world.community, "web:u2", other) is None
    village = await build(world.store, "village")
    assert await _register(world.store, village.community, "web:u3", other) is not None


async def test_a_name_with_capital_sharp_s(world: World) -> None:
    assert await _register(world.store, world.community, "web:u1", "Strauß") is not None
    assert await _register(world.store, world.community, "web:u2", "STRAUSS") is None


async def test_of_two_who_want_a_name_at_once_one_gets_it(world: World) -> None:
    made = await asyncio.gather(*(_register(world.store, world.community, f"web:u{n}", "Ann") for n in range(6)))
    assert len([each for each in made if each]) == 1


async def test_a_registered_name_stays_its_owners(world: World) -> None:
    ann = await _register(world.store, world.community, "web:u1", "Ann")
    seen = await world.write(lambda tx: tx.members.seen("web", Ref("web:u1"), "Mallory", bot=False, now=NOW))
    assert seen == ann


async def test_roles_belong_to_a_community(world: World) -> None:
    village, ann = await build(world.store, "village"), await world.account("Ann")
    for role in (Role.MODERATOR, Role.ADMIN):
        await world.write(lambda tx, role=role: tx.members.grant(world.community, ann.member_id, role))  # type: ignore[misc]
    async with world.store.read() as tx:
        assert await tx.members.role(world.community, ann.member_id) is Role.ADMIN
        assert await tx.members.role(village.community, ann.member_id) is Role.MEMBER
        assert await tx.members.role(world.community, MemberId(999)) is Role.MEMBER


async def _add_link(world: World, token: bytes, *, expires_at: datetime, account: Account | None = None) -> SignInLink:
    await world.write(
        lambda tx: tx.members.add_link(
            token,
            community_id=world.community,
            role=Role.ADMIN,
            name=None if account else "Ann",
            account_id=account.id if account else None,
            expires_at=expires_at,
            now=NOW,
        )
    )
    return SignInLink(
        community_id=world.community,
        role=Role.ADMIN,
        name=None if account else "Ann",
        account_id=account.id if account else None,
    )


async def test_a_link_is_used_once(world: World) -> None:
    link = await _add_link(world, b"\x00hash", expires_at=later(60))
    store = world.store
    async with store.read() as tx:
        assert await tx.members.peek_link(b"\x00hash", NOW) == link
        assert await tx.members.peek_link(b"\x00hash", NOW) == link
        assert await tx.members.peek_link(b"other", NOW) is None
    used = await asyncio.gather(*(store.write(lambda tx: tx.members.use_link(b"\x00hash", NOW)) for _ in range(5)))
    assert [each for each in used if each] == [link]
    async with store.read() as tx:
        assert await tx.members.peek_link(b"\x00hash", NOW) is None


async def test_a_link_expires(world: World) -> None:
    ann = await world.account("Ann")
    await _add_link(world, b"hash", expires_at=later(60), account=ann)
    assert await world.write(lambda tx: tx.members.use_link(b"hash", later(60))) is None
    assert (await world.write(lambda tx: tx.members.use_link(b"hash", later(59)))) is not None


async def test_a_session_knows_its_account_community_and_role(world: World) -> None:
    ann = await world.account("Ann")
    await world.write(
        lambda tx: tx.members.add_session(
            b"session", ann.id, community_id=world.community, expires_at=later(60), now=NOW
        )
    )
    await world.write(lambda tx: tx.members.grant(world.community, ann.member_id, Role.MODERATOR))
    async with world.store.read() as tx:
        assert await tx.members.session(b"session", NOW) == Session(
            account=ann,
            community_id=world.community,
            role=Role.MODERATOR,
            standing=Standing(role=Role.MODERATOR, role_set=True),
        )
        assert await tx.members.session(b"session", later(60)) is None
        assert await tx.members.session(b"other", NOW) is None
    await world.write(lambda tx: tx.members.end_session(b"session"))
    async with world.store.read() as tx:
        assert await tx.members.session(b"session", NOW) is None


async def test_a_session_without_a_standing_is_a_members(world: World) -> None:
    ann, village = await world.account("Ann"), await build(world.store, "village")
    await world.write(lambda tx: tx.members.grant(world.community, ann.member_id, Role.ADMIN))
    await world.write(
        lambda tx: tx.members.add_session(b"s", ann.id, community_id=village.community, expires_at=later(9), now=NOW)
    )
    async with world.store.read() as tx:
        session = await tx.members.session(b"s", NOW)
    assert session is not None
    assert session.role is Role.MEMBER


async def _accounts(world: World, who: Account) -> list[Account]:
    async with world.store.read() as tx:
        return list(await tx.members.accounts(world.community, who.member_id))


async def test_a_members_accounts_are_known_where_the_member_is(world: World) -> None:
    village = await build(world.store, "village")
    ann, bob, cid = await world.account("Ann"), await world.account("Bob"), await world.account("Cid")
    assert await _accounts(world, ann) == []
    await world.comment((await world.post()).discussion_id, ann)
    await world.write(lambda tx: tx.members.grant(world.community, bob.member_id, Role.MEMBER))
    eve = await world.write(lambda tx: tx.members.register(world.community, "web", Ref("web:e"), "Eve", now=NOW))
    assert eve is not None
    for who in (ann, bob, eve):
        assert await _accounts(world, who) == [who]
        assert await _accounts(village, who) == []
    assert await _accounts(world, cid) == []


async def test_an_account_of_another_community_is_not_told(world: World) -> None:
    village = await build(world.store, "village")
    eve = await world.write(lambda tx: tx.members.register(village.community, "web", Ref("web:e"), "Eve", now=NOW))
    assert eve is not None
    await world.write(lambda tx: tx.members.grant(world.community, eve.member_id, Role.MEMBER))
    assert await _accounts(world, eve) == []
    assert await _accounts(village, eve) == [eve]
