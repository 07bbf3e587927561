"""What a network lists, held against what is stored: whatever was missed, the store comes to say what the list says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.difference import Known, KnownComment, KnownReaction, difference
from bot.domain.events import Deleted, Edited, Event, Locked, Posted, Reacted, Unreacted, Who
from bot.domain.html import sanitise
from bot.domain.model import Ref
from bot.ports.network import Listed, Recount

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
SINCE = BEGAN - timedelta(seconds=6)
THREAD, POST = Ref("wire:thread/1"), Ref("wire:message/post")
MESSAGES = [Ref(f"wire:message/{number}") for number in range(4)]
TEXTS = ["<p>One</p>", "<p>Two</p>"]


def at(seconds: int) -> datetime:
    """A moment beside the beginning of the listing."""
    return BEGAN + timedelta(seconds=seconds)


def who(name: str, *, bot: bool = False) -> Who:
    return Who(ref=Ref(f"wire:account/{name}"), name=name, bot=bot)


def author(message: Ref) -> str:
    """Every message has one author, and one time: an odd one is from before the horizon."""
    return "ann" if message < MESSAGES[2] else "ben"


def written(message: Ref) -> datetime:
    return at(-8 if message == MESSAGES[3] else -5 + MESSAGES.index(message))


def listed(message: Ref, html: str = TEXTS[0], edited: int | None = None) -> Listed:
    edited_at = None if edited is None else at(edited)
    return Listed(message=message, who=who(author(message)), html=html, at=written(message), edited_at=edited_at)


def known(message: Ref, html: str = TEXTS[0], edited: int | None = None, deleted: int | None = None) -> KnownComment:
    return KnownComment(
        ref=message,
        author=who(author(message)).ref,
        html=sanitise(html) if deleted is None else "",
        at=written(message),
        edited_at=None if edited is None else at(edited),
        deleted_at=None if deleted is None else at(deleted),
    )


def reaction(message: Ref, name: str) -> Ref:
    return Ref(f"wire:reaction/{name}/{message}")


def stands(message: Ref, name: str) -> Reacted:
    return Reacted(reaction=reaction(message, name), message=message, who=who(name), emoji="👍")


@dataclass
class Store:
    """What is stored of a thread, and what events make of it."""

    comments: dict[Ref, KnownComment] = field(default_factory=dict)
    reactions: dict[Ref, KnownReaction] = field(default_factory=dict)
    locked: bool | None = False
    gone: bool = False

    @property
    def known(self) -> Known:
        return Known(
            thread=THREAD,
            comments=tuple(self.comments.values()),
            reactions=tuple(self.reactions.values()),
            locked=self.locked,
        )

    def take(self, events: Iterable[Event], now: datetime = BEGAN) -> None:
        for event in events:
            match event:
                case Posted():
                    self.comments.setdefault(
                        event.message,
                        KnownComment(ref=event.message, author=event.who.ref, html=sanitise(event.html), at=event.at),
                    )
                case Edited():
                    there = self.comments[event.message]
                    changed = replace(there, html=sanitise(event.html), edited_at=event.at)
                    self.comments[event.message] = changed
                case Deleted(message=message) if message == THREAD:
                    self.gone = True
                case Deleted():
                    there = self.comments[event.message]
                    self.comments[event.message] = replace(there, html="", deleted_at=there.deleted_at or event.at)
                case Reacted():
                    there_is = self.reactions.get(event.reaction)
                    if there_is is None or there_is.removed_at is not None:
                        self.reactions[event.reaction] = KnownReaction(
                            ref=event.reaction, message=event.message, seen_at=now
                        )
                case Unreacted():
                    self.reactions[event.reaction] = replace(self.reactions[event.reaction], removed_at=event.at)
                case Locked():
                    self.locked = event.locked

    def live(self) -> dict[Ref, str]:
        """What can be read, by message."""
        return {each.ref: each.html for each in self.comments.values() if each.deleted_at is None}

    def standing(self) -> set[Ref]:
        return {each.ref for each in self.reactions.values() if each.removed_at is None}


# --- what can be there -------------------------------------------------------------------------------

_recent = [message for message in MESSAGES if written(message) >= SINCE]
_listed = st.dictionaries(
    st.sampled_from(_recent), st.tuples(st.sampled_from(TEXTS), st.none() | st.integers(-2, -1))
).map(lambda found: tuple(listed(message, *how) for message, how in found.items()))
_on = st.sampled_from([POST, *MESSAGES])
_standing = st.sets(st.tuples(_on, st.sampled_from(["cid", "dan"])))


@st.composite
def recounts(draw: st.DrawFn) -> Recount:
    """A list as a network gives it: reactions only on what it counted, which is all that it lists and asked for."""
    messages = draw(_listed)
    older = MESSAGES[3]
    missing = frozenset({older}) if draw(st.booleans()) else frozenset[Ref]()
    counted = frozenset({POST, older, *(each.message for each in messages)} - missing)
    reactions = tuple(stands(*each) for each in sorted(draw(_standing)) if each[0] in counted)
    return Recount(
        since=SINCE,
        messages=messages,
        counted=counted,
        reactions=reactions,
        missing=missing,
        locked=draw(st.none() | st.booleans()),
    )


@st.composite
def stores(draw: st.DrawFn, latest: int = -1) -> Store:
    """Anything that may be stored, last changed so many seconds after the listing began."""
    store = Store(locked=draw(st.booleans()))
    for message in draw(st.sets(st.sampled_from(MESSAGES))):
        edited = draw(st.none() | st.integers(-4, -3))
        deleted = draw(st.none() | st.integers(-2, latest))
        store.comments[message] = known(message, draw(st.sampled_from(TEXTS)), edited, deleted)
    for message, name in draw(_standing):
        seen, removed = draw(st.integers(-4, latest)), draw(st.none() | st.integers(-2, latest))
        store.reactions[reaction(message, name)] = KnownReaction(
            ref=reaction(message, name),
            message=message,
            seen_at=at(seen),
            removed_at=None if removed is None else at(max(seen, removed)),
        )
    return store


# --- what holds for all ------------------------------------------------------------------------------


@given(stores(), recounts())
def test_the_store_comes_to_say_what_the_list_says(store: Store, recount: Recount) -> None:
    deleted = {each.ref for each in store.comments.values() if each.deleted_at is not None}
    before = store.live()
    store.take(difference(store.known, recount, BEGAN))
    expected = {each.message for each in recount.messages} - deleted
    assert {ref for ref in store.live() if written(ref) >= SINCE} == expected
    assert (MESSAGES[3] in store.live()) == (MESSAGES[3] in before and MESSAGES[3] not in recount.missing)
    for each in recount.messages:
        if each.edited_at is not None and each.message in expected:
            assert store.live()[each.message] == each.html
    on = {ref: each.message for ref, each in store.reactions.items()}
    counted = {ref for ref in store.standing() if on[ref] in recount.counted}
    assert counted == {each.reaction for each in recount.reactions}
    assert recount.locked in (None, store.locked)


@given(stores(), recounts())
def test_to_apply_it_twice_changes_nothing(store: Store, recount: Recount) -> None:
    store.take(difference(store.known, recount, BEGAN))
    assert difference(store.known, recount, BEGAN) == []


@given(stores(latest=3), recounts(), st.randoms())
def test_the_order_of_lists_does_not_matter(store: Store, recount: Recount, chance: object) -> None:
    shuffle = chance.shuffle  # type: ignore[attr-defined]
    messages, reactions = list(recount.messages), list(recount.reactions)
    stored = list(store.comments.values()), list(store.reactions.values())
    for each in (messages, reactions, *stored):
        shuffle(each)
    mixed = replace(recount, messages=tuple(messages), reactions=tuple(reactions))
    shuffled = replace(store.known, comments=tuple(stored[0]), reactions=tuple(stored[1]))
    assert set(difference(shuffled, mixed, BEGAN)) == set(difference(store.known, recount, BEGAN))


@given(stores(latest=-1), recounts(), st.data())
def test_what_happened_while_it_was_listed_is_never_undone(store: Store, recount: Recount, data: st.DataObject) -> None:
    message, name = data.draw(_on), data.draw(st.sampled_from(["cid", "dan"]))
    new, ref = Ref("wire:message/new"), reaction(message, name)
    live: list[Event] = data.draw(
        st.sampled_from(
            [
                [Posted(message=new, thread=THREAD, who=who("eve"), html="<p>New</p>", at=at(2))],
                [Deleted(message=each, at=at(2)) for each in sorted(store.live())[:1]],
                [
                    Edited(message=each, who=who(author(each)), html="<p>Live</p>", at=at(2))
                    for each in sorted(store.live())[:1]
                ],
                [replace(stands(message, name), at=at(2))],
                [Unreacted(reaction=ref, at=at(2))] if ref in store.reactions else [],
            ]
        )
    )
    was = set(store.standing())
    store.take(live, now=at(2))
    texts, standing = store.live(), store.standing()
    store.take(difference(store.known, recount, BEGAN))
    for event in live:
        match event:
            case Posted():
                assert store.live()[new] == texts[new]
            case Deleted() if event.message not in recount.missing:
                assert event.message not in store.live()
            case Edited() if event.message in store.live():
                assert store.live()[event.message] == texts[event.message]
            case Reacted() if ref not in was:
                assert ref in store.standing()
            case Unreacted():
                assert ref not in standing
                assert ref not in store.standing()


# --- single cases ------------------------------------------------------------------------------------

LATE = KnownComment(ref=MESSAGES[1], author=Ref("wire:account/ann"), html="<p>One</p>", at=at(-4), late=True)


@pytest.mark.parametrize(
    ("comment", "goes"),
    [
        (known(MESSAGES[1]), True),
        (known(MESSAGES[3]), False),
        (LATE, False),
        (replace(known(MESSAGES[1]), elsewhere=True), False),
        (replace(known(MESSAGES[1]), at=at(1)), False),
        (replace(known(MESSAGES[1]), taken=True), False),
        (known(MESSAGES[1], deleted=-3), False),
    ],
    ids=[
        "one that is not listed",
        "from before",
        "heard of meanwhile",
        "of another thread",
        "later",
        "hidden",
        "gone already",
    ],
)
def test_what_is_not_listed_is_gone(comment: KnownComment, goes: bool) -> None:
    found = difference(Known(thread=THREAD, comments=(comment,)), Recount(since=SINCE), BEGAN)
    assert found == ([Deleted(message=comment.ref, at=BEGAN)] if goes else [])


def test_what_could_not_be_read_stays_when_its_reactions_were_listed() -> None:
    recount = Recount(since=SINCE, counted=frozenset({MESSAGES[1]}))
    assert difference(Known(thread=THREAD, comments=(known(MESSAGES[1]),)), recount, BEGAN) == []


@pytest.mark.parametrize(
    ("name", "stays"),
    [("wire:reaction/cid", False), ("forgotten:reaction/ab12", True), ("web:reaction/cid", True)],
    ids=["of this network", "of who was forgotten", "of the page"],
)
def test_only_what_the_network_could_list_is_missed(name: str, stays: bool) -> None:
    there = KnownReaction(ref=Ref(name), message=POST, seen_at=at(-4))
    recount = Recount(since=SINCE, counted=frozenset({POST}))
    found = difference(Known(thread=THREAD, reactions=(there,)), recount, BEGAN)
    assert found == ([] if stays else [Unreacted(reaction=Ref(name), at=BEGAN)])


@pytest.mark.parametrize(
    ("removed", "comes"), [(None, False), (-1, True), (1, False)], ids=["it stands", "before", "while it was listed"]
)
def test_what_is_listed_stands_unless_it_was_taken_back_meanwhile(removed: int | None, comes: bool) -> None:
    listed_one = stands(POST, "cid")
    removed_at = None if removed is None else at(removed)
    there = KnownReaction(ref=listed_one.reaction, message=POST, seen_at=at(-4), removed_at=removed_at)
    recount = Recount(since=SINCE, counted=frozenset({POST}), reactions=(listed_one,))
    found = difference(Known(thread=THREAD, reactions=(there,)), recount, BEGAN)
    assert found == ([listed_one] if comes else [])


def test_reactions_on_what_was_not_counted_stay() -> None:
    there = KnownReaction(ref=reaction(MESSAGES[3], "cid"), message=MESSAGES[3], seen_at=at(-4))
    assert difference(Known(thread=THREAD, reactions=(there,)), Recount(since=SINCE), BEGAN) == []


def test_what_was_written_comes_in_its_order_and_a_lock_last() -> None:
    answer = replace(listed(MESSAGES[1]), reply_to=MESSAGES[0])
    recount = Recount(since=SINCE, messages=(answer, listed(MESSAGES[0])), locked=True)
    first, second, last = difference(Known(thread=THREAD, locked=False), recount, BEGAN)
    assert isinstance(first, Posted)
    assert isinstance(second, Posted)
    assert (first.message, second.message, second.reply_to) == (MESSAGES[0], MESSAGES[1], MESSAGES[0])
    assert last == Locked(thread=THREAD, locked=True, at=BEGAN)


def test_bots_and_strangers_change_nothing() -> None:
    robot = replace(listed(MESSAGES[0]), who=who("robot", bot=True))
    forged = replace(listed(MESSAGES[1], TEXTS[1], -1), who=who("eve"))
    recount = Recount(since=SINCE, messages=(robot, forged))
    assert difference(Known(thread=THREAD, comments=(known(MESSAGES[1]),)), recount, BEGAN) == []


def test_a_thread_that_is_no_more_takes_nothing_with_it() -> None:
    there = Known(thread=THREAD, comments=(known(MESSAGES[1]),), locked=False)
    recount = Recount(since=SINCE, gone=True)
    assert difference(there, recount, BEGAN) == [Deleted(message=THREAD, at=BEGAN)]


def test_what_was_opened_is_open_before_what_was_written_there() -> None:
    recount = Recount(since=SINCE, messages=(listed(MESSAGES[0]),), locked=False)
    first, second = difference(Known(thread=THREAD, locked=True), recount, BEGAN)
    assert first == Locked(thread=THREAD, locked=False, at=BEGAN)
    assert isinstance(second, Posted)


def test_a_lock_that_nobody_can_tell_stays() -> None:
    assert difference(Known(thread=THREAD, locked=None), Recount(since=SINCE, locked=True), BEGAN) == []
    assert difference(Known(thread=THREAD, locked=True), Recount(since=SINCE), BEGAN) == []
