"""What every Network does, whatever it talks to."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.html import sanitise
from bot.domain.model import CaseId, FlagReason, Ref, SubjectKind, network_of
from bot.domain.telling import Sentence
from bot.errors import NetworkRefused, NetworkUnavailable
from bot.ports.network import (
    CanDirectMessage,
    CanFind,
    CanHide,
    CanInspect,
    CanInvite,
    CanLock,
    CanRename,
    CanSeed,
    CanShowCases,
    CanTakeOff,
    Card,
    CaseCard,
    Network,
    Say,
)
from tests.contract.network.case import Case, People

CARD = Card(
    title="The bridge is open again",
    link="https://gazette.example/bridge",
    source="The Gazette",
    author="A. Mason",
    lead="After two years of work the old bridge carries its first cars.",
    image=None,
    dated=datetime(2026, 5, 1, 12, tzinfo=UTC),
    up=0,
    down=0,
    comments=0,
    marker="b71d9e",
    language="en",
)
SAY = Say(html="<p>Say what you think.</p>", marker="s1", language="en")
CASE = CaseCard(
    case_id=CaseId(17),
    kind=SubjectKind.COMMENT,
    title="The bridge is open again",
    text="You fools.",
    author="ben",
    message=None,
    reports=(("ann", FlagReason.UNKIND, "not nice"),),
    hidden=False,
    claimed_by=None,
    decision=(),
    link=None,
    marker="c17",
    language="en",
    zone="UTC",
)
DECIDED = dataclasses.replace(CASE, decision=(Sentence(key="Case {case} is decided.", values={"case": 17}),))

remembering_keys = pytest.mark.parametrize("case", ["web", "matrix", "matrix encrypted"], indirect=True)
looking_up = pytest.mark.parametrize(
    "case", ["wire", "discord", "discord forum", "matrix", "matrix encrypted"], indirect=True
)
seeding = looking_up
telling = pytest.mark.parametrize("case", ["web", "discord", "matrix", "matrix encrypted"], indirect=True)
inviting = pytest.mark.parametrize("case", ["wire", "discord", "matrix"], indirect=True)
redacting = pytest.mark.parametrize("case", ["discord", "discord forum", "matrix", "matrix encrypted"], indirect=True)
with_servers = pytest.mark.parametrize("case", ["discord", "discord forum"], indirect=True)


def finder(network: Network) -> CanFind:
    assert isinstance(network, CanFind)
    return network


async def test_a_post_has_a_reference_of_its_network(case: Case) -> None:
    post = await case.network.post(case.channel, CARD, "k1")
    assert network_of(post) == case.network.name
    assert post != await case.network.post(case.channel, dataclasses.replace(CARD, marker="other"), "k2")


@remembering_keys
async def test_a_key_that_is_remembered_makes_one_post(case: Case) -> None:
    assert await case.network.post(case.channel, CARD, "k1") == await case.network.post(case.channel, CARD, "k1")


async def test_a_post_has_one_thread_however_often_it_is_opened(case: Case) -> None:
    post = await case.network.post(case.channel, CARD, "k1")
    thread = await case.network.open_thread(post, CARD.title, "k1-thread")
    assert thread == await case.network.open_thread(post, CARD.title, "k1-thread")
    assert network_of(thread) == case.network.name


async def test_something_is_said_in_a_thread_and_in_a_channel(case: Case) -> None:
    post = await case.network.post(case.channel, CARD, "k1")
    thread = await case.network.open_thread(post, CARD.title, "k1-thread")
    said = await case.network.say(thread, SAY, "k1-say")
    assert network_of(said) == case.network.name
    assert said != await case.network.say(case.channel, SAY, "k2-say")


async def test_to_edit_twice_changes_nothing(case: Case) -> None:
    post = await case.network.post(case.channel, CARD, "k1")
    for _ in range(2):
        await case.network.edit(post, dataclasses.replace(CARD, title="The bridge is closed again"))


async def test_what_is_gone_is_removed(case: Case) -> None:
    post = await case.network.post(case.channel, CARD, "k1")
    thread = await case.network.open_thread(post, CARD.title, "k1-thread")
    said = await case.network.say(thread, SAY, "k1-say")
    for ref in (said, said, thread, thread, post, post):
        await case.network.delete(ref)


@pytest.mark.parametrize("foreign", ["discord:1/2", "wire:nothing", "web:nothing", "web:", "wire:message/", "discord:"])
async def test_a_reference_of_another_kind_is_refused(case: Case, foreign: str) -> None:
    with pytest.raises(NetworkRefused):
        await case.network.post(Ref(foreign), CARD, "k1")
    with pytest.raises(NetworkRefused):
        await case.network.open_thread(Ref(foreign), "name", "k1")


@looking_up
async def test_a_message_is_found_by_its_marker(case: Case) -> None:
    network = finder(case.network)
    assert await network.find(case.channel, CARD.marker, None) == []
    first = await case.network.post(case.channel, CARD, "k1")
    await case.network.post(case.channel, dataclasses.replace(CARD, marker="other"), "k2")
    second = await case.network.post(case.channel, CARD, "k3")
    assert list(await network.find(case.channel, CARD.marker, None)) == [first, second]
    await case.network.delete(first)
    assert list(await network.find(case.channel, CARD.marker, None)) == [second]


@looking_up
async def test_what_is_older_is_not_found(case: Case) -> None:
    network = finder(case.network)
    post = await case.network.post(case.channel, CARD, "k1")
    now = datetime.now(UTC)
    assert list(await network.find(case.channel, CARD.marker, now - timedelta(minutes=1))) == [post]
    assert list(await network.find(case.channel, CARD.marker, now + timedelta(minutes=1))) == []


@looking_up
async def test_a_thread_is_found_and_what_was_said_in_it(case: Case) -> None:
    network = finder(case.network)
    post = await case.network.post(case.channel, CARD, "k1")
    before = list(await network.find_threads(post))
    thread = await case.network.open_thread(post, CARD.title, "k1-thread")
    assert before in ([], [thread])  # where a post is itself a thread, it is there already
    assert list(await network.find_threads(post)) == [thread]
    said = await case.network.say(thread, SAY, "k1-say")
    assert list(await network.find(thread, SAY.marker, None)) == [said]


@seeding
async def test_a_vote_is_seeded_once_however_often(case: Case) -> None:
    assert isinstance(case.network, CanSeed)
    post = await case.network.post(case.channel, CARD, "k1")
    for _ in range(2):
        await case.network.seed(post, "👍")


@telling
async def test_somebody_is_told_once_however_often(case: Case) -> None:
    assert isinstance(case.network, CanDirectMessage)
    assert case.account is not None
    assert case.told is not None
    told = await case.network.tell(case.account, SAY, "k1-tell")
    assert network_of(told) == case.network.name
    assert told == await case.network.tell(case.account, SAY, "k1-tell")
    assert await case.told() == [SAY.html]
    assert await case.network.tell(case.account, SAY, "k2-tell") != told


@telling
@pytest.mark.parametrize("foreign", ["discord:1", "web:section/news", "web:account/", "discord:account/x"])
async def test_only_an_account_of_the_network_is_told(case: Case, foreign: str) -> None:
    assert isinstance(case.network, CanDirectMessage)
    with pytest.raises(NetworkRefused):
        await case.network.tell(Ref(foreign), SAY, "k1-tell")


@inviting
async def test_an_invitation_is_safe_and_speaks_the_language(case: Case) -> None:
    assert isinstance(case.network, CanInvite)
    english, french = (case.network.invitation(language) for language in ("en", "fr"))
    assert english != french
    assert sanitise(english) == english


async def test_who_forgets_keys_can_be_looked_up(case: Case) -> None:
    assert case.network.keys_last or isinstance(case.network, CanFind)


def people(case: Case) -> People:
    assert case.people is not None
    return case.people


async def started(case: Case) -> tuple[Ref, Ref]:
    """A post and its thread."""
    post = await case.network.post(case.channel, CARD, "k1")
    return post, await case.network.open_thread(post, CARD.title, "k1-thread")


@redacting
async def test_a_members_reaction_is_taken_off_however_often(case: Case) -> None:
    assert isinstance(case.network, CanTakeOff)
    post, _ = await started(case)
    reactions = [await people(case).react(post, emoji) for emoji in ("🚩", "👍")]
    for _ in range(2):
        await case.network.take_off(reactions[0])
    assert await people(case).reactions(post) == ["👍"]
    await case.network.delete(post)
    await case.network.take_off(reactions[1])


@with_servers
async def test_a_thread_is_renamed_until_it_is_too_often(case: Case) -> None:
    assert isinstance(case.network, CanRename)
    _, thread = await started(case)
    for name in ("The bridge is closed again", "The bridge is closed again"):
        await case.network.rename(thread, name)
    assert await people(case).name_of(thread) == "The bridge is closed again"
    await case.network.rename(thread, "The bridge is gone")
    with pytest.raises(NetworkUnavailable) as caught:
        await case.network.rename(thread, "The bridge is back")
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > timedelta(0)


@with_servers
async def test_a_case_is_shown_until_it_is_decided(case: Case) -> None:
    assert isinstance(case.network, CanShowCases)
    shown = await case.network.show_case(case.channel, CASE, "k1-case")
    assert list(await finder(case.network).find(case.channel, CASE.marker, None)) == [shown]
    assert await people(case).can_decide(shown)
    for _ in range(2):
        await case.network.edit_case(shown, DECIDED)
    assert not await people(case).can_decide(shown)
    assert list(await finder(case.network).find(case.channel, CASE.marker, None)) == [shown]


@redacting
async def test_what_a_member_wrote_is_hidden_however_often(case: Case) -> None:
    assert isinstance(case.network, CanHide)
    _, thread = await started(case)
    hidden, seen = [await people(case).write(thread, text) for text in ("You fools.", "Good.")]
    for _ in range(2):
        await case.network.hide(hidden, hidden=True)
    assert not await people(case).sees(hidden)
    for _ in range(2):
        await case.network.hide(seen, hidden=False)
    assert await people(case).sees(seen)
    await case.network.delete(thread)
    await case.network.hide(seen, hidden=True)


@with_servers
async def test_a_thread_is_locked_and_unlocked_however_often(case: Case) -> None:
    assert isinstance(case.network, CanLock)
    _, thread = await started(case)
    for locked in (True, True, False, False):
        await case.network.lock(thread, locked=locked)
        assert await people(case).locked(thread) is locked


@with_servers
async def test_a_channel_is_inspected_and_lacks_nothing(case: Case) -> None:
    assert isinstance(case.network, CanInspect)
    seen = await case.network.inspect(case.channel)
    assert seen.lacks == ()
    assert seen.name
    assert seen.server is not None
    assert network_of(seen.server) == case.network.name


@with_servers
@pytest.mark.parametrize("foreign", ["discord:", "wire:nothing", "web:section/news", "discord:server/1"])
async def test_what_is_of_another_kind_is_refused_whatever_is_asked(case: Case, foreign: str) -> None:
    network, ref = case.network, Ref(foreign)
    assert isinstance(network, CanTakeOff)
    assert isinstance(network, CanRename)
    assert isinstance(network, CanShowCases)
    assert isinstance(network, CanHide)
    assert isinstance(network, CanLock)
    assert isinstance(network, CanInspect)
    for asked in (
        network.take_off(ref),
        network.rename(ref, "name"),
        network.show_case(ref, CASE, "k1"),
        network.edit_case(ref, CASE),
        network.hide(ref, hidden=True),
        network.lock(ref, locked=True),
        network.inspect(ref),
    ):
        with pytest.raises(NetworkRefused):
            await asked
