"""Flags, the cases they make, and what is done about what was flagged."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.cases import claim, decide, release, reopen
from bot.domain.flags import Record
from bot.domain.model import (
    Account,
    AccountId,
    Case,
    CaseId,
    CaseState,
    Content,
    Decision,
    DiscussionId,
    Flag,
    FlagId,
    FlagOutcome,
    FlagReason,
    HiddenBy,
    Measure,
    Note,
    Post,
    Ruling,
    Sanction,
    Subject,
    SubjectKind,
    Visibility,
)
from bot.ports.stores import DiscussionState, SubjectFacts, Tx
from storage.schema.order import notes
from tests.contract.storage.world import HOUR, NOW, World, add_channel, build, flag, later

FULL = Decision(
    ruling=Ruling.AGREE,
    measure=Measure.HIDE,
    sanction=Sanction.MUTE,
    mute_for=timedelta(days=3, microseconds=1),
    sensitive="Sang",
    words="S’il vous plaît : non.",
)


def _article(post: Post) -> Subject:
    return Subject(kind=SubjectKind.ARTICLE, id=post.discussion_id)


async def _said(world: World) -> tuple[Subject, Post, Account]:
    """A comment, where it is, and whose it is."""
    post, ann = await world.post(), await world.account("Ann")
    comment = await world.comment(post.discussion_id, ann)
    return Subject(kind=SubjectKind.COMMENT, id=comment), post, ann


async def _case(world: World, case_id: CaseId) -> Case:
    async with world.store.read() as tx:
        case = await tx.cases.get(case_id)
    assert case is not None
    return case


async def _put(world: World, case: Case, read_version: int) -> bool:
    return await world.write(lambda tx: tx.cases.put(case, read_version=read_version))


async def _decide(world: World, case_id: CaseId, decision: Decision = FULL, *, at: float = 9) -> Case:
    """A case decided by time, its flags ended."""
    case = await _case(world, case_id)
    decided = decide(case, decision, by=None, now=later(at))
    assert await _put(world, decided, case.version)
    outcome = {Ruling.AGREE: FlagOutcome.AGREED, Ruling.DISAGREE: FlagOutcome.DISAGREED}.get(
        decision.ruling, FlagOutcome.IGNORED
    )
    await world.write(lambda tx: tx.cases.close_flags(case_id, outcome, later(at)))
    return decided


async def _facts(world: World, subject: Subject) -> SubjectFacts:
    async with world.store.read() as tx:
        facts = await tx.cases.subject(subject)
    assert facts is not None
    return facts


async def test_a_comment_as_it_stands(world: World) -> None:
    subject, post, ann = await _said(world)
    facts = await _facts(world, subject)
    assert facts == SubjectFacts(
        discussion_id=post.discussion_id,
        community_id=world.community,
        ref=facts.ref,
        account=ann,
        language="en",
        zone="UTC",
        title="A story",
        text="<p>Well.</p>",
        revision=1,
        changed_at=None,
        hidden=False,
        deleted=False,
        hidden_by=None,
        channel_id=world.section.id,
    )
    async with world.store.read() as tx:
        assert await tx.discussions.subject_of(facts.ref or post.channel.ref) is not None
        assert await tx.cases.subject(Subject(kind=SubjectKind.COMMENT, id=999)) is None
    await world.write(lambda tx: tx.discussions.edit_comment(subject.id, "<p>!</p>", later(5)))  # type: ignore[arg-type]
    await world.write(lambda tx: tx.cases.hide(subject, HiddenBy.FLAGS, later(6)))
    hidden = replace(facts, text="<p>!</p>", revision=2, changed_at=later(5), hidden=True, hidden_by=HiddenBy.FLAGS)
    assert await _facts(world, subject) == hidden
    await world.write(lambda tx: tx.discussions.delete_comment(subject.id, later(7)))  # type: ignore[arg-type]
    assert await _facts(world, subject) == replace(hidden, text="", deleted=True, hidden=False, hidden_by=None)


async def test_a_comment_speaks_the_language_of_the_channel_where_it_was_written(world: World) -> None:
    channel = await add_channel(world, "discord:1", Visibility.PUBLIC)
    post, ann = await world.post(), await world.account("Ann", network="discord")
    comment = await world.comment(post.discussion_id, ann, channel=channel)
    facts = await _facts(world, Subject(kind=SubjectKind.COMMENT, id=comment))
    assert (facts.language, facts.zone) == ("fr", "Europe/Paris")


async def test_an_article_as_it_stands(world: World) -> None:
    post = await world.post()
    facts = SubjectFacts(
        discussion_id=post.discussion_id,
        community_id=world.community,
        ref=None,
        account=None,
        language="en",
        zone="UTC",
        title="A story",
        text="A story\n\nLead.",
        revision=1,
        changed_at=None,
        hidden=False,
        deleted=False,
        hidden_by=None,
    )
    assert await _facts(world, _article(post)) == facts
    content = Content(title="Another", link=None, lead="Lead!")
    await world.write(
        lambda tx: tx.articles.revise(post.article_id, content, digest=b"x", replace_latest=False, now=later(5))
    )
    await world.write(lambda tx: tx.cases.hide(_article(post), HiddenBy.MODERATOR, later(6)))
    changed = replace(facts, title="Another", text="Another\n\nLead!", revision=2, changed_at=later(5), hidden=True)
    assert await _facts(world, _article(post)) == changed
    async with world.store.read() as tx:
        assert await tx.cases.subject(Subject(kind=SubjectKind.ARTICLE, id=999)) is None


async def test_flags_on_one_subject_are_one_case(world: World) -> None:
    subject, post, ann = await _said(world)
    bob, cid = await world.account("Bob"), await world.account("Cid")
    first = await flag(world, subject, bob)
    assert await flag(world, subject, cid, at=later(3)) == first
    assert await flag(world, _article(post), cid) != first
    case = await _case(world, first)
    assert case == Case(
        id=first,
        community_id=world.community,
        discussion_id=post.discussion_id,
        subject=subject,
        author=ann.member_id,
        state=CaseState.OPEN,
        version=2,
        opened_at=NOW,
    )
    async with world.store.read() as tx:
        assert await tx.cases.latest(subject) == case
        assert await tx.cases.latest(Subject(kind=SubjectKind.COMMENT, id=999)) is None
        assert await tx.cases.get(CaseId(999)) is None


async def test_a_flag_is_kept_as_it_was_made(world: World) -> None:
    subject, _, _ = await _said(world)
    bob = await world.account("Bob")
    case_id = await flag(world, subject, bob, weight=2.625, at=later(4))
    await world.write(lambda tx: tx.discussions.delete_comment(subject.id, later(5)))  # type: ignore[arg-type]
    async with world.store.read() as tx:
        (found,) = await tx.cases.flags(case_id)
        assert await tx.cases.flag(found.id) == found
        assert await tx.cases.flag(FlagId(999)) is None
    assert found == Flag(
        id=found.id,
        case_id=case_id,
        subject=subject,
        account_id=bob.id,
        member_id=bob.member_id,
        reason=FlagReason.OTHER,
        text="See the second sentence.",
        weight=2.625,
        subject_text="<p>Well.</p>",
        subject_revision=1,
        at=later(4),
    )


async def _flags(world: World, case_id: CaseId) -> list[Flag]:
    async with world.store.read() as tx:
        return list(await tx.cases.flags(case_id))


async def _add(world: World, case_id: CaseId, subject: Subject, who: Account) -> bool:
    return await world.write(
        lambda tx: tx.cases.add_flag(
            case_id,
            subject,
            community_id=world.community,
            account_id=who.id,
            member_id=who.member_id,
            reason=FlagReason.SPAM,
            text="",
            trust=0,
            weight=0.0,
            subject_text="",
            subject_revision=1,
            at=later(8),
        )
    )


async def test_a_member_has_one_open_flag_on_a_subject(world: World) -> None:
    subject, post, ann = await _said(world)
    bob = await world.account("Bob")
    case_id = await flag(world, subject, bob)
    assert not await _add(world, case_id, subject, bob)
    assert await _add(world, case_id, subject, ann)
    other = await flag(world, _article(post), bob)
    assert [len(await _flags(world, each)) for each in (case_id, other)] == [2, 1]
    mine = (await _flags(world, case_id))[0]
    assert await world.write(lambda tx: tx.cases.withdraw(mine.id, later(9)))
    assert not await world.write(lambda tx: tx.cases.withdraw(mine.id, later(10)))
    assert await _add(world, case_id, subject, bob), "one that was withdrawn makes room for another"
    withdrawn = replace(mine, outcome=FlagOutcome.WITHDRAWN, closed_at=later(9))
    assert (await _flags(world, case_id))[0] == withdrawn


async def test_all_who_flag_at_once_join_one_case(world: World) -> None:
    subject, _, _ = await _said(world)
    reporters = [await world.account(f"R{n}") for n in range(6)]
    made = await asyncio.gather(*(flag(world, subject, who) for who in reporters * 2))
    assert len(set(made)) == 1
    flags = await _flags(world, made[0])
    assert sorted(each.member_id for each in flags) == sorted(who.member_id for who in reporters)
    assert (await _case(world, made[0])).version == 12


async def test_a_decided_case_makes_room_for_another(world: World) -> None:
    subject, _, _ = await _said(world)
    bob = await world.account("Bob")
    first = await flag(world, subject, bob)
    decided = await _decide(world, first)
    async with world.store.read() as tx:
        assert await tx.cases.latest(subject) == decided
    second = await flag(world, subject, bob)
    assert second != first
    assert [len(await _flags(world, each)) for each in (first, second)] == [1, 1]
    async with world.store.read() as tx:
        latest = await tx.cases.latest(subject)
    assert latest is not None
    assert latest.id == second, "the open one"
    last = await _decide(world, second, at=30)
    async with world.store.read() as tx:
        assert await tx.cases.latest(subject) == last


@pytest.mark.parametrize("decision", [FULL, Decision(ruling=Ruling.IGNORE), Decision(ruling=Ruling.DISAGREE)])
async def test_a_case_comes_back_as_it_was_put(world: World, decision: Decision) -> None:
    subject, _, ann = await _said(world)
    case_id = await flag(world, subject, ann)
    read = await _case(world, case_id)
    claimed = claim(read, ann.id, NOW)
    assert await _put(world, claimed, read.version)
    assert await _case(world, case_id) == claimed
    decided = decide(claimed, decision, by=ann.id, now=later(5))
    assert await _put(world, decided, claimed.version)
    assert await _case(world, case_id) == decided
    again = reopen(decided, later(8))
    assert await _put(world, again, decided.version)
    assert await _case(world, case_id) == again


async def test_who_has_read_an_older_version_changes_nothing(world: World) -> None:
    subject, _, ann = await _said(world)
    case_id = await flag(world, subject, ann)
    read = await _case(world, case_id)
    await flag(world, subject, await world.account("Bob"))
    assert not await _put(world, decide(read, FULL, by=ann.id, now=NOW), read.version)
    case = await _case(world, case_id)
    assert (case.state, case.version) == (CaseState.OPEN, 2)


async def test_of_two_who_decide_at_once_one_does(world: World) -> None:
    subject, _, ann = await _said(world)
    moderators = [ann, *[await world.account(f"M{n}") for n in range(5)]]
    case_id = await flag(world, subject, ann)
    read = await _case(world, case_id)

    async def work(tx: Tx, by: AccountId) -> bool:
        case = await tx.cases.get(case_id)
        assert case is not None
        await asyncio.sleep(0.01)  # all have read it by now, where they run at once
        return await tx.cases.put(decide(case, FULL, by=by, now=NOW), read_version=read.version)

    done = await asyncio.gather(*(world.write(lambda tx, by=each.id: work(tx, by)) for each in moderators))  # type: ignore[misc]
    assert sum(done) == 1
    case = await _case(world, case_id)
    assert case.decided_by == moderators[done.index(True)].id
    assert case.version == 2


async def test_a_case_is_not_reopened_beside_another_open_one(world: World) -> None:
    subject, _, ann = await _said(world)
    first = await _decide(world, await flag(world, subject, ann))
    second = await flag(world, subject, ann)
    assert not await _put(world, reopen(first, NOW), first.version)
    await _decide(world, second)
    assert await _put(world, reopen(first, NOW), first.version)


async def test_ending_the_flags_of_a_case_makes_a_record(world: World) -> None:
    subject, post, _ = await _said(world)
    village = await build(world.store, "village")
    elsewhere = await village.post()
    bob, cid = await world.account("Bob"), await world.account("Cid")
    case_id = await flag(world, subject, bob)
    await flag(world, subject, cid, at=later(1))
    withdrawn = (await _flags(world, case_id))[1]
    await world.write(lambda tx: tx.cases.withdraw(withdrawn.id, later(2)))
    ended = await world.write(lambda tx: tx.cases.close_flags(case_id, FlagOutcome.AGREED, later(3)))
    assert [(each.member_id, each.outcome, each.closed_at) for each in ended] == [
        (bob.member_id, FlagOutcome.AGREED, later(3))
    ]
    assert (await _flags(world, case_id))[1].outcome is FlagOutcome.WITHDRAWN
    assert await world.write(lambda tx: tx.cases.close_flags(case_id, FlagOutcome.IGNORED, later(4))) == []
    others = [await flag(world, _article(await world.post()), bob) for _ in range(3)]
    for each, outcome in zip(others, (FlagOutcome.DISAGREED, FlagOutcome.IGNORED, FlagOutcome.AGREED), strict=True):
        await world.write(lambda tx, c=each, o=outcome: tx.cases.close_flags(c, o, later(5)))  # type: ignore[misc]
    await flag(world, _article(post), bob)  # open
    there = await flag(village, _article(elsewhere), bob)
    await world.write(lambda tx: tx.cases.close_flags(there, FlagOutcome.AGREED, later(5)))
    async with world.store.read() as tx:
        assert await tx.cases.record(world.community, bob.member_id) == Record(agreed=2, disagreed=1)
        assert await tx.cases.record(village.community, bob.member_id) == Record(agreed=1)
        assert await tx.cases.record(world.community, cid.member_id) == Record()


async def test_what_was_flagged_lately_in_a_discussion(world: World) -> None:
    subject, post, ann = await _said(world)
    bob, cid = await world.account("Bob"), await world.account("Cid")
    await flag(world, subject, bob)
    await flag(world, subject, cid, at=later(6))
    await flag(world, _article(post), bob, at=later(5))
    await flag(world, _article(await world.post()), bob, at=later(7))
    case_id = await flag(world, subject, ann, at=later(8))
    mine = (await _flags(world, case_id))[-1]
    await world.write(lambda tx: tx.cases.withdraw(mine.id, later(9)))
    async with world.store.read() as tx:
        found = await tx.cases.recent_flags(post.discussion_id, later(5))
    assert found == [(bob.member_id, 1, later(5)), (cid.member_id, 1, later(6))]


async def test_out_of_sight_and_back(world: World) -> None:
    subject, post, _ = await _said(world)

    async def hide(what: Subject, by: HiddenBy | None, at: float) -> None:
        await world.write(lambda tx: tx.cases.hide(what, by, later(at)))

    await hide(subject, HiddenBy.FLAGS, 1)
    await hide(subject, HiddenBy.MODERATOR, 2)
    facts = await _facts(world, subject)
    assert (facts.hidden, facts.hidden_by) == (True, HiddenBy.MODERATOR)
    comment = await world.write(lambda tx: tx.discussions.comment_by_ref(facts.ref or post.channel.ref))
    assert comment is not None
    assert comment.hidden_at == later(1)
    await hide(subject, None, 3)
    facts = await _facts(world, subject)
    assert (facts.hidden, facts.hidden_by) == (False, None)

    await hide(_article(post), HiddenBy.MODERATOR, 4)
    assert (await _state(world, post.discussion_id)).hidden_at == later(4)
    await hide(_article(post), None, 5)
    assert (await _state(world, post.discussion_id)).hidden_at is None


async def _state(world: World, discussion_id: DiscussionId) -> DiscussionState:
    async with world.store.read() as tx:
        state = await tx.cases.discussion(discussion_id)
    assert state is not None
    return state


async def test_behind_a_curtain_and_before_it(world: World) -> None:
    subject, post, _ = await _said(world)
    other = await world.post()
    for what in (subject, _article(post)):
        await world.write(lambda tx, what=what: tx.cases.mark_sensitive(what, "Blood"))  # type: ignore[misc]
    ref = (await _facts(world, subject)).ref or post.channel.ref
    comment = await world.write(lambda tx: tx.discussions.comment_by_ref(ref))
    assert comment is not None
    assert comment.sensitive == "Blood"
    assert (await _state(world, post.discussion_id)).sensitive == "Blood"
    assert (await _state(world, other.discussion_id)).sensitive is None
    await world.write(lambda tx: tx.cases.mark_sensitive(_article(post), None))
    assert await _state(world, post.discussion_id) == DiscussionState()


async def test_a_feeds_articles_may_begin_behind_a_curtain(world: World) -> None:
    channel = await add_channel(world, "discord:1")

    async def work(tx: Tx) -> DiscussionId:
        await tx.places.subscribe(world.feed, channel.id, backlog=3, sensitive="Crime")
        (subscription,) = [each for each in await tx.places.subscriptions() if each.channel.id == channel.id]
        post_id = await tx.posts.order(article, subscription, now=NOW)
        assert post_id is not None
        post = await tx.posts.get(post_id)
        assert post is not None
        return post.discussion_id

    article = await world.article()
    begun = await world.write(work)
    assert (await _state(world, begun)).sensitive == "Crime"
    article = await world.article()
    open_already = (await world.post(article)).discussion_id
    assert await world.write(work) == open_already
    assert (await _state(world, open_already)).sensitive is None


async def test_locks_end_when_they_are_to_and_slowness_lasts(world: World) -> None:
    first, second, third = [(await world.post()).discussion_id for _ in range(3)]
    await world.write(lambda tx: tx.cases.lock(first, NOW, later(60)))
    await world.write(lambda tx: tx.cases.lock(second, NOW, None))
    await world.write(lambda tx: tx.cases.lock(third, NOW, later(90)))
    await world.write(lambda tx: tx.cases.slow(first, HOUR))
    assert await _state(world, first) == DiscussionState(locked_at=NOW, locked_until=later(60), slow=HOUR)
    async with world.store.read() as tx:
        assert await tx.cases.ended_locks(later(59)) == []
        assert await tx.cases.ended_locks(later(60)) == [(world.community, first)]
        assert await tx.cases.discussion(DiscussionId(999)) is None
    await world.write(lambda tx: tx.cases.lock(first, None, None))
    await world.write(lambda tx: tx.cases.slow(first, None))
    assert await _state(world, first) == DiscussionState()
    async with world.store.read() as tx:
        assert await tx.cases.ended_locks(later(99)) == [(world.community, third)]


async def test_when_a_member_last_commented(world: World) -> None:
    post, other = await world.post(), await world.post()
    ann, bob = await world.account("Ann"), await world.account("Bob")
    await world.comment(post.discussion_id, ann, at=later(1))
    last = await world.comment(post.discussion_id, ann, at=later(5))
    await world.comment(post.discussion_id, bob, at=later(7))
    await world.comment(other.discussion_id, ann, at=later(9))
    await world.write(lambda tx: tx.discussions.delete_comment(last, later(10)))
    async with world.store.read() as tx:
        assert await tx.cases.last_comment_at(post.discussion_id, ann.member_id) == later(5)
        assert await tx.cases.last_comment_at(other.discussion_id, bob.member_id) is None


async def test_cases_that_have_waited_long(world: World) -> None:
    bob, subjects = await world.account("Bob"), [_article(await world.post()) for _ in range(4)]
    made = [await flag(world, each, bob, at=later(30 - n)) for n, each in enumerate(subjects)]
    await _decide(world, made[3])
    async with world.store.read() as tx:
        assert [case.id for case in await tx.cases.stale(later(29), 9)] == [made[2], made[1]]
        assert [case.id for case in await tx.cases.stale(later(99), 1)] == [made[2]]
        assert await tx.cases.stale(later(27), 9) == []


async def test_a_claim_is_given_back(world: World) -> None:
    subject, _, ann = await _said(world)
    read = await _case(world, await flag(world, subject, ann))
    claimed = claim(read, ann.id, NOW)
    assert await _put(world, claimed, read.version)
    assert await _put(world, release(claimed), claimed.version)
    assert await _case(world, read.id) == replace(read, version=3)


async def test_moderators_notes(world: World) -> None:
    subject, _, ann = await _said(world)
    case_id = await flag(world, subject, ann)
    for note in (
        Note(by=ann.id, at=later(1), text="Seen before.", case_id=case_id),
        Note(by=ann.id, at=later(2), text="Friendly.", member_id=ann.member_id),
    ):
        await world.write(lambda tx, note=note: tx.cases.add_note(world.community, note))  # type: ignore[misc]
    async with world.store.read() as tx:
        rows = await tx.sql.all(select(notes).order_by(notes.c.id))
    assert [(row.community_id, row.account_id, row.case_id, row.member_id, row.at, row.text) for row in rows] == [
        (world.community, ann.id, case_id, None, later(1), "Seen before."),
        (world.community, ann.id, None, ann.member_id, later(2), "Friendly."),
    ]
