"""What people mean: feeds, channels, articles, members, cases and communities by number, address or name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from bot.commands.declaring import Somebody, Story
from bot.commands.house import House
from bot.domain.identity import link_key
from bot.domain.links import canonical_link
from bot.domain.model import (
    Article,
    ArticleId,
    Case,
    CaseId,
    Channel,
    ChannelId,
    Community,
    DiscussionId,
    Feed,
    FeedId,
    MemberId,
    Ref,
    Role,
    Server,
    ServerStanding,
    Visibility,
)
from bot.domain.text import shorten
from bot.errors import RequestError
from bot.ports.commands import Caller, Completion, Kind
from bot.ports.stores import Tx

T = TypeVar("T")
MOST = 25
LOOKED_THROUGH = 200  # of the newest articles, for what a few letters could become
TITLE = 80

_NO_FEED = "There is no feed “{value}” here. “feed list” shows those that there are."
_NO_FEED_NEAR = "There is no feed “{value}” here. Did you mean “{nearest}”?"
_FEEDS = "“{value}” could be several feeds: {known}. Use the number or the address."
_NO_CHANNEL = "There is no channel “{value}” here. There are: {known}."
_NO_CHANNELS = "There is no channel here yet."
_CHANNELS = "“{value}” could be several channels: {known}. Use the longer name."
_NO_ARTICLE = "There is no article “{value}” here. Use its number, its address or words of its title."
_ARTICLES = "“{value}” could be several articles: {known}. Use the number."
_NO_MEMBER = "There is no member “{value}” here."
_NO_MEMBER_NEAR = "There is no member “{value}” here. Did you mean “{nearest}”?"
_MEMBERS = "“{value}” could be several members: {known}. Use the number."
_NO_CASE = "There is no case “{value}” here. “mod queue” shows the open ones."
_NO_COMMUNITY = "There is no community “{value}”. There are: {known}."

_NO_SERVER = "There is no server “{value}”. Name it like discord:1234; “server list” shows those that are known."
_SERVERS = "“{value}” could be several servers: {known}."

_SERVER = re.compile(r"([a-z][a-z0-9]*):(?:server/)?([^\s:/]\S*)")
_NUMBER = re.compile(r"#?(\d{1,18})")
_PAGE_OF_ARTICLE = re.compile(r"https?://[^\s/]+(?:/c/[^/]+)?/a/(\d{1,18})(?:[/?#].*)?")


class Finder:
    """Looks things up for one caller; what is not in the caller's community is not there. Raises `RequestError`."""

    def __init__(self, house: House, tx: Tx, caller: Caller, roles: Mapping[ChannelId, Role]) -> None:
        """`roles` are those that the caller has in single channels."""
        self._house = house
        self._tx = tx
        self._here = caller.channel
        self._signed_in = caller.actor.member_id is not None
        self._keeps_order_in = {each for each, role in roles.items() if role.allows(Role.MODERATOR)}
        self._community = caller.actor.community_id
        self._operator = caller.actor.role.allows(Role.OPERATOR)
        self._moderator = caller.actor.role.allows(Role.MODERATOR)

    async def find(self, kind: Kind, text: str) -> Any:
        """The one thing of a kind that `text` means."""
        finders: dict[Kind, Callable[[str], Any]] = {
            Kind.FEED: self._feed,
            Kind.CHANNEL: self._channel,
            Kind.ARTICLE: self._article,
            Kind.MEMBER: self._member,
            Kind.CASE: self._case,
            Kind.COMMUNITY: self._a_community,
            Kind.SERVER: self._server,
        }
        return await finders[kind](text.strip())

    async def suggest(self, kind: Kind, typed: str) -> list[Completion]:
        """What `typed` could become, the likeliest first."""
        listers: dict[Kind, Callable[[], Any]] = {
            Kind.FEED: self._feeds_named,
            Kind.CHANNEL: self._channels_named,
            Kind.ARTICLE: self._articles_named,
            Kind.CASE: self._cases_named,
            Kind.COMMUNITY: self._communities_named,
            Kind.SERVER: self._servers_named,
        }
        if kind is Kind.MEMBER:
            found = await self._tx.members.named(self._community, typed, MOST)
            return [Completion(value=each.name, label=each.name) for each in found]
        return likeliest(await listers[kind](), typed)

    # --- feeds ---

    async def _feed(self, text: str) -> Feed:
        lines = await self._house.pages.feeds(self._community)
        by_number = {str(each.id): each.id for each in lines}
        by_address = {each.address.casefold(): each.id for each in lines}
        number = _NUMBER.fullmatch(text)
        chosen = (by_number.get(number[1]) if number else None) or by_address.get(text.casefold())
        if chosen is None:
            named = [(each.title or each.address, each.id) for each in lines]
            fitting = _fitting(text, named)
            if len(fitting) > 1:
                raise RequestError(_FEEDS, value=text, known=", ".join(name for name, _ in fitting[:5]))
            chosen = fitting[0][1] if fitting else None
        feed = await self._tx.feeds.get(FeedId(chosen)) if chosen is not None else None
        if feed is None:
            nearest = get_close_matches(text, [each.title or each.address for each in lines], n=1)
            raise (
                RequestError(_NO_FEED_NEAR, value=text, nearest=nearest[0])
                if nearest
                else RequestError(_NO_FEED, value=text)
            )
        return feed

    async def _feeds_named(self) -> list[Completion]:
        lines = await self._house.pages.feeds(self._community)
        return [Completion(value=str(each.id), label=each.title or each.address) for each in lines]

    # --- channels ---

    async def channels(self) -> list[Channel]:
        """The channels of the community."""
        return [each for each in await self._tx.places.channels() if each.community_id == self._community]

    async def _channel(self, text: str) -> Channel:
        channels = await self.channels()
        wanted = text.removeprefix("#").casefold()
        exact = [each for each in channels if wanted in (each.ref.casefold(), short_name(each).casefold())]
        found = exact or [each for each in channels if each.name.casefold() == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            raise RequestError(_CHANNELS, value=text, known=", ".join(each.ref for each in found))
        if not channels:
            raise RequestError(_NO_CHANNELS)
        raise RequestError(_NO_CHANNEL, value=text, known=", ".join(short_name(each) for each in channels))

    async def _channels_named(self) -> list[Completion]:
        return [Completion(value=short_name(each), label=each.name) for each in await self.channels()]

    # --- articles ---

    async def _article(self, text: str) -> Story:
        number = _NUMBER.fullmatch(text) or _PAGE_OF_ARTICLE.fullmatch(text)
        if number and (story := await self._discussed(DiscussionId(int(number[1])))) is not None:
            return story
        if "://" in text and (link := canonical_link(text)):
            known = await self._tx.articles.by_link(link_key(link))
            if known is not None and (story := await self._brought(known)) is not None:
                return story
        return await self._titled(text)

    async def _discussed(self, discussion_id: DiscussionId) -> Story | None:
        posts = await self._tx.posts.of_discussion(discussion_id)
        if not any(self._sees(each.channel) for each in posts):
            return None
        article = await self._tx.articles.get(posts[0].article_id)
        if article is None:
            return None
        return Story(article_id=article.id, discussion_id=discussion_id, title=article.content.title)

    def _sees(self, channel: Channel) -> bool:
        """Whether the caller may know what stands in a channel."""
        if channel.community_id != self._community:
            return False
        if self._moderator or channel.id in self._keeps_order_in or channel.ref == self._here:
            return True
        return channel.visibility is Visibility.PUBLIC or (
            channel.visibility is Visibility.COMMUNITY and self._signed_in
        )

    async def _brought(self, article_id: ArticleId) -> Story | None:
        """An article that is discussed here; for those who keep order, also what a feed of the community brought."""
        posts = await self._tx.posts.of_article(article_id)
        here = next((each for each in posts if each.channel.community_id == self._community), None)
        if here is not None:
            return await self._discussed(here.discussion_id)
        if not (self._moderator or self._keeps_order_in):
            return None
        article = await self._tx.articles.brought(self._community, article_id)
        if article is None:
            return None
        return Story(article_id=article.id, discussion_id=None, title=article.content.title)

    async def _titled(self, text: str) -> Story:
        found = [story for _, story in await self._stories(text, MOST)]
        exact = [each for each in found if each.title.casefold() == text.casefold()]
        few = exact or found
        if len(few) == 1:
            return few[0]
        if few:
            known = "; ".join(shorten(each.title, TITLE) for each in few[:5])
            raise RequestError(_ARTICLES, value=text, known=known)
        raise RequestError(_NO_ARTICLE, value=text)

    async def _stories(self, words: str, most: int) -> list[tuple[Article, Story]]:
        """The newest articles with these words in their titles that the caller may know of."""
        titled = await self._tx.articles.titled(self._community, words, most)
        found = [(each, await self._brought(each.id)) for each in titled]
        return [(article, story) for article, story in found if story is not None]

    async def _articles_named(self) -> list[Completion]:
        named = []
        for article, story in await self._stories("", LOOKED_THROUGH):
            value = str(story.discussion_id) if story.discussion_id else article.content.link
            named.append(Completion(value=value or story.title, label=story.title))
        return named

    # --- people ---

    async def _member(self, text: str) -> Somebody:
        number = _NUMBER.fullmatch(text)
        if number:
            accounts = await self._tx.members.accounts(self._community, MemberId(int(number[1])))
            if accounts:
                return Somebody(member_id=accounts[0].member_id, name=accounts[0].name)
        wanted = text.removeprefix("@")
        found = await self._tx.members.named(self._community, wanted, MOST)
        exact = {each.member_id: each.name for each in found if each.name.casefold() == wanted.casefold()}
        if len(exact) == 1:
            member_id, name = exact.popitem()
            return Somebody(member_id=member_id, name=name)
        if exact:
            known = ", ".join(f"{name} ({number})" for number, name in exact.items())
            raise RequestError(_MEMBERS, value=text, known=known)
        nearest = get_close_matches(wanted, [each.name for each in found], n=1, cutoff=0.3)
        if nearest:
            raise RequestError(_NO_MEMBER_NEAR, value=text, nearest=nearest[0])
        raise RequestError(_NO_MEMBER, value=text)

    # --- cases and communities ---

    async def _case(self, text: str) -> Case:
        number = _NUMBER.fullmatch(text)
        case = await self._tx.cases.get(CaseId(int(number[1]))) if number else None
        if case is None or case.community_id != self._community:
            raise RequestError(_NO_CASE, value=text)
        return case

    async def _cases_named(self) -> list[Completion]:
        if not self._moderator:
            return []
        found = await self._tx.cases.waiting(self._community, MOST)
        return [Completion(value=str(each.id), label=f"#{each.id}") for each in found]

    async def _a_community(self, text: str) -> Community:
        known = await self._communities()
        found = next((each for each in known if text.casefold() in (each.slug, str(each.id))), None)
        if found is None:
            raise RequestError(_NO_COMMUNITY, value=text, known=", ".join(each.slug for each in known))
        return found

    async def _communities(self) -> Sequence[Community]:
        """All of them for the operator, else one's own: nobody learns of others."""
        known = await self._tx.places.communities()
        return [each for each in known if self._operator or each.id == self._community]

    async def _communities_named(self) -> list[Completion]:
        return [Completion(value=each.slug, label=each.name) for each in await self._communities()]

    # --- servers ---

    async def _server(self, text: str) -> Server:
        """A server that is known, or, named by its reference, one that is not yet."""
        servers = await self._servers()
        wanted = text.casefold()
        exact = [each for each in servers if wanted in _names_of(each)]
        found = exact or [each for each in servers if each.name.casefold() == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            raise RequestError(_SERVERS, value=text, known=", ".join(_names_of(each)[0] for each in found))
        named = _SERVER.fullmatch(text)
        if named is None or not self._operator or named[1] == "web":
            raise RequestError(_NO_SERVER, value=text)
        ref = Ref(f"{named[1]}:server/{named[2]}")
        now = self._house.clock.now()
        return Server(ref=ref, name="", standing=ServerStanding.ASKED, community_id=None, at=now)

    async def _servers(self) -> Sequence[Server]:
        """All of them, for the operator alone."""
        return await self._tx.places.servers() if self._operator else []

    async def _servers_named(self) -> list[Completion]:
        return [Completion(value=_names_of(each)[0], label=each.name) for each in await self._servers()]


def _names_of(server: Server) -> tuple[str, str, str]:
    """What a server can be called: "discord:1234", its reference, its ID."""
    network, _, number = server.ref.casefold().partition(":server/")
    return f"{network}:{number}", server.ref.casefold(), number


def short_name(channel: Channel) -> str:
    """What a channel is called in commands: the last part of its reference."""
    return channel.ref.rpartition("/")[2].rpartition(":")[2]


def likeliest(known: Iterable[Completion], typed: str) -> list[Completion]:
    """What begins like `typed` first, then what holds it."""
    wanted = typed.casefold()
    begins, holds = [], []
    for each in known:
        texts = (each.value.casefold(), each.label.casefold())
        if any(text.startswith(wanted) for text in texts):
            begins.append(each)
        elif any(wanted in text for text in texts):
            holds.append(each)
    return [*begins, *holds][:MOST]


def _fitting(text: str, named: Sequence[tuple[str, T]]) -> list[tuple[str, T]]:
    """Those whose name is `text`; else those whose name begins with it; else those whose name holds it."""
    wanted = text.casefold()
    tests: tuple[Callable[[str], bool], ...] = (
        lambda name: name == wanted,
        lambda name: name.startswith(wanted),
        lambda name: wanted in name,
    )
    each_test = ([pair for pair in named if fits(pair[0].casefold())] for fits in tests)
    return next((found for found in each_test if found), [])
