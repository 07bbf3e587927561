"""Yourself: who you are here, what you follow, what is kept of you."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from bot.commands.call import Call, answer, said
from bot.commands.declaring import Arg, Declared, command
from bot.domain.model import Account, Preferences, Role
from bot.domain.telling import Sentence
from bot.locale import NAMES
from bot.ports.commands import Address, Answer, Cell, Column, Document, Fact, Facts, Listing
from bot.ports.people import Profile, TitleNames

ROLES = {
    Role.READER: "Reader",
    Role.MEMBER: "Member",
    Role.MODERATOR: "Moderator",
    Role.ADMIN: "Admin",
    Role.OPERATOR: "Operator",
}
"""What the roles are called."""

TITLES = {
    "newcomer": "newcomer",
    "member": "member",
    "regular": "regular",
    "insider": "insider",
    "expert": "expert",
    "pillar": "pillar",
}
"""What the titles are called where none are configured."""


class Language(StrEnum):
    """What one is told in."""

    ENGLISH = "en"
    FRENCH = "fr"
    AUTO = "auto"


class Switch(StrEnum):
    """Whether one is told."""

    ON = "on"
    OFF = "off"


LABELS = {
    Language.ENGLISH: "In English",
    Language.FRENCH: "In French",
    Language.AUTO: "In the language of the channel",
    Switch.ON: "On",
    Switch.OFF: "Off",
}
"""What the choices are called."""

_LANGUAGES = {each: LABELS[each] for each in Language}
_SWITCHES = {each: LABELS[each] for each in Switch}
_NOTHING = "You follow nothing yet. To be told of new articles with a word: me follow WORD"


@command(
    "me profile",
    role=Role.MEMBER,
    help="Show who you are here: accounts, points and title, what you follow, what you chose.",
    examples=("me profile",),
    changes=False,
)
async def profile(call: Call) -> Answer:
    """How the member stands, and what they chose."""
    shown = await call.house.people.profile(call.actor)
    return answer(
        Facts(facts=(*_standing(call, shown), *_missing(call, shown), *_chosen(shown.preferences))),
        _accounts(shown.accounts),
        _words(shown.follows),
    )


def _standing(call: Call, shown: Profile) -> tuple[Fact, ...]:
    standing = shown.standing
    facts = (
        Fact(name="name", label="Name", value=shown.accounts[0].name if shown.accounts else None),
        Fact(name="role", label="Role", value=Sentence(key=ROLES[standing.role])),
        Fact(name="title", label="Title", value=_title(call, shown.titles, standing.title)),
        Fact(name="points", label="Points", value=standing.points),
        Fact(name="upvoters", label="Members who voted ▲ for you", value=standing.upvoters),
    )
    if standing.banned_at is not None:
        return (*facts, Fact(name="banned", label="Banned since", value=standing.banned_at))
    if standing.muted_until is not None and standing.muted_until > call.now:
        return (*facts, Fact(name="muted", label="Muted until", value=standing.muted_until))
    return facts


def _missing(call: Call, shown: Profile) -> tuple[Fact, ...]:
    coming = shown.coming
    if coming is None:
        return ()
    return (
        Fact(name="next", label="Next title", value=_title(call, shown.titles, coming.title.key)),
        Fact(name="missing_points", label="Points still missing for it", value=coming.points),
        Fact(name="missing_upvoters", label="Members still missing who vote ▲ for you", value=coming.upvoters),
    )


def _title(call: Call, configured: TitleNames, key: str) -> Cell:
    names = configured.get(key, {})
    if names:
        return names.get(call.caller.language) or next(iter(names.values()))
    return Sentence(key=TITLES[key]) if key in TITLES else key


def _chosen(preferences: Preferences) -> tuple[Fact, ...]:
    language: Cell = Sentence(key=LABELS[Language.AUTO])
    if preferences.language is not None:
        language = NAMES.get(preferences.language, preferences.language)
    switch = Switch.ON if preferences.notify else Switch.OFF
    return (
        Fact(name="language", label="You are told things in", value=language),
        Fact(name="notify", label="Notices of what you follow", value=Sentence(key=LABELS[switch])),
    )


def _accounts(accounts: Sequence[Account]) -> Listing:
    rows: tuple[tuple[Cell, ...], ...] = tuple((each.network, each.name) for each in accounts)
    return Listing(
        title=Sentence(key="Accounts"),
        columns=(Column(name="network", label="Network"), Column(name="name", label="Name")),
        rows=rows,
        empty=Sentence(key="You have no account here."),
        total=len(rows),
    )


def _words(words: Sequence[str]) -> Listing:
    rows: tuple[tuple[Cell, ...], ...] = tuple((each,) for each in words)
    return Listing(
        title=Sentence(key="What you follow"),
        columns=(Column(name="word", label="Word"),),
        rows=rows,
        empty=Sentence(key=_NOTHING),
        total=len(rows),
    )


@command(
    "me signin",
    role=Role.MEMBER,
    help="Get a link that signs you in on the page, good once and for an hour.",
    more="Whoever has the link is you: give it to nobody. If you have no account of the page yet, one is made for you.",
    examples=("me signin",),
)
async def signin(call: Call) -> Answer:
    """A one-time link."""
    url = await call.house.people.sign_in(call.actor)
    return answer(Address(label="Sign in to the page", url=url, secret=True))


@command(
    "me follow",
    role=Role.MEMBER,
    help="Be told of new articles with a word or a phrase in title, lead, categories or author; or list what you "
    "follow.",
    more="Whole words are found, whatever their case; “ecole” finds “école”, too, and “école” only that. You are told "
    "at most once an hour, in a direct message, or on your own page. What stands only in private channels where you "
    "have never written is not told.",
    examples=("me follow bridge", "me follow public works", "me follow"),
)
async def follow(
    call: Call, word: Annotated[str | None, Arg("The word or phrase; without it: what you follow.", rest=True)]
) -> Answer:
    """Follow a word, or list what is followed."""
    if word is None or not word.strip():
        return answer(_words(await call.house.people.follows(call.actor)))
    followed = await call.house.people.follow(call.actor, word)
    return said("You follow “{word}” now. New articles with it are told you, at most once an hour.", word=followed)


@command(
    "me unfollow",
    role=Role.MEMBER,
    help="Follow a word no longer.",
    examples=("me unfollow bridge",),
)
async def unfollow(call: Call, word: Annotated[str, Arg("The word or phrase that you follow.", rest=True)]) -> Answer:
    """Follow it no longer."""
    return said("You do not follow “{word}” any more.", word=await call.house.people.unfollow(call.actor, word))


@command(
    "me notify",
    role=Role.MEMBER,
    help="Be told of what you follow, or not; what you follow is kept.",
    examples=("me notify off", "me notify on"),
)
async def notify(call: Call, on: Annotated[Switch, Arg("On or off.", labels=_SWITCHES, name="switch")]) -> Answer:
    """Switch notices on or off."""
    await call.house.people.notify(call.actor, on=on is Switch.ON)
    if on is Switch.ON:
        return said("You are told of what you follow.")
    return said("You are told nothing of what you follow, until you say “me notify on”.")


@command(
    "me language",
    role=Role.MEMBER,
    help="Choose the language in which you are told things.",
    examples=("me language fr", "me language auto"),
)
async def language(
    call: Call,
    language: Annotated[Language, Arg("The language, or “auto” for that of the channel.", labels=_LANGUAGES)],
) -> Answer:
    """Choose a language."""
    if language is Language.AUTO:
        await call.house.people.choose_language(call.actor, None)
        return said("What you are told is written in the language of the channel that it is about.")
    await call.house.people.choose_language(call.actor, language.value)
    return said("What you are told is written in {language}.", language=NAMES[language.value])


@command(
    "me export",
    role=Role.MEMBER,
    help="Get all that is stored about you, as a JSON file.",
    more="It holds your accounts, standing, choices, what you follow, comments with their earlier versions, reactions, "
    "votes, reports, corrections, what you were told, the times of your sessions, and what the audit log says you did. "
    "Not in it: secrets, and what moderators noted for each other.",
    examples=("me export",),
    changes=False,
)
async def export(call: Call) -> Answer:
    """All that is stored about the member."""
    text = await call.house.people.export(call.actor)
    return answer(Document(name="tribune-me.json", media_type="application/json", text=text))


@command(
    "me forget",
    role=Role.MEMBER,
    help="Have all that tells of you erased.",
    more="Your comments lose author and text and keep their place. Your votes stay as numbers of a random pseudonym.",
    confirm="Your accounts, texts, choices and messages are erased in every community of this Tribune, and nobody can "
    "bring them back. “me export” gives them to you first. Do you want to be forgotten?",
    examples=("me forget",),
)
async def forget(
    call: Call,
    *,
    leave: Annotated[bool, Arg("Go even where that leaves a community without an admin.")] = False,
) -> Answer:
    """Forget the member."""
    forgotten = await call.house.people.forget(call.actor, leave=leave)
    erased, alone = forgotten.erased, forgotten.without_admin
    return answer(
        Sentence(key="You are forgotten here."),
        Facts(
            facts=(
                Fact(name="comments", label="Comments without author and text now", value=erased.comments),
                Fact(name="votes", label="Votes that stay as numbers of a random pseudonym", value=erased.votes),
            )
        ),
        Sentence(
            key="Of your accounts only a keyed hash is kept, so that a later recount does not bring them back. What "
            "was before today stays the pseudonym's; if you take part again, you are somebody new. A mute or a ban "
            "holds."
        ),
        Sentence(
            key="What cannot be known here: what others wrote about you, in their own words, is theirs and stays. What "
            "you wrote in chat networks stays there until you delete it there."
        ),
        Sentence(key="Backups that were made before now still hold you until they are replaced."),
        Sentence(
            key="No admin is left in {communities}. The operator can invite one: tribune role invite --role admin",
            values={"communities": ", ".join(alone)},
        )
        if alone
        else None,
    )


COMMANDS: tuple[Declared, ...] = (profile, signin, follow, unfollow, notify, language, export, forget)
