"""The queue, cases and the log, as moderators read them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from bot.domain.flags import Record
from bot.domain.model import (
    CaseId,
    CaseState,
    Decision,
    FlagOutcome,
    FlagReason,
    HiddenBy,
    Measure,
    Ref,
    Ruling,
    SubjectKind,
    Visibility,
)
from bot.ports.moderation import QueueCounts, QueueFilter, QueueView
from bot.ports.pages import Viewer
from storage.schema.order import cases, flags
from storage.schema.talk import comments
from tests.contract.storage.disorder import Disorder, change, comment_subject, disorder, put
from tests.contract.storage.world import NOW, World, add_channel, build, later

AGREE = Decision(ruling=Ruling.AGREE, measure=Measure.HIDE)


@pytest.fixture
async def town(world: World) -> Disorder:
    return await disorder(world)


async def _queue(
    town: Disorder,
    wanted: QueueFilter | None = None,
    *,
    viewer: Viewer | None = None,
    page: int = 1,
    size: int = 20,
    now: datetime = NOW,
) -> tuple[list[CaseId], int]:
    found = await town.world.store.order.queue(
        viewer or town.moderator, wanted or QueueFilter(), page=page, size=size, now=now
    )
    assert (found.number, found.size) == (page, size)
    return [line.case.id for line in found.items], found.total


async def test_the_heaviest_case_comes_first_then_the_oldest(town: Disorder) -> None:
    young = await town.flagged("Ann", "Bob", weight=2, at=later(9))
    old = await town.flagged("Ann", "Bob", weight=2, at=later(1))
    heavy = await town.flagged("Ann", "Bob", weight=1, at=later(5))
    subject = comment_subject((await town.world.store.order.case(town.moderator, heavy)).comment.id)  # type: ignore[union-attr]
    await town.flag(heavy, subject, await town.world.account("Cid"), weight=1.5)
    await town.flag(young, subject, await town.world.account("Dan"), weight=5, outcome=FlagOutcome.WITHDRAWN)
    light = await town.flagged("Ann", "Bob", weight=0, at=later(0))
    assert await _queue(town) == ([heavy, old, young, light], 4)
    assert await _queue(town, page=2, size=3) == ([light], 4)
    assert await _queue(town, page=3, size=3) == ([], 4)


async def test_a_case_that_an_edit_brought_back_is_there_without_an_open_flag(town: Disorder) -> None:
    case_id = await town.flagged("Ann", "Bob", weight=3, outcome=FlagOutcome.AGREED)
    await change(town.world, cases, case_id, reopened=True)
    found = await town.world.store.order.queue(town.moderator, QueueFilter(), page=1, size=5, now=NOW)
    assert [(line.case.id, line.flags, line.weight, line.reasons) for line in found.items] == [
        (case_id, 0, 0, (FlagReason.SPAM,))
    ]


async def test_what_a_line_says(town: Disorder) -> None:
    world = town.world
    ann, mod = await world.account("Ann"), await world.account("Mod")
    said = await world.comment(town.discussion, ann, html="<p>Buy <b>this</b></p>")
    subject = comment_subject(said)
    case_id = await town.case(subject, ann, claimed_by=mod.id, claimed_until=later(60))
    for name, reason, weight, outcome in (
        ("Bob", FlagReason.UNKIND, 1.5, None),
        ("Cid", FlagReason.SPAM, 2.0, None),
        ("Dan", FlagReason.SPAM, 0.5, None),
        ("Eve", FlagReason.ILLEGAL, 3.0, FlagOutcome.WITHDRAWN),
    ):
        by = await world.account(name)
        text = "<p>Buy <b>this</b></p>" + "<p>now</p>" * 200
        await town.flag(case_id, subject, by, reason, weight=weight, outcome=outcome, subject_text=text)
    (line,) = (await world.store.order.queue(town.moderator, QueueFilter(), page=1, size=5, now=NOW)).items
    assert (line.title, line.author, line.flags, line.weight) == ("A story", "Ann", 3, 4.0)
    assert line.reasons == (FlagReason.UNKIND, FlagReason.SPAM)
    assert line.text.startswith("Buy this now now")
    assert len(line.text) <= 240
    assert (line.claimed_by, line.decided_by, line.hidden) == ("Mod", None, False)
    assert (line.case.author, line.case.subject, line.case.claimed_by) == (ann.member_id, subject, mod.id)
    await town.hide_comment(said)
    (line,) = (await world.store.order.queue(town.moderator, QueueFilter(), page=1, size=5, now=later(60))).items
    assert (line.claimed_by, line.hidden) == (None, True), "the claim has lapsed"


async def test_decided_cases_come_the_latest_first_with_all_their_flags(town: Disorder) -> None:
    world, mod = town.world, await town.world.account("Mod")
    first = await town.decided(town.article, AGREE, later(5), decided_by=mod.id)
    last = await town.decided(town.article, Decision(ruling=Ruling.IGNORE, words="No."), later(9), opened_at=later(7))
    bob = await world.account("Bob")
    text = "a < b & lead"
    await town.flag(first, town.article, bob, weight=2.0, outcome=FlagOutcome.AGREED, subject_text=text)
    await town.discussion_is(hidden_at=NOW)
    found = await world.store.order.queue(town.moderator, QueueFilter(view=QueueView.DECIDED), page=1, size=5, now=NOW)
    assert [line.case.id for line in found.items] == [last, first]
    assert found.items[0].case.decision == Decision(ruling=Ruling.IGNORE, words="No.")
    line = found.items[1]
    assert (line.flags, line.weight, line.decided_by, line.author) == (1, 2.0, "Mod", None)
    assert (line.text, line.hidden, line.case.decision) == (text, True, AGREE)


async def test_the_filters_and_counts_of_a_queue(town: Disorder) -> None:
    world = town.world
    viewer, mod = await town.seen_by("Mod", moderator=True), await world.account("Mod")
    mine = await town.flagged("Ann", "Bob", weight=3, reason=FlagReason.UNKIND)
    await change(world, cases, mine, claimed_by=mod.id, claimed_until=later(60))
    lapsed = await town.flagged("Ann", "Bob", weight=2)
    await change(world, cases, lapsed, claimed_by=mod.id, claimed_until=NOW)
    theirs = await town.flagged("Ann", "Bob", weight=1)
    await change(world, cases, theirs, claimed_by=(await world.account("Bob")).id, claimed_until=later(60))
    article = await town.case(town.article, opened_at=later(9))
    await town.flag(article, town.article, await world.account("Bob"), weight=0)
    await town.flag(
        article, town.article, await world.account("Cid"), FlagReason.ILLEGAL, outcome=FlagOutcome.WITHDRAWN
    )
    done = await town.decided(town.article, AGREE, NOW)
    await town.flag(done, town.article, await world.account("Dan"), FlagReason.ILLEGAL, outcome=FlagOutcome.AGREED)
    expected = {
        QueueFilter(): [mine, lapsed, theirs, article],
        QueueFilter(view=QueueView.MINE): [mine],
        QueueFilter(view=QueueView.DECIDED): [done],
        QueueFilter(kind=SubjectKind.ARTICLE): [article],
        QueueFilter(kind=SubjectKind.COMMENT, reason=FlagReason.SPAM): [lapsed, theirs],
        QueueFilter(reason=FlagReason.SPAM): [lapsed, theirs, article],
        QueueFilter(reason=FlagReason.ILLEGAL): [],
        QueueFilter(view=QueueView.DECIDED, reason=FlagReason.ILLEGAL): [done],
        QueueFilter(view=QueueView.MINE, reason=FlagReason.SPAM): [],
    }
    for wanted, ids in expected.items():
        assert await _queue(town, wanted, viewer=viewer) == (ids, len(ids)), wanted
    assert await world.store.order.counts(viewer, NOW) == QueueCounts(
        open=4, mine=1, decided=1, reasons=((FlagReason.SPAM, 3), (FlagReason.UNKIND, 1))
    )
    assert (await world.store.order.counts(town.moderator, NOW)).mine == 0


async def test_nothing_of_another_community_is_read(town: Disorder) -> None:
    village = await disorder(await build(town.world.store, "village"))
    there = await village.flagged("Ann", "Bob", reason=FlagReason.ILLEGAL)
    await village.log("case.open", f"case:{there}")
    order, here = town.world.store.order, town.moderator
    for view in QueueView:
        assert await _queue(town, QueueFilter(view=view)) == ([], 0)
    assert await order.counts(here, NOW) == QueueCounts(open=0, mine=0, decided=0, reasons=())
    assert await order.case(here, there) is None
    assert (await order.log(here, action=None, page=1, size=5)).items == []
    assert await _queue(village) == ([there], 1)


async def test_a_case_with_all_that_is_needed_to_decide_it(town: Disorder) -> None:
    world, order = town.world, town.world.store.order
    ann, mod = await town.stand("Ann", points=12, trust=2, title="member"), await world.account("Mod")
    said = [await world.comment(town.discussion, ann, at=later(n), html=f"<p>{n}</p>") for n in range(9)]
    subject = comment_subject(said[4])
    await change(world, comments, said[2], deleted_at=NOW, html="")
    await change(world, comments, said[6], hidden_at=NOW, hidden_by=HiddenBy.MODERATOR)
    await town.hide_comment(said[4], HiddenBy.FLAGS)
    case_id = await town.case(subject, ann)
    bob, cid = await world.account("Bob"), await world.account("Cid")
    await town.flag(case_id, subject, bob, FlagReason.OTHER, text="Look!", weight=2.5, subject_text="<p>as it was</p>")
    await town.flag(case_id, subject, cid, at=later(5), outcome=FlagOutcome.WITHDRAWN)
    before = await town.decided(comment_subject(said[6]), AGREE, later(8), ann)
    await town.flag(before, comment_subject(said[6]), bob, outcome=FlagOutcome.AGREED)
    much_before = await town.decided(comment_subject(said[5]), Decision(ruling=Ruling.DISAGREE), later(7), ann)
    await town.flag(much_before, comment_subject(said[5]), bob, outcome=FlagOutcome.DISAGREED)
    await town.decided(comment_subject(said[5]), AGREE, later(7), cid)
    await town.note(mod, "Careful.", case_id=case_id)
    await town.note(mod, "Another.", case_id=before)
    await town.log("case.open", f"case:{case_id}", at=later(1))
    await town.log("comment.hide", f"comment:{said[4]}", at=later(2), by=mod)
    await town.log("case.open", f"case:{before}")
    case = await order.case(town.moderator, case_id)
    assert case is not None
    assert (case.case.id, case.article, case.title, case.section) == (
        case_id,
        town.discussion,
        "A story",
        world.section.ref,
    )
    assert (case.language, case.zone, case.content, case.hidden_by) == ("en", "UTC", None, HiddenBy.FLAGS)
    assert case.comment is not None
    assert (case.comment.html, case.comment.hidden, case.comment.title) == ("<p>4</p>", True, "member")
    assert [each.id for each in case.before] == [said[0], said[1], said[3]]
    assert [each.id for each in case.after] == said[5:8]
    assert [each.html for each in case.after] == ["<p>5</p>", "<p>6</p>", "<p>7</p>"]
    assert case.author is not None
    assert (case.author.name, case.author.comments, case.author.upheld, case.author.hidden) == ("Ann", 6, 1, 2)
    assert (case.author.standing.points, case.author.standing.trust) == (12, 2)
    flag, taken_back = case.flags
    assert (flag.person.name, flag.reason, flag.text, flag.weight) == ("Bob", FlagReason.OTHER, "Look!", 2.5)
    assert (flag.subject_text, flag.outcome, flag.person.record) == (
        "<p>as it was</p>",
        None,
        Record(agreed=1, disagreed=1),
    )
    assert (taken_back.person.name, taken_back.outcome) == ("Cid", FlagOutcome.WITHDRAWN)
    assert [(note.by, note.text) for note in case.notes] == [("Mod", "Careful.")]
    assert [each.id for each in case.earlier] == [before, much_before]
    assert [(line.action, line.by) for line in case.log] == [("comment.hide", "Mod"), ("case.open", None)]
    await change(world, cases, before, state=CaseState.OPEN, reopened=True)
    case = await order.case(town.moderator, case_id)
    assert case is not None
    assert case.author is not None
    assert [each.id for each in case.earlier] == [much_before], "what is open again is not decided"
    assert case.author.upheld == 1, "though the decision stands until the next one"


async def test_a_case_on_an_article(town: Disorder) -> None:
    earlier = await town.decided(town.article, AGREE, later(-9))
    case_id = await town.case(town.article)
    await town.log("discussion.lock", f"discussion:{town.discussion}")
    case = await town.world.store.order.case(town.moderator, case_id)
    assert case is not None
    assert case.content is not None
    assert (case.content.title, case.comment, case.author, case.hidden_by) == ("A story", None, None, None)
    assert (list(case.before), list(case.after), case.language) == ([], [], "en")
    assert [each.id for each in case.earlier] == [earlier]
    assert [line.action for line in case.log] == ["discussion.lock"]
    await town.discussion_is(hidden_at=NOW)
    case = await town.world.store.order.case(town.moderator, case_id)
    assert case is not None
    assert (case.hidden_by, case.section) == (HiddenBy.MODERATOR, town.world.section.ref)


async def test_what_was_said_in_a_private_channel_is_read_beside_what_was_said_there(town: Disorder) -> None:
    world = town.world
    inner = await add_channel(world, "discord:1", Visibility.PRIVATE)
    ann = await world.account("Ann", network="discord")
    inside = [await world.comment(town.discussion, ann, at=later(n), channel=inner) for n in (1, 5)]
    outside = [await world.comment(town.discussion, ann, at=later(n)) for n in (2, 4)]
    in_private = await town.case(comment_subject(inside[1]), ann)
    in_public = await town.case(comment_subject(outside[1]), ann)
    case = await world.store.order.case(town.moderator, in_private)
    assert case is not None
    assert ([each.id for each in case.before], case.language, case.zone) == (
        [inside[0], *outside],
        "fr",
        "Europe/Paris",
    )
    case = await world.store.order.case(town.moderator, in_public)
    assert case is not None
    assert ([each.id for each in case.before], list(case.after)) == ([outside[0]], [])


async def test_the_log(town: Disorder) -> None:
    mod = await town.world.account("Mod")
    await town.log("case.claim", "case:1", at=later(1), by=mod)
    await town.log("case.decide", "case:1", at=later(2), by=mod)
    await town.log("feed.skip", "feed:1", at=later(3))
    order = town.world.store.order
    everything = await order.log(town.moderator, action=None, page=1, size=2)
    assert ([(line.by, line.action) for line in everything.items], everything.total) == (
        [(None, "feed.skip"), ("Mod", "case.decide")],
        3,
    )
    of_cases = await order.log(town.moderator, action="case.", page=2, size=1)
    assert ([line.action for line in of_cases.items], of_cases.total) == (["case.claim"], 2)
    assert (await order.log(town.moderator, action="%", page=1, size=2)).total == 0


async def _many(town: Disorder, how_many: int) -> list[CaseId]:
    """So many cases, the heaviest last."""
    ann, bob = await town.world.account("Ann"), await town.world.account("Bob")
    said = await put(town.world, comments, [_comment(town, ann.id, number) for number in range(how_many)])
    made = await put(town.world, cases, [_case(town, ann.member_id, each) for each in said])
    rows = [_flag(town, bob, case, each, float(n)) for n, (case, each) in enumerate(zip(made, said, strict=True))]
    await put(town.world, flags, rows)
    return [CaseId(each) for each in made]


def _comment(town: Disorder, account: int, number: int) -> dict[str, object]:
    at = NOW + timedelta(seconds=number)
    place = {"discussion_id": town.discussion, "channel_id": town.world.section.id, "account_id": account}
    totals = {"revision": 1, "up": 0, "down": 0, "score": 0, "curtained": False}
    return place | totals | {"ref": Ref(f"web:many{number}"), "created_at": at, "html": f"<p>{number}</p>"}


def _case(town: Disorder, author: int, comment: int) -> dict[str, object]:
    subject = {"subject_kind": SubjectKind.COMMENT, "subject_id": comment, "author_id": author}
    where = {"community_id": town.world.community, "discussion_id": town.discussion}
    return where | subject | {"state": CaseState.OPEN, "version": 1, "opened_at": NOW, "reopened": False}


def _flag(town: Disorder, by: object, case: int, comment: int, weight: float) -> dict[str, object]:
    subject = {"subject_kind": SubjectKind.COMMENT, "subject_id": comment, "subject_text": "<p>x</p>"}
    who = {"account_id": by.id, "member_id": by.member_id, "trust": 0}  # type: ignore[attr-defined]
    what = {"reason": FlagReason.SPAM, "weight": weight, "subject_revision": 1, "at": NOW, "text": ""}
    return {"community_id": town.world.community, "case_id": case} | subject | who | what


async def test_a_thousand_cases_are_read_in_pages(town: Disorder) -> None:
    made = await _many(town, 1000)
    read: list[CaseId] = []
    for page in (1, 2, 20, 21):
        ids, total = await _queue(town, page=page, size=50)
        assert total == 1000
        read += ids
    assert read == [*made[:-101:-1], *made[49::-1]]
    assert (await town.world.store.order.counts(town.moderator, NOW)).reasons == ((FlagReason.SPAM, 1000),)


async def test_a_page_takes_as_many_statements_however_long_it_is(town: Disorder) -> None:
    made = await _many(town, 60)
    order, asked = town.world.store.order, []
    engine = town.world.store._readers.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    numbers = []
    for size in (1, 60):
        asked.clear()
        await order.queue(town.moderator, QueueFilter(), page=1, size=size, now=NOW)
        numbers.append(len(asked))
    asked.clear()
    await order.case(town.moderator, made[30])
    assert numbers[0] == numbers[1] <= 4
    assert len(asked) <= 10
