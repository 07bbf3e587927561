"""Members, as everybody and as moderators read them; and what members read about themselves."""

from __future__ import annotations

import pytest

from bot.domain.flags import Record
from bot.domain.model import (
    CorrectionState,
    Decision,
    FlagOutcome,
    FlagReason,
    Measure,
    MemberId,
    Ref,
    Role,
    Ruling,
    Standing,
    SubjectKind,
    Totals,
    Visibility,
)
from bot.ports.moderation import MemberView, OwnFlag, Told
from bot.ports.pages import Viewer
from bot.ports.sessions import NOBODY
from storage.schema.talk import comments
from tests.contract.storage.disorder import Disorder, change, comment_subject, disorder
from tests.contract.storage.world import NOW, World, add_channel, build, later

HIDDEN = Decision(ruling=Ruling.AGREE, measure=Measure.HIDE)
DELETED = Decision(ruling=Ruling.AGREE, measure=Measure.DELETE)


@pytest.fixture
async def town(world: World) -> Disorder:
    return await disorder(world)


def _visitor(town: Disorder) -> Viewer:
    return Viewer(community_id=town.world.community)


async def _member(
    town: Disorder, name: str, *, moderator: bool = False, viewer: Viewer | None = None
) -> MemberView | None:
    member_id = (await town.world.account(name)).member_id
    return await town.world.store.order.member(viewer or _visitor(town), member_id, moderator=moderator)


async def _written(town: Disorder) -> None:
    """Ann wrote six comments: three stand, one is hidden, one was deleted by a decision, one by herself."""
    ann = await town.stand("Ann", points=30, upvoters=4, title="member", trust=2, muted_until=later(60))
    said = [await town.world.comment(town.discussion, ann, at=later(n), html=f"<p>{n}</p>") for n in range(6)]
    for comment, totals in ((said[1], Totals(up=3)), (said[2], Totals(up=1, down=2))):
        await change(town.world, comments, comment, up=totals.up, down=totals.down, score=totals.net)
    await town.hide_comment(said[3])
    await town.decided(comment_subject(said[3]), HIDDEN, later(1), ann)
    for comment in said[4:]:
        await change(town.world, comments, comment, deleted_at=NOW, html="")
    await town.decided(comment_subject(said[4]), DELETED, later(2), ann)
    await town.decided(comment_subject(said[0]), Decision(ruling=Ruling.DISAGREE), later(3), ann)


async def test_what_everybody_reads_of_a_member(town: Disorder) -> None:
    await _written(town)
    ann, bob = await town.world.account("Ann"), await town.world.account("Bob")
    await town.correction(ann, bob, state=CorrectionState.CORRECTED)
    await town.correction(ann, state=CorrectionState.REJECTED)
    await town.note(bob, "Careful.", member_id=ann.member_id)
    view = await _member(town, "Ann")
    assert view is not None
    assert (view.accounts, view.corrections, view.notes, view.cases) == ((("web", "Ann"),), 1, (), ())
    assert (view.person.name, view.person.since, view.person.comments) == ("Ann", NOW, 3)
    assert view.person.standing == Standing(points=30, upvoters=4, title="member", trust=2), "nothing of the mute"
    assert (view.person.upheld, view.person.hidden, view.person.record) == (0, 0, Record())
    assert [(where, title, each.html) for where, title, each in view.best] == [
        (town.discussion, "A story", "<p>1</p>"),
        (town.discussion, "A story", "<p>0</p>"),
    ]


async def test_what_moderators_read_of_a_member(town: Disorder) -> None:
    await _written(town)
    ann, mod = await town.world.account("Ann"), await town.world.account("Mod")
    for outcome in (FlagOutcome.AGREED, FlagOutcome.AGREED, FlagOutcome.DISAGREED, FlagOutcome.IGNORED):
        case_id = await town.decided(town.article, HIDDEN, NOW)
        await town.flag(case_id, town.article, ann, outcome=outcome)
    await town.note(mod, "Careful.", member_id=ann.member_id)
    await town.note(mod, "Nothing.", member_id=mod.member_id)
    view = await _member(town, "Ann", moderator=True)
    assert view is not None
    assert (view.person.comments, view.person.upheld, view.person.hidden) == (3, 2, 2)
    assert view.person.record == Record(agreed=2, disagreed=1)
    assert view.person.standing.muted_until == later(60)
    assert [(note.by, note.text) for note in view.notes] == [("Mod", "Careful.")]
    assert [case.decided_at for case in view.cases] == [later(3), later(2), later(1)]


async def test_a_member_without_a_standing_is_a_newcomer(town: Disorder) -> None:
    await town.world.comment(town.discussion, await town.world.account("Ann"))
    view = await _member(town, "Ann")
    assert view is not None
    assert view.person.standing == NOBODY


async def test_who_took_no_part_here_is_not_there(town: Disorder) -> None:
    village = await disorder(await build(town.world.store, "village"))
    ann = await village.stand("Ann", points=9)
    await village.world.comment(village.discussion, ann)
    for viewer in (_visitor(town), await town.seen_by("Bob")):
        for moderator in (False, True):
            assert await _member(town, "Ann", viewer=viewer, moderator=moderator) is None
    assert await town.world.store.order.member(_visitor(town), MemberId(99), moderator=True) is None
    view = await _member(village, "Ann")
    assert view is not None
    assert view.person.standing.points == 9


async def test_a_member_of_two_communities_has_a_history_in_each(town: Disorder) -> None:
    village = await disorder(await build(town.world.store, "village"))
    ann = await village.stand("Ann", points=9)
    there = await village.world.comment(village.discussion, ann)
    await village.decided(comment_subject(there), HIDDEN, NOW, ann)
    await village.correction(ann, state=CorrectionState.CORRECTED)
    await village.note(ann, "Here.", member_id=ann.member_id)
    await town.world.comment(town.discussion, ann)
    view = await _member(town, "Ann", moderator=True)
    assert view is not None
    assert (view.person.comments, view.person.upheld, view.corrections) == (1, 0, 0)
    assert (view.person.standing, list(view.notes), list(view.cases)) == (NOBODY, [], [])
    assert [where for where, _, _ in view.best] == [town.discussion]


@pytest.mark.parametrize(
    ("visibility", "to_visitors", "to_members"),
    [(Visibility.PUBLIC, True, True), (Visibility.COMMUNITY, False, True), (Visibility.PRIVATE, False, False)],
)
async def test_who_spoke_where_a_viewer_may_not_read_is_known_to_moderators_alone(
    town: Disorder, visibility: Visibility, to_visitors: bool, to_members: bool
) -> None:
    channel = await add_channel(town.world, "discord:1", visibility)
    dan = await town.world.account("Dan", network="discord")
    await town.world.comment(town.discussion, dan, channel=channel)
    order = town.world.store.order
    for viewer, shown in ((_visitor(town), to_visitors), (await town.seen_by("Bob"), to_members)):
        view = await order.member(viewer, dan.member_id, moderator=False)
        assert (view is not None) is shown
    view = await order.member(town.moderator, dan.member_id, moderator=True)
    assert view is not None
    assert view.accounts == (("discord", "Dan"),)


async def test_a_registered_account_is_known_to_members_before_it_has_spoken(town: Disorder) -> None:
    village = await build(town.world.store, "village")
    made = await town.world.write(
        lambda tx: tx.members.register(town.world.community, "web", Ref("web:user/1"), "Zoë", now=NOW)
    )
    assert made is not None
    order = town.world.store.order
    assert await order.member(_visitor(town), made.member_id, moderator=False) is None
    assert await order.member(await town.seen_by("Bob"), made.member_id, moderator=False) is not None
    stranger = Viewer(community_id=village.community, member_id=made.member_id)
    assert await order.member(stranger, made.member_id, moderator=True) is None


async def test_a_members_own_flags(town: Disorder) -> None:
    viewer, ann = await town.seen_by("Ann"), await town.world.account("Ann")
    village = await disorder(await build(town.world.store, "village"))
    await village.flag(await village.case(village.article), village.article, ann)
    case_id = await town.flagged("Bob", "Ann", at=later(1))
    on_article = await town.case(town.article)
    await town.flag(on_article, town.article, await town.world.account("Cid"), at=later(3))
    last = await town.flag(on_article, town.article, ann, FlagReason.ILLEGAL, at=later(2), outcome=FlagOutcome.AGREED)
    found = await town.world.store.order.own_flags(viewer, page=1, size=1)
    assert found.total == 2
    assert found.items == [
        OwnFlag(
            id=last,
            kind=SubjectKind.ARTICLE,
            article=town.discussion,
            comment=None,
            title="A story",
            reason=FlagReason.ILLEGAL,
            at=later(2),
            outcome=FlagOutcome.AGREED,
        )
    ]
    (older,) = (await town.world.store.order.own_flags(viewer, page=2, size=1)).items
    case = await town.world.store.order.case(town.moderator, case_id)
    assert case is not None
    assert (older.comment, older.outcome) == (case.case.subject.id, None)
    assert (await town.world.store.order.own_flags(_visitor(town), page=1, size=9)).total == 0


async def test_what_an_account_was_told_until_it_has_read_it(town: Disorder) -> None:
    store, ann, bob = town.world.store, Ref("web:user/Ann"), Ref("web:user/Bob")
    for ref, place, at in (("a", ann, 1), ("b", ann, 2), ("c", bob, 3)):
        await store.board.put(Ref(f"web:{ref}"), place, f"<p>{ref}</p>", "m", later(at))
    found = await store.order.told(ann, page=1, size=1)
    assert (found.total, found.items) == (
        2,
        [Told(ref=Ref("web:b"), html="<p>b</p>", at=later(2), read_at=None)],
    )
    await store.inbox.read(ann, later(9))
    await store.board.put(Ref("web:d"), ann, "<p>d</p>", "m", later(10))
    await store.inbox.read(ann, later(11))
    assert [each.read_at for each in (await store.order.told(ann, page=1, size=9)).items] == [
        later(11),
        later(9),
        later(9),
    ]
    assert [each.read_at for each in (await store.order.told(bob, page=1, size=9)).items] == [None]


async def test_a_session_knows_how_its_member_stands_and_what_is_unread(town: Disorder) -> None:
    world, hashed = town.world, b"h" * 32
    ann = await town.stand("Ann", role=Role.MODERATOR, points=7, trust=1, banned_at=later(-1), votes_void=True)
    await world.write(
        lambda tx: tx.members.add_session(hashed, ann.id, community_id=world.community, expires_at=later(60), now=NOW)
    )
    for ref, place in (("a", ann.ref), ("b", ann.ref), ("c", Ref("web:user/Bob"))):
        await world.store.board.put(Ref(f"web:{ref}"), place, "<p>x</p>", "m", NOW)
    async with world.store.read() as tx:
        session = await tx.members.session(hashed, NOW)
    assert session is not None
    assert (session.role, session.unread) == (Role.MODERATOR, 2)
    assert session.standing == Standing(role=Role.MODERATOR, points=7, trust=1, banned_at=later(-1), votes_void=True)
    await world.store.inbox.read(ann.ref, NOW)
    async with world.store.read() as tx:
        session = await tx.members.session(hashed, NOW)
    assert session is not None
    assert session.unread == 0
