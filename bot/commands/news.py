"""The news: the best, the newest, what was looked for, and an article taken to another channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot.commands.call import Call, answer, counted
from bot.commands.declaring import Arg, Declared, Story, command
from bot.domain.model import ArticleSort, Channel, ChannelId, CommentId, Role
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.commands import Answer, Cell, Column, Listing
from bot.ports.newsdesk import Hit, NewsLine, Period, SearchIn, Sight
from bot.ports.pages import Page

LAST_PAGE = 1_000

PERIODS = {
    Period.DAY: "The last day",
    Period.WEEK: "The last week",
    Period.MONTH: "The last 30 days",
    Period.YEAR: "The last year",
    Period.ALL: "All the time",
}
"""How far back."""

SEARCHED = {
    SearchIn.ALL: "Articles and comments",
    SearchIn.ARTICLES: "Articles only",
    SearchIn.COMMENTS: "Comments only",
}
"""What is searched."""

_PERIOD = Arg("How far back.", labels=PERIODS)
_CHANNEL = Arg("Only what stands in this channel.")
_PAGE = Arg("Which page of the list.", least=1, most=LAST_PAGE)
_NO_NEWS = "There are no articles here yet."
_NONE_SINCE = "There were no articles in this time."
_NOTHING_FOUND = "Nothing was found for “{words}”."
_FOUND_ONE = "{count} find for “{words}”"
_FOUND = "{count} finds for “{words}”"
_VOTES = "▲{up} ▼{down}"
_NOT_POSTED = "This article stands in no channel here."
_SHARED_ONE = "“{title}” is on its way to {channel}. It was shared {count} time."
_SHARED = "“{title}” is on its way to {channel}. It was shared {count} times."


@command(
    "news top",
    role=Role.READER,
    help="Show the articles with the most votes.",
    examples=("news top", "news top --period month --channel news"),
    changes=False,
)
async def top(
    call: Call,
    *,
    period: Annotated[Period, _PERIOD] = Period.WEEK,
    channel: Annotated[Channel | None, _CHANNEL] = None,
    page: Annotated[int, _PAGE] = 1,
) -> Answer:
    """By ▲ − ▼."""
    found = await call.house.news.lines(
        sight_of(call), channel=_id(channel), sort=ArticleSort.TOP, period=period, page=page
    )
    return answer(await _listing(call, found, Sentence(key=PERIODS[period]), _NONE_SINCE))


@command(
    "news new",
    role=Role.READER,
    help="Show the newest articles.",
    examples=("news new", "news new --channel news"),
    changes=False,
)
async def new(
    call: Call,
    *,
    channel: Annotated[Channel | None, _CHANNEL] = None,
    page: Annotated[int, _PAGE] = 1,
) -> Answer:
    """By date."""
    found = await call.house.news.lines(
        sight_of(call), channel=_id(channel), sort=ArticleSort.NEW, period=Period.ALL, page=page
    )
    return answer(await _listing(call, found, None, _NO_NEWS))


@command(
    "news search",
    role=Role.READER,
    help="Search the titles and beginnings of articles, and the comments.",
    more="Every word has to be there; accents and capitals make no difference. The last word may be the beginning of a "
    "longer one, as may any that ends with *. “Words in quotes” have to follow one another as they are.",
    examples=("news search bridge", 'news search "city hall" open* --in articles'),
    changes=False,
)
async def search(
    call: Call,
    words: Annotated[str, Arg("What to look for.", rest=True)],
    *,
    within: Annotated[SearchIn, Arg("What is searched.", labels=SEARCHED, name="in")] = SearchIn.ALL,
    channel: Annotated[Channel | None, _CHANNEL] = None,
    page: Annotated[int, _PAGE] = 1,
) -> Answer:
    """The best first, then the newest."""
    found = await call.house.news.search(sight_of(call), words, within=within, channel=_id(channel), page=page)
    home = await call.house.news.home(call.actor.community_id)
    rows = [_found(home, each) for each in found.items]
    return answer(
        Listing(
            title=counted(_FOUND_ONE, _FOUND, found.total, words=words) if found.total else None,
            columns=(
                Column(name="article", label="Article", plain=True),
                Column(name="title", label="Title"),
                Column(name="found", label="Found"),
                Column(name="by", label="By"),
                Column(name="at", label="When"),
                Column(name="page", label="Page"),
            ),
            rows=tuple(rows),
            empty=Sentence(key=_NOTHING_FOUND, values={"words": words}),
            page=found.number,
            pages=found.last,
            total=found.total,
        )
    )


def _found(home: str | None, hit: Hit) -> tuple[Cell, ...]:
    line = hit.article
    by = hit.author if hit.comment_id is not None else line.source
    return line.id, line.title, hit.snippet.marked(), by, hit.at, _page_of(home, line, hit.comment_id)


@command(
    "news digest",
    role=Role.READER,
    help="Show the few articles that were voted best.",
    more="Ten at most. Few votes, even if all are for an article, count less than many that are nearly all for it.",
    examples=("news digest", "news digest --period day"),
    changes=False,
)
async def digest(
    call: Call,
    *,
    period: Annotated[Period, _PERIOD] = Period.WEEK,
    channel: Annotated[Channel | None, _CHANNEL] = None,
) -> Answer:
    """By the lower bound of the share of ▲."""
    found = await call.house.news.digest(sight_of(call), channel=_id(channel), period=period)
    page = Page(items=found, number=1, size=max(len(found), 1), total=len(found))
    return answer(await _listing(call, page, Sentence(key=PERIODS[period]), _NONE_SINCE))


@command(
    "news share",
    role=Role.MEMBER,
    help="Share an article to another channel of this community.",
    more="It is posted there once, with the same discussion. What stands in private channels only is not shared, and "
    "what is for members only goes to no public channel.",
    examples=("news share 12 square",),
)
async def share(
    call: Call,
    article: Annotated[Story, Arg("The article.")],
    channel: Annotated[Channel, Arg("The channel to share it to.")],
) -> Answer:
    """Posted there through the outbox."""
    if article.discussion_id is None:
        raise RequestError(_NOT_POSTED)
    shared = await call.house.news.share(call.actor, call.caller.channel, article.discussion_id, channel.id)
    return answer(counted(_SHARED_ONE, _SHARED, shared.shares, title=shared.title, channel=channel.name))


def sight_of(call: Call) -> Sight:
    """What who asks may see, where it is asked."""
    return Sight(viewer=call.viewer, here=call.caller.channel)


def _id(channel: Channel | None) -> ChannelId | None:
    return None if channel is None else channel.id


async def _listing(call: Call, found: Page[NewsLine], title: Sentence | None, empty: str) -> Listing:
    home = await call.house.news.home(call.actor.community_id)
    return Listing(
        title=title,
        columns=(
            Column(name="article", label="Article", plain=True),
            Column(name="title", label="Title"),
            Column(name="votes", label="Votes"),
            Column(name="comments", label="Comments"),
            Column(name="source", label="Source"),
            Column(name="at", label="When"),
            Column(name="page", label="Page"),
        ),
        rows=tuple(_rows(home, found.items)),
        empty=Sentence(key=empty),
        page=found.number,
        pages=found.last,
        total=found.total,
    )


def _rows(home: str | None, lines: Sequence[NewsLine]) -> list[tuple[Cell, ...]]:
    return [
        (
            each.id,
            each.title,
            Sentence(key=_VOTES, values={"up": each.totals.up, "down": each.totals.down}),
            each.comments,
            each.source,
            each.dated,
            _page_of(home, each),
        )
        for each in lines
    ]


def _page_of(home: str | None, line: NewsLine, comment: CommentId | None = None) -> str | None:
    """The address of an article's page, or of a comment there; None where there is none to be seen."""
    if not line.on_page or home is None:
        return None
    address = f"{home}/a/{line.id}"
    return address if comment is None else f"{address}/c/{comment}"


COMMANDS: tuple[Declared, ...] = (top, new, search, digest, share)
