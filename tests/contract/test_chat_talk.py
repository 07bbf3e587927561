"""Discussions on a network that does not show what is stored: flags by emoji, locked and deleted threads, cases that
moderators are shown, and what its door asks for; on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.events import Deleted, Edited, Locked, Posted, Reacted, Unreacted, Who
from bot.domain.model import (
    Account,
    Case,
    Channel,
    CommunityId,
    CorrectionKind,
    Decision,
    DiscussionId,
    FlagReason,
    HiddenBy,
    Measure,
    Post,
    Ref,
    Role,
    Ruling,
    Sanction,
    Server,
    ServerStanding,
    Subject,
    SubjectKind,
    Totals,
    Visibility,
)
from bot.governing import ChannelDesk
from bot.moderation import CaseShowing, Corrections
from bot.people import MembersDesk, PeopleSettings
from bot.ports.governing import ChannelChange
from bot.ports.moderation import Actor
from bot.ports.stores import Tx
from bot.reading import ChattingDesk
from storage.store import SqlStore
from tests.contract.newspapers import START, Newspapers, admin, entry

ROOM, OTHER, DESK, PAGE = "wire:room", "wire:other", "wire:desk", "web:section/news"
AGREE = Decision(ruling=Ruling.AGREE, measure=Measure.HIDE, sanction=Sanction.MUTE, mute_for=timedelta(hours=24))


def who(name: str, *, bot: bool = False) -> Who:
    return Who(ref=Ref(f"wire:account/{name}"), name=name, bot=bot)


@dataclass
class Talk:
    """A story in two rooms and on the page, with a comment of ann's in the first room; `desk` is the moderators'."""

    papers: Newspapers
    town: CommunityId
    story: DiscussionId
    comment: Ref
    desk: Channel

    async def flag(self, name: str, message: Ref | None = None, *, bot: bool = False, **changes: Any) -> Reacted:
        target = message or self.comment
        event = Reacted(
            reaction=Ref(f"wire:reaction/{name}/{target}"), message=target, who=who(name, bot=bot), emoji="🚩"
        )
        event = replace(event, **changes)
        await self.papers.take(event)
        return event

    async def orders(self, kind: str) -> Sequence[Any]:
        return await self.papers.rows("outbox", kind=kind)

    async def told(self, name: str) -> list[str]:
        """What somebody was told, the oldest first."""
        return [row.html for row in await self.orders("tell") if row.place == who(name).ref]

    async def subject(self) -> Subject:
        async with self.papers.store.read() as tx:
            found = await tx.discussions.comment_by_ref(self.comment)
        assert found is not None
        return Subject(kind=SubjectKind.COMMENT, id=found.id)

    async def case(self) -> Case:
        async with self.papers.store.read() as tx:
            case = await tx.cases.latest(await self.subject())
        assert case is not None
        return case

    async def decide(self, decision: Decision, by: Actor | None = None) -> None:
        case = await self.case()
        await self.papers.moderation.decide(by or admin(self.town), case.id, decision, version=case.version)

    async def threads(self) -> dict[str, Ref]:
        posts = await self.papers.posts(self.story)
        return {each.channel.ref: each.thread for each in posts if each.thread is not None}

    async def post(self, channel: str = ROOM) -> Post:
        return await self.papers.post(self.story, channel)

    async def locked(self) -> bool:
        async with self.papers.store.read() as tx:
            state = await tx.cases.discussion(self.story)
        assert state is not None
        return state.locked(self.papers.clock.now())

    async def show_cases(self, channel: Channel, *, cases: bool = True) -> None:
        by = admin(channel.community_id)
        await ChannelDesk(self.papers.office).set(by, channel.id, ChannelChange(cases=cases))

    async def moderator(self, name: str = "mod") -> Actor:
        account = await self.account(name)
        await self.papers.store.write(lambda tx: tx.members.grant(self.town, account.member_id, Role.MODERATOR))
        return Actor(community_id=self.town, account_id=account.id, member_id=account.member_id, role=Role.MODERATOR)

    async def account(self, name: str) -> Account:
        now = self.papers.clock.now()
        return await self.papers.store.write(
            lambda tx: tx.members.seen("wire", who(name).ref, name, bot=False, now=now)
        )

    async def shown(self) -> list[str]:
        """What is ordered of cases, in its order, and forget it."""
        rows = [row for row in await self.papers.rows("outbox") if row.kind.endswith("-case")]
        assert all(row.lane == f"{DESK}!{row.case_id}" for row in rows)
        return [row.kind for row in sorted(rows, key=lambda row: int(row.id))]

    async def chat(self) -> ChattingDesk:
        return ChattingDesk(self.papers.office, Corrections(self.papers.office))


async def talk(store: SqlStore) -> Talk:
    papers = Newspapers(store=store)
    town = await papers.community("town")
    feed = await papers.feed("herald", town, ROOM, OTHER, PAGE)
    await papers.read(feed, entry(1, title="Fire at the mill", text="The mill burned down last night."))
    story = await papers.discussion_of("Fire at the mill", town)
    post = await papers.post(story, ROOM)
    comment = Ref("wire:comment/ann")
    assert post.thread is not None
    html = "<p>You are all <b>fools</b>.</p>"
    await papers.take(Posted(message=comment, thread=post.thread, who=who("ann"), html=html, at=START))

    async def work(tx: Tx) -> Channel:
        await tx.places.put_channel(
            town, Ref(DESK), "desk", language="fr", zone="Europe/Paris", visibility=Visibility.PRIVATE
        )
        return next(each for each in await tx.places.channels() if each.ref == DESK)

    return Talk(papers=papers, town=town, story=story, comment=comment, desk=await store.write(work))


# --- flags by emoji ----------------------------------------------------------------------------------


async def test_a_flag_is_filed_taken_off_and_answered(store: SqlStore) -> None:
    here = await talk(store)
    event = await here.flag("cid")
    (off,) = await here.orders("take-off")
    assert (off.place, off.lane) == (event.reaction, event.reaction)
    (letter,) = await here.told("cid")
    assert "Your report of a comment on “Fire at the mill” has arrived." in letter
    assert len(await here.papers.rows("flags")) == 1


async def test_the_same_flag_seen_again_is_filed_and_answered_once(store: SqlStore) -> None:
    here = await talk(store)
    first = await here.flag("cid")
    await here.decide(AGREE)
    here.papers.clock.time += timedelta(days=3)  # when a new one could be filed
    await here.papers.take(first)
    assert len(await here.papers.rows("flags")) == 1
    assert len([html for html in await here.told("cid") if "has arrived" in html]) == 1


async def test_one_that_was_heard_late_after_it_was_taken_off_is_not_a_new_one(store: SqlStore) -> None:
    here = await talk(store)
    event = await here.flag("cid", at=here.papers.clock.now())
    await here.papers.take(Unreacted(reaction=event.reaction, at=here.papers.clock.now()))
    await here.papers.take(event)
    assert len(await here.told("cid")) == 1


async def test_one_that_its_reporter_takes_back_at_once_can_be_made_again(store: SqlStore) -> None:
    here = await talk(store)
    room = (await here.post()).channel
    own = replace(room, settings=replace(room.settings, flag="❗"))
    await store.write(lambda tx: tx.places.set_channel(own))
    now = here.papers.clock.now()
    flag = Reacted(reaction=Ref("wire:reaction/1"), message=here.comment, who=who("cid"), emoji="❗")
    await here.papers.discussion.take_many([flag, Unreacted(reaction=flag.reaction, at=now)])  # in one transaction
    await here.papers.take(flag)
    assert ["was not taken" in html for html in await here.told("cid")] == [False, True]


async def test_a_flag_that_is_made_again_is_taken_off_and_told_why_not(store: SqlStore) -> None:
    here = await talk(store)
    event = await here.flag("cid")
    await here.papers.take(Unreacted(reaction=event.reaction, at=here.papers.clock.now()))
    await here.flag("cid", at=here.papers.clock.now())
    assert len(await here.papers.rows("flags")) == 1
    assert len(await here.orders("take-off")) == 2
    _, again = await here.told("cid")
    assert "was not taken:" in again
    assert "You have reported this already" in again


@pytest.mark.parametrize("refused", ["own", "banned", "muted"])
async def test_a_flag_that_is_refused_is_taken_off_and_told_why_once(store: SqlStore, refused: str) -> None:
    here = await talk(store)
    name = "ann" if refused == "own" else "cid"
    account, now = await here.account(name), here.papers.clock.now()
    muted, banned = (now + timedelta(hours=1) if refused == "muted" else None), (now if refused == "banned" else None)
    await store.write(
        lambda tx: tx.standings.sanction(
            here.town, account.member_id, muted_until=muted, banned_at=banned, votes_void=False
        )
    )
    event = await here.flag(name)
    await here.papers.take(event)
    (letter,) = await here.told(name)
    why = {"own": "wrote yourself", "banned": "can no longer take part", "muted": "has muted you until 1 March 2026"}
    assert why[refused] in letter
    assert [row.place for row in await here.orders("take-off")][:1] == [event.reaction]
    assert await here.papers.rows("flags") == []


async def test_bots_and_the_page_get_no_letters(store: SqlStore) -> None:
    here = await talk(store)
    await here.flag("robot", bot=True)
    page = await here.post(PAGE)
    eve = Who(ref=Ref("web:account/eve"), name="eve")
    await here.flag("eve", page.ref, reaction=Ref("web:reaction/eve"), who=eve)
    assert len(await here.papers.rows("flags")) == 1
    assert await here.orders("take-off") == []
    assert await here.orders("tell") == []


async def test_an_article_is_flagged_by_its_post(store: SqlStore) -> None:
    here = await talk(store)
    post = await here.post()
    await here.flag("cid", post.ref)
    (letter,) = await here.told("cid")
    assert "the article “Fire at the mill” has arrived" in letter


async def test_the_flag_of_who_was_forgotten_is_taken_off_too(store: SqlStore) -> None:
    here = await talk(store)
    first = await here.flag("cid")
    account = await here.account("cid")
    desk = MembersDesk(here.papers.office, links=None, new_name=here.papers.new_key, settings=PeopleSettings())
    by = Actor(community_id=here.town, account_id=account.id, member_id=account.member_id, role=Role.MEMBER)
    await desk.forget(by, leave=False)
    post = await here.post()
    other = await here.flag("cid", post.ref)
    await here.papers.take(first)
    assert {row.place for row in await here.orders("take-off")} == {first.reaction, other.reaction}
    assert await here.told("cid") == []


# --- threads -----------------------------------------------------------------------------------------


async def test_a_thread_closed_on_its_network_locks_the_discussion(store: SqlStore) -> None:
    here = await talk(store)
    threads = await here.threads()
    for locked in (True, False):
        await here.papers.take(Locked(thread=threads[ROOM], locked=locked, at=here.papers.clock.now()))
        assert await here.locked() is locked
    wanted = [(row.place, row.wanted) for row in await here.orders("lock")]
    assert wanted == [(threads[OTHER], True), (threads[OTHER], False)]
    async with store.read() as tx:
        logged = [(each.action, each.after) for each in await tx.journal.logged(here.town, 2)]
    assert logged == [("discussion.unlock", "on wire"), ("discussion.lock", "until unlocked, on wire")]


async def test_the_echo_of_our_own_lock_changes_nothing(store: SqlStore) -> None:
    here = await talk(store)
    threads = await here.threads()
    await here.papers.moderation.lock(admin(here.town), here.story, lasting=timedelta(hours=1))
    await here.papers.take(Locked(thread=threads[ROOM], locked=True, at=here.papers.clock.now()))
    async with store.read() as tx:
        state = await tx.cases.discussion(here.story)
        logged = await tx.journal.logged(here.town, 10)
    assert state is not None
    assert state.locked_until is not None
    assert [each.action for each in logged] == ["discussion.lock"]


async def test_an_echo_that_comes_when_we_want_something_else_by_now_changes_nothing(store: SqlStore) -> None:
    here = await talk(store)
    threads = await here.threads()
    await here.papers.moderation.lock(admin(here.town), here.story, lasting=None)
    await here.papers.moderation.unlock(admin(here.town), here.story)
    await here.papers.take(Locked(thread=threads[ROOM], locked=True, at=here.papers.clock.now()))
    assert not await here.locked()


async def test_a_lock_whose_end_we_slept_through_is_not_made_lasting(store: SqlStore) -> None:
    here = await talk(store)
    threads = await here.threads()
    await here.papers.moderation.lock(admin(here.town), here.story, lasting=timedelta(hours=1))
    await here.papers.carry_out()
    here.papers.clock.time += timedelta(hours=2)
    await here.papers.take(Locked(thread=threads[OTHER], locked=True, at=here.papers.clock.now()))
    await here.papers.moderation.look_after()
    assert not await here.locked()


async def test_a_deleted_thread_loses_nothing_and_is_told_once(store: SqlStore) -> None:
    here = await talk(store)
    threads = await here.threads()
    for _ in range(2):
        await here.papers.take(Deleted(message=threads[ROOM], at=here.papers.clock.now()))
    post = await here.post()
    assert (post.thread, post.thread_name) == (None, None)
    assert post.ref is not None
    async with store.read() as tx:
        comment = await tx.discussions.comment_by_ref(here.comment)
        (notice,) = await tx.journal.notices(here.town, 10)
    assert comment is not None
    assert comment.deleted_at is None
    assert notice.values == (("title", "Fire at the mill"), ("channel", ROOM))
    late = Posted(message=Ref("wire:comment/late"), thread=threads[ROOM], who=who("ben"), html="<p>Hm</p>", at=START)
    assert (await here.papers.take(late)).comment is None


async def test_what_was_hidden_and_is_deleted_there_for_that_can_come_back(store: SqlStore) -> None:
    here = await talk(store)
    await here.flag("cid")
    await here.decide(AGREE)
    for _ in range(2):
        await here.papers.take(Deleted(message=here.comment, at=here.papers.clock.now()))
        async with store.read() as tx:
            comment = await tx.discussions.comment_by_ref(here.comment)
        assert comment is not None
        assert (comment.deleted_at, comment.html) == (None, "<p>You are all <b>fools</b>.</p>")
        subject = await here.subject()
        await store.write(lambda tx, subject=subject: tx.cases.hide(subject, None, START))  # type: ignore[misc]
    async with store.read() as tx:
        known = await tx.catching.known(await here.post(), START, [])
    assert [each.taken for each in known.comments] == [True]


# --- cases -------------------------------------------------------------------------------------------


async def test_all_that_happens_to_a_case_is_shown(store: SqlStore) -> None:
    here = await talk(store)
    await here.show_cases(here.desk)
    mod = await here.moderator()
    expected = ["publish-case"]
    await here.flag("cid")
    assert await here.shown() == expected
    case = await here.case()

    async def changed(work: Any) -> None:
        await work
        expected.append("refresh-case")
        await here.papers.carry_out()  # of those that wait and say the same one is enough
        assert await here.shown() == expected

    await changed(here.flag("dan"))
    await changed(here.papers.moderation.claim(mod, case.id))
    await changed(here.papers.moderation.release(mod, case.id))
    await changed(here.papers.moderation.note(mod, "Again.", case_id=case.id))
    await changed(here.decide(AGREE, mod))
    edit = Edited(message=here.comment, who=who("ann"), html="<p>Sorry.</p>", at=START + timedelta(hours=1))
    await changed(here.papers.take(edit))
    assert (await here.case()).reopened
    here.papers.clock.time += timedelta(days=30)
    await changed(here.papers.moderation.look_after())
    assert (await here.case()).by_time


async def test_a_repeated_flag_changes_no_message(store: SqlStore) -> None:
    here = await talk(store)
    await here.show_cases(here.desk)
    event = await here.flag("cid")
    await here.papers.take(Unreacted(reaction=event.reaction, at=here.papers.clock.now()))
    await here.flag("cid", at=here.papers.clock.now())
    assert await here.shown() == ["publish-case"]


async def test_nothing_is_shown_where_nobody_asked_for_it(store: SqlStore) -> None:
    here = await talk(store)
    await here.flag("cid")
    assert await here.shown() == []
    async with store.read() as tx:
        assert await tx.case_posts.of_case((await here.case()).id) == []


async def test_other_communities_and_the_page_are_shown_nothing(store: SqlStore) -> None:
    here = await talk(store)
    village = await here.papers.community("village")
    await here.papers.feed("echo", village, "wire:village")
    async with store.read() as tx:
        channels = {each.ref: each for each in await tx.places.channels()}
    await here.show_cases(channels[Ref("wire:village")])
    await here.show_cases(channels[Ref(PAGE)])
    await here.flag("cid")
    assert await here.shown() == []


async def test_who_gets_cases_from_now_on_is_shown_the_open_ones(store: SqlStore) -> None:
    here = await talk(store)
    post = await here.post()
    await here.flag("cid", post.ref)
    await here.flag("cid")
    await here.decide(AGREE)
    await here.show_cases(here.desk)
    assert await here.shown() == ["publish-case"]
    for cases in (False, True):  # again, as it was meanwhile: what is there already is not shown twice
        await here.show_cases(here.desk, cases=cases)
    assert await here.shown() == ["publish-case", "refresh-case"]
    (shown,) = await here.papers.rows("case_posts")
    assert shown.channel_id == here.desk.id


async def test_shown_cases_follow_when_their_articles_are_merged(store: SqlStore) -> None:
    here = await talk(store)
    await here.show_cases(here.desk)
    courier = await here.papers.feed("courier", here.town, ROOM)
    await here.papers.read(courier, entry(2, title="The mill burns"))
    other = await here.papers.discussion_of("The mill burns", here.town)
    for story in (here.story, other):
        await here.flag("cid", (await here.papers.post(story, ROOM)).ref)
    await here.papers.articles.merge(admin(here.town), other, here.story)
    rows = [(row.kind, row.case_id) for row in await here.papers.rows("outbox") if row.kind == "refresh-case"]
    assert len(set(rows)) == len(rows) == 2  # the one that was folded, and the one that took it


async def test_a_shown_case_follows_when_its_reporter_is_forgotten(store: SqlStore) -> None:
    here = await talk(store)
    await here.show_cases(here.desk)
    await here.flag("cid")
    account = await here.account("cid")
    desk = MembersDesk(here.papers.office, links=None, new_name=here.papers.new_key, settings=PeopleSettings())
    by = Actor(community_id=here.town, account_id=account.id, member_id=account.member_id, role=Role.MEMBER)
    await desk.forget(by, leave=False)
    assert await here.shown() == ["publish-case", "refresh-case"]


async def test_a_card_says_what_is_to_be_decided_and_then_what_was(store: SqlStore) -> None:
    here = await talk(store)
    mod = await here.moderator()
    await here.flag("cid")
    edit = Edited(message=here.comment, who=who("ann"), html="<p>Nothing.</p>", at=START + timedelta(hours=1))
    await here.papers.take(edit)
    case = await here.case()
    await here.papers.moderation.claim(mod, case.id)
    showing = CaseShowing(here.papers.office, store.order, page=lambda: "https://news.example")
    card = await showing.card(case.id, here.desk, "mark")
    assert card is not None
    assert (card.kind, card.title, card.text) == (SubjectKind.COMMENT, "Fire at the mill", "You are all fools.")
    assert (card.author, card.message, card.reports) == ("ann", here.comment, (("cid", FlagReason.OTHER, ""),))
    assert (card.hidden, card.claimed_by, card.decided) == (False, "mod", False)
    assert card.link == f"https://news.example/mod/cases/{case.id}"
    assert (card.marker, card.language, card.zone) == ("mark", "fr", "Europe/Paris")
    await here.decide(replace(AGREE, words="Be kind."), mod)
    card = await showing.card(case.id, here.desk, "mark")
    assert card is not None
    assert (card.hidden, card.claimed_by, card.decided) == (True, None, True)
    said = [each.key.format(**each.values) for each in card.decision]
    assert said == [
        "The reports are right. What was reported is hidden.",
        "Its author was muted for 24 hour.",
        "A moderator writes: Be kind.",
        "Decided by mod.",
    ]


async def test_a_card_of_an_article_without_a_page(store: SqlStore) -> None:
    here = await talk(store)
    post = await here.post()
    await here.flag("cid", post.ref)
    (row,) = await here.papers.rows("cases")
    showing = CaseShowing(here.papers.office, store.order, page=lambda: None)
    card = await showing.card(row.id, here.desk, "mark")
    assert card is not None
    assert (card.author, card.message, card.link) == (None, post.ref, None)
    assert card.text.startswith("The mill burned down")
    other = replace(here.desk, community_id=CommunityId(999))
    assert await showing.card(row.id, other, "mark") is None


# --- what a door asks for ----------------------------------------------------------------------------


async def test_whose_words_are_spoken_where(store: SqlStore) -> None:
    here = await talk(store)
    chat, threads = await here.chat(), await here.threads()
    server, shut = Ref("wire:server/1"), Ref("wire:server/2")
    for ref, standing in ((server, ServerStanding.ADMITTED), (shut, ServerStanding.REFUSED)):
        made = Server(ref=ref, name="S", standing=standing, community_id=here.town, at=START)
        await store.write(lambda tx, made=made: tx.places.put_server(made))  # type: ignore[misc]
    nowhere = Ref("wire:nowhere")
    found = await chat.place(server, nowhere, threads[ROOM], Ref(OTHER))
    assert found is not None
    assert found.channel is not None
    assert (found.community_id, found.channel.ref) == (here.town, ROOM)
    beside = await chat.place(server, nowhere, Ref(DESK))
    assert beside is not None
    assert (beside.language, beside.zone) == ("fr", "Europe/Paris")
    somewhere = await chat.place(server, nowhere)
    assert somewhere is not None
    assert (somewhere.community_id, somewhere.channel, somewhere.language) == (here.town, None, "en")
    await store.write(lambda tx: tx.places.place_in(here.desk.id, server))
    at_home = await chat.place(server, nowhere)
    assert at_home is not None
    assert at_home.language == "fr"
    assert await chat.place(shut, threads[ROOM]) is None
    assert await chat.place(None, nowhere) is None
    assert await chat.place(None, Ref(ROOM)) is not None


async def test_the_best_come_first_and_only_those_that_may_be_seen(store: SqlStore) -> None:
    here = await talk(store)
    chat, threads = await here.chat(), await here.threads()
    said: dict[str, Ref] = {"ann": here.comment}
    for name, where in (("ben", ROOM), ("cid", ROOM), ("dan", OTHER), ("eve", PAGE)):
        ref = Ref(f"{'web' if name == 'eve' else 'wire'}:comment/{name}")
        said[name] = ref
        html = f"<p>{name} " + "says much " * 60 + "</p>"
        await here.papers.take(
            Posted(message=ref, thread=threads[where], who=who(name), html=html, at=here.papers.clock.now())
        )
    for number, (name, emoji) in enumerate([("ben", "👍"), ("dan", "👍"), ("dan", "👍"), ("eve", "👍"), ("ann", "👎")]):
        reaction = Ref(f"wire:reaction/{number}")
        await here.papers.take(Reacted(reaction=reaction, message=said[name], who=who(f"voter{number}"), emoji=emoji))
    post = await here.post()
    assert post.ref is not None
    names = ["dan", "ben", "cid", "ann"]  # both rooms are public
    for place in (post.ref, threads[ROOM], here.comment):
        best = await chat.best(place, 10)
        assert [each.author for each in best] == names
    assert best[0].totals == Totals(up=2)
    assert best[1].message == said["ben"]
    assert len(best[1].excerpt) <= 200
    assert "<" not in best[1].excerpt
    assert [each.author for each in await chat.best(threads[ROOM], 2)] == names[:2]
    other = next(each.channel for each in await here.papers.posts(here.story) if each.channel.ref == OTHER)
    await store.write(lambda tx: tx.places.set_channel(replace(other, visibility=Visibility.PRIVATE)))
    async with store.read() as tx:
        cid = await tx.discussions.comment_by_ref(said["cid"])
        ben = await tx.discussions.comment_by_ref(said["ben"])
    assert cid is not None
    assert ben is not None
    hidden = Subject(kind=SubjectKind.COMMENT, id=cid.id)
    await store.write(lambda tx: tx.cases.hide(hidden, HiddenBy.MODERATOR, START))
    curtained = Subject(kind=SubjectKind.COMMENT, id=ben.id)
    await store.write(lambda tx: tx.cases.mark_sensitive(curtained, "Spoilers"))
    await here.papers.take(Deleted(message=here.comment, at=here.papers.clock.now()))
    assert [(each.author, each.excerpt) for each in await chat.best(threads[ROOM], 10)] == [("ben", "Spoilers")]
    assert await chat.best(Ref("wire:nowhere"), 10) == []


async def test_an_error_is_reported_in_the_article_as_it_is_now(store: SqlStore) -> None:
    here = await talk(store)
    chat, post = await here.chat(), await here.post()
    assert post.ref is not None

    async def report(name: str, excerpt: str, place: Ref | None = post.ref) -> Any:
        assert place is not None
        return await chat.report_error(who(name), place, CorrectionKind.TYPO, excerpt=excerpt, remark="Hm.")

    assert (await report("zoe", "burned down")).refused is None
    (row,) = await here.papers.rows("corrections")
    assert (row.excerpt, row.community_id) == ("burned down", here.town)
    again = await report("zoe", "burned down")
    assert again.refused is not None
    assert again.refused.startswith("You have reported this already")
    assert (await report("yan", "burned down")).refused is None
    assert (await report("yan", "not in it at all")).refused is not None
    too_long = await chat.report_error(who("yan"), post.ref, CorrectionKind.FACT, excerpt="mill", remark="x" * 9_999)
    assert too_long.values == (("most", 2_000),)
    assert (await report("yan", "mill", Ref("wire:nowhere"))).refused == "This is not here any more."


async def test_a_door_writes_small_things_down_among_its_own(store: SqlStore) -> None:
    here = await talk(store)
    chat = await here.chat()
    assert await chat.recall("page-secret") is None
    await chat.note("page-secret", "not the page's")
    assert await chat.recall("page-secret") == "not the page's"
    async with store.read() as tx:
        assert await tx.settings.get("page-secret") is None
