"""What people are told of what moderators decide: the sentences, each a message of the catalogues with its values.

The page shows moderators these before they decide, and the services send them, so that what is shown is what is sent.
None says who reported something, or how many did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from bot.domain.html import plain_text
from bot.domain.links import is_web_address
from bot.domain.model import (
    CorrectionState,
    Decision,
    DiscussionId,
    FlagOutcome,
    FlagReason,
    Hit,
    Measure,
    Ruling,
    Sanction,
    SubjectKind,
)
from bot.domain.text import one_line

LONGEST_BEGINNING = 120

MEASURES = {
    Measure.KEEP: "Your comment on “{title}” stays, but moderators had to look at it. Please think of the others here.",
    Measure.HIDE: "Moderators have hidden your comment on “{title}”. Where you still see it you can change it, "
    "and they will look at it again.",
    Measure.DELETE: "Moderators have deleted your comment on “{title}”.",
}
"""What the author is told, by what became of the comment."""

WHY = {
    FlagReason.SPAM: "The reason: it is advertising or spam.",
    FlagReason.OFF_TOPIC: "The reason: it has nothing to do with the article.",
    FlagReason.UNKIND: "The reason: it is insulting or unkind.",
    FlagReason.ILLEGAL: "The reason: it is against the law.",
    FlagReason.PRIVATE_DATA: "The reason: it tells private things about somebody.",
}
"""Why. There is no sentence for "something else": the moderator's own words say it."""

HIDDEN_BY_FLAGS = "Your comment on “{title}” is out of sight: several members reported it. Moderators will look at it."
RESTORED = "Your comment on “{title}” can be read again: moderators have looked at it, and it may stay."
RESTORED_BY_TIME = "Your comment on “{title}” can be read again: the reports of it were closed without a decision."
BEGINNING = "It begins: “{beginning}”"
CURTAIN = "It now stands behind a curtain that says: {reason}"
WARNED = "Please take this as a warning."
MUTED = "Until {until} you can read here, but not comment, vote or report."
UNMUTED = "You can comment, vote and report again."
BANNED = "You can no longer take part here. You can still read."
UNBANNED = "You can take part here again."
WARNING = "The moderators of {community} have a warning for you."
WORDS = "A moderator writes: {words}"

OUTCOMES = {
    (SubjectKind.COMMENT, FlagOutcome.AGREED): "Thank you for your report of a comment on “{title}”. "
    "The moderators agree with you and have acted on it.",
    (SubjectKind.COMMENT, FlagOutcome.DISAGREED): "The moderators have looked at the comment on “{title}” "
    "that you reported, and find that it may stay. Thank you for watching out all the same.",
    (SubjectKind.COMMENT, FlagOutcome.IGNORED): "Your report of a comment on “{title}” was closed "
    "without a decision for or against it. Thank you for watching out.",
    (SubjectKind.ARTICLE, FlagOutcome.AGREED): "Thank you for your report of the article “{title}”. "
    "The moderators agree with you and have acted on it.",
    (SubjectKind.ARTICLE, FlagOutcome.DISAGREED): "The moderators have looked at the article “{title}” "
    "that you reported, and find that it may stay. Thank you for watching out all the same.",
    (SubjectKind.ARTICLE, FlagOutcome.IGNORED): "Your report of the article “{title}” was closed "
    "without a decision for or against it. Thank you for watching out.",
}
"""What a reporter is told."""

RECEIVED = {
    SubjectKind.COMMENT: "Your report of a comment on “{title}” has arrived. Moderators will look at it, "
    "and you will hear what they decide.",
    SubjectKind.ARTICLE: "Your report of the article “{title}” has arrived. Moderators will look at it, "
    "and you will hear what they decide.",
}
NOT_RECEIVED = {
    SubjectKind.COMMENT: "Your report of a comment on “{title}” was not taken:",
    SubjectKind.ARTICLE: "Your report of the article “{title}” was not taken:",
}
"""What a reporter is told at once who cannot be answered on the spot."""

STATES = {
    CorrectionState.SENT_ON: "The error that you reported in “{title}” was sent on to the publisher. Thank you.",
    CorrectionState.CORRECTED: "The error that you reported in “{title}” is corrected. Thank you: it counts for you.",
    CorrectionState.REJECTED: "The error that you reported in “{title}” will not be corrected. "
    "Thank you for reading so closely all the same.",
}
"""What becomes of a reported error."""

ENDINGS = {
    (Ruling.AGREE, Measure.KEEP): "The reports are right. What was reported stays all the same.",
    (Ruling.AGREE, Measure.HIDE): "The reports are right. What was reported is hidden.",
    (Ruling.AGREE, Measure.DELETE): "The reports are right. What was reported is deleted.",
    (Ruling.DISAGREE, Measure.KEEP): "The reports are not right. What was reported may stay.",
    (Ruling.IGNORE, Measure.KEEP): "Closed without a decision for or against the reports.",
}
"""What moderators are told of how a case ended."""

ENDED_BY_TIME = "Closed without a decision: it waited too long, or its reports were withdrawn."
DECIDED_BY = "Decided by {name}."
DECIDED_BY_OPERATOR = "Decided on the operator's command line."
AUTHOR_WARNED = "Its author was warned."
AUTHOR_MUTED = "Its author was muted for {count} hour."
AUTHOR_MUTED_LONG = "Its author was muted for {count} hours."

FOLLOWED = "There is news of what you follow:"
FOLLOWED_ARTICLE = "“{title}” ({source}): article {number} here, for “{word}”"
FOLLOWED_MORE = "In all there are {number} new articles of what you follow."
FOLLOWED_STOP = "To follow a word no longer: “me unfollow {word}”. To be told nothing of this kind: “me notify off”."
MOST_FOLLOWED = 20  # articles that one letter names


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A message of the catalogue and what fills it; moments are shown in the zone of who is told.

    Where `many` is there, it is the form for several, and the value `count` says which form it is. `link` is where a
    sentence of a letter leads.
    """

    key: str
    values: Mapping[str, str | int | datetime] = field(default_factory=dict)
    many: str = ""
    link: str = ""


Letter = tuple[Sentence, ...]


def decided(
    decision: Decision,
    *,
    title: str,
    text: str,
    reasons: Iterable[FlagReason],
    until: datetime | None,
    hidden: bool = False,
    by_time: bool = False,
) -> Letter:
    """What a comment's author is told of a decision; nothing where it is not against the comment and changes nothing.

    `text` is the comment, as HTML, `reasons` what it was flagged for, `until` the end of a mute; `hidden` says that it
    was out of sight until now, `by_time` that no moderator has decided.
    """
    if decision.ruling is not Ruling.AGREE:
        return restored(title, text, decision.words, by_time=by_time) if hidden else ()
    return (
        measure(decision.measure, title),
        *beginning(text),
        *why(reasons),
        *(curtain(decision.sensitive) if decision.measure is not Measure.DELETE else ()),
        *sanction(decision.sanction, until),
        *words(decision.words),
    )


def hidden_by_flags(title: str, text: str) -> Letter:
    """What a comment's author is told whom the flags' weight took out of sight; `text` is the comment's HTML."""
    return (Sentence(key=HIDDEN_BY_FLAGS, values={"title": title}), *beginning(text))


def restored(title: str, text: str, written: str = "", *, by_time: bool = False) -> Letter:
    """What a comment's author is told when it is brought back; `text` is the comment's HTML."""
    back = Sentence(key=RESTORED_BY_TIME if by_time else RESTORED, values={"title": title})
    return (back, *beginning(text), *words(written))


def measure(taken: Measure, title: str) -> Sentence:
    """What became of the comment."""
    return Sentence(key=MEASURES[taken], values={"title": title})


def beginning(text: str) -> Letter:
    """Which comment it is about, from its HTML."""
    plain = one_line(plain_text(text))
    cut = plain if len(plain) <= LONGEST_BEGINNING else f"{plain[:LONGEST_BEGINNING].rstrip()}…"
    return (Sentence(key=BEGINNING, values={"beginning": cut}),) if cut else ()


def why(reasons: Iterable[FlagReason]) -> Letter:
    """What speaks against it, each reason once, in the order in which they are listed everywhere."""
    given = set(reasons)
    return tuple(Sentence(key=text) for reason, text in WHY.items() if reason in given)


def curtain(reason: str | None) -> Letter:
    """That it was marked as sensitive."""
    return (Sentence(key=CURTAIN, values={"reason": reason}),) if reason else ()


def sanction(chosen: Sanction, until: datetime | None) -> Letter:
    """What its author gets."""
    if chosen is Sanction.WARN:
        return (Sentence(key=WARNED),)
    return (Sentence(key=MUTED, values={"until": until}),) if chosen is Sanction.MUTE and until is not None else ()


def words(written: str) -> Letter:
    """The moderator's own words."""
    return (Sentence(key=WORDS, values={"words": written.strip()}),) if written.strip() else ()


def reported(kind: SubjectKind, outcome: FlagOutcome, *, title: str) -> Letter:
    """What a reporter is told of the outcome; nothing of a flag that was withdrawn."""
    key = OUTCOMES.get((kind, outcome))
    return (Sentence(key=key, values={"title": title}),) if key is not None else ()


def received(
    kind: SubjectKind, *, title: str, refused: str | None, values: Mapping[str, str | int | datetime]
) -> Letter:
    """What a reporter is told at once: that it has arrived, or (`refused`, a message that `values` fill) why not."""
    if refused is None:
        return (Sentence(key=RECEIVED[kind], values={"title": title}),)
    return (Sentence(key=NOT_RECEIVED[kind], values={"title": title}), Sentence(key=refused, values=values))


def ended(decision: Decision, by: str | None, *, by_time: bool) -> Letter:
    """What moderators are told of a decided case; `by` is the name of who decided."""
    if by_time:
        return (Sentence(key=ENDED_BY_TIME),)
    agreed = decision.ruling is Ruling.AGREE
    return (
        Sentence(key=ENDINGS[decision.ruling, decision.measure if agreed else Measure.KEEP]),
        *(_sanctioned(decision) if agreed else ()),
        *(curtain(decision.sensitive) if agreed else ()),
        *words(decision.words),
        Sentence(key=DECIDED_BY, values={"name": by}) if by is not None else Sentence(key=DECIDED_BY_OPERATOR),
    )


def _sanctioned(decision: Decision) -> Letter:
    if decision.sanction is Sanction.WARN:
        return (Sentence(key=AUTHOR_WARNED),)
    if decision.sanction is not Sanction.MUTE or decision.mute_for is None:
        return ()
    hours = max(1, round(decision.mute_for.total_seconds() / 3600))
    return (Sentence(key=AUTHOR_MUTED, many=AUTHOR_MUTED_LONG, values={"count": hours}),)


def warned(community: str, written: str) -> Letter:
    """What a member is told who is warned without a case."""
    return (Sentence(key=WARNING, values={"community": community}), *words(written))


def muted(until: datetime, written: str = "") -> Letter:
    """What a member is told who is muted without a case."""
    return (Sentence(key=MUTED, values={"until": until}), *words(written))


def unmuted() -> Letter:
    """What a member is told whose mute is lifted."""
    return (Sentence(key=UNMUTED),)


def banned(written: str = "") -> Letter:
    """What a member is told who is banned."""
    return (Sentence(key=BANNED), *words(written))


def unbanned() -> Letter:
    """What a member is told whose ban is lifted."""
    return (Sentence(key=UNBANNED),)


def correction(state: CorrectionState, *, title: str, written: str = "") -> Letter:
    """What those are told who reported an error; nothing while it waits."""
    key = STATES.get(state)
    return (Sentence(key=key, values={"title": title}), *words(written)) if key is not None else ()


def followed(hits: Sequence[Hit]) -> Letter:
    """What a member is told of new articles with words that the member follows: each article once, with its words."""
    found: dict[DiscussionId, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.discussion_id, []).append(hit)
    if not found:
        return ()
    articles = [_followed_article(each) for each in list(found.values())[:MOST_FOLLOWED]]
    more = (Sentence(key=FOLLOWED_MORE, values={"number": len(found)}),) if len(found) > MOST_FOLLOWED else ()
    stop = Sentence(key=FOLLOWED_STOP, values={"word": hits[0].word})
    return (Sentence(key=FOLLOWED), *articles, *more, stop)


def _followed_article(hits: Sequence[Hit]) -> Sentence:
    first = hits[0]
    values: dict[str, str | int | datetime] = {
        "title": one_line(first.title),
        "source": first.source,
        "number": first.discussion_id,
        "word": ", ".join(each.word for each in hits),
    }
    return Sentence(key=FOLLOWED_ARTICLE, values=values, link=_safe(first.link))


def _safe(link: str | None) -> str:
    return link if link is not None and is_web_address(link) else ""


def spoken(letter: Letter, say: Callable[..., str], show: Callable[[datetime], str]) -> tuple[str, ...]:
    """A letter's sentences in somebody's language (`say`) and zone (`show`), as plain text."""
    return tuple(say(each.key, **_shown(each.values, show)) for each in letter)


def as_html(letter: Letter, say: Callable[..., str], show: Callable[[datetime], str]) -> str:
    """A letter as sanitised HTML: a paragraph for each sentence."""
    texts = spoken(letter, say, show)
    return "".join(f"<p>{_linked(_lines(text), each.link)}</p>" for each, text in zip(letter, texts, strict=True))


def _linked(html: str, link: str) -> str:
    return f'<a href="{escape(link)}">{html}</a>' if link else html


def _lines(text: str) -> str:
    return "<br>".join(escape(line, quote=False) for line in text.splitlines())


def _shown(values: Mapping[str, str | int | datetime], show: Callable[[datetime], str]) -> dict[str, str]:
    return {name: show(value) if isinstance(value, datetime) else str(value) for name, value in values.items()}
