"""The news: the best, the newest, what was looked for, and an article taken to another channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot.commands.call import Call, answer, counted, said
from bot.commands.declaring import Arg, Declared, Story, command
from bot.domain.model import ArticleSort, Channel, ChannelId, CommentId, CorrectionKind, DiscussionId, Role
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.commands import Answer, Cell, Column, Listing
from bot.ports.newsdesk import Hit, Liked, NewsLine, Period, SearchIn, Sight
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

KINDS = {
    CorrectionKind.TYPO: "A typing or language mistake",
    CorrectionKind.FACT: "Something is not true",
    CorrectionKind.DEAD_LINK: "A link leads nowhere",
    CorrectionKind.WRONG_IMAGE: "The image is the wrong one",
    CorrectionKind.DUPLICATE: "The same article is here twice",
}
"""What each kind of error is called."""

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
_WHICH_ARTICLE = (
    "Say which article: in a thread under one, that one is meant. “news new” lists them with their numbers."
)
_NO_BEST = "Nobody has liked a comment here yet."
_THANKS = "Thank you: the editors will look at it."
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
    "news best",
    role=Role.READER,
    help="Show the best comments on an article.",
    more="In the thread under an article that one is meant, and needs no name.",
    examples=("news best", "news best 12"),
    changes=False,
)
async def best(
    call: Call,
    article: Annotated[Story | None, Arg("The article; left out, the one whose thread it is asked in.", rest=True)],
) -> Answer:
    """By ▲ − ▼, above nought."""
    discussion_id = await _meant(call, article)
    found = await call.house.news.liked(sight_of(call), discussion_id)
    home = await call.house.news.home(call.actor.community_id)
    return answer(
        Listing(
            title=None,
            columns=(
                Column(name="by", label="By"),
                Column(name="comment", label="Comment"),
                Column(name="votes", label="Votes"),
                Column(name="at", label="When"),
                Column(name="page", label="Page"),
            ),
            rows=tuple(_best(home, discussion_id, each) for each in found),
            empty=Sentence(key=_NO_BEST),
            total=len(found),
        )
    )


def _best(home: str | None, discussion_id: DiscussionId, found: Liked) -> tuple[Cell, ...]:
    page = f"{home}/a/{discussion_id}/c/{found.comment_id}" if found.on_page and home is not None else None
    votes = Sentence(key=_VOTES, values={"up": found.totals.up, "down": found.totals.down})
    return found.author, found.excerpt, votes, found.at, page


@command(
    "news error",
    role=Role.MEMBER,
    help="Report an error in an article to the editors.",
    more="In the thread under an article that one is meant, and needs no name. Of a mistake in the text the wrong "
    "words have to be copied from it.",
    examples=(
        'news error typo --excerpt "teh bridge"',
        "news error dead-link The second link leads nowhere. --article 12",
    ),
)
async def error(
    call: Call,
    kind: Annotated[CorrectionKind, Arg("What is wrong.", labels=KINDS)],
    remark: Annotated[str, Arg("What else is to be said about it.", rest=True)] = "",
    *,
    article: Annotated[Story | None, Arg("The article; left out, the one whose thread it is asked in.")] = None,
    excerpt: Annotated[str, Arg("The words that are wrong, copied from the article.")] = "",
) -> Answer:
    """In the article as it is now."""
    discussion_id = await _meant(call, article)
    async with call.house.store.read() as tx:
        posts = await tx.posts.of_discussion(discussion_id)
        found = await tx.articles.get(posts[0].article_id) if posts else None
    if found is None:
        raise RequestError(_NOT_POSTED)
    await call.house.corrections.report(
        call.actor, discussion_id, kind, excerpt=excerpt, remark=remark, revision=found.revision
    )
    return said(_THANKS)


async def _meant(call: Call, article: Story | None) -> DiscussionId:
    """The discussion of the article that was named, else of the thread in which it is asked. Raises RequestError."""
    if article is not None:
        if article.discussion_id is None:
            raise RequestError(_NOT_POSTED)
        return DiscussionId(article.discussion_id)
    place = call.caller.thread
    here = await call.house.news.discussion_at(call.actor.community_id, place) if place is not None else None
    if here is None:
        raise RequestError(_WHICH_ARTICLE)
    return here


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


COMMANDS: tuple[Declared, ...] = (top, new, search, digest, best, error, share)
