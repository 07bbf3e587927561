"""A discussion that got out of hand, for the tests of the moderators' area."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.model import (
    Case,
    CaseId,
    CaseState,
    CommentId,
    Decision,
    DiscussionId,
    FlagReason,
    HiddenBy,
    Measure,
    Ref,
    Role,
    Ruling,
    Sanction,
    Subject,
    SubjectKind,
    Totals,
)
from bot.ports.moderation import LogLine, NoteLine, Person
from bot.ports.pages import CommentView
from tests.unit.web.order import someone
from tests.unit.web.reader import Reader
from tests.unit.web.town import ONE, Town

RUDE = "<p>Only an idiot would cross that bridge.</p>"


async def moderator(town: Town, reader: Reader, name: str = "Mona", role: Role = Role.MODERATOR) -> None:
    """Somebody who keeps order in the town."""
    await reader.sign_in(name)
    account = await town.people.registered(ONE, "web", name)
    assert account is not None
    await town.people.grant(ONE, account.member_id, role)
    town.order.names[account.id] = name


def remark(town: Town, author: Person, html: str, article: int = 1, **view: object) -> CommentView:
    """A comment in the small world."""
    number = CommentId(len(town.talk) + 1)
    made = CommentView(
        id=number,
        message=Ref(f"web:comment/disorder-{number:010}"),
        author=author.name,
        member_id=author.member_id,
        network="web",
        html=html,
        created_at=town.clock.now() - timedelta(hours=5, minutes=-int(number)),
        edited_at=None,
        deleted=False,
        totals=Totals(),
        parent_id=None,
        parent_author=None,
    )
    made = replace(made, **view)  # type: ignore[arg-type]
    town.talk[number] = (DiscussionId(article), made)
    return made


RICK, NORA, OMAR = (
    someone(201, "Rick", points=-4, trust=0),
    someone(202, "Nora", points=312, trust=3, title="insider"),
    someone(203, "Omar", points=41, trust=2, title="member"),
)


def quarrel(town: Town, **view: object) -> CaseId:
    """A case with everything: two reports, context, notes, an earlier case, a log."""
    before = [remark(town, NORA, "<p>It took them four years to build.</p>")]
    rude = remark(town, RICK, RUDE)
    after = [remark(town, OMAR, "<p>Please be kind, both of you.</p>")]
    case = town.order.add_case(
        ONE,
        DiscussionId(1),
        "A bridge opens",
        rude,
        NORA,
        OMAR,
        reasons=(FlagReason.UNKIND, FlagReason.OTHER),
        author=RICK,
        hidden_by=HiddenBy.FLAGS,
        before=before,
        after=after,
        section=Ref("web:section/world"),
        notes=[NoteLine(by="Mona", at=town.clock.now(), text="He was warned in June.")],
        earlier=[decided(town, CaseId(900))],
        log=[
            LogLine(
                at=town.clock.now(),
                by=None,
                action="comment.hide",
                subject=f"comment:{rude.id}",
                before=None,
                after=None,
            )
        ],
    )
    flags = town.order.views[case].flags
    told = [flags[0], replace(flags[1], text="He does this under every article.\nPlease do something.")]
    town.order.views[case] = replace(town.order.views[case], flags=told, **view)  # type: ignore[arg-type]
    return case


def decided(town: Town, number: CaseId) -> Case:
    """A case of the past: agreed, hidden, muted for a day."""
    return Case(
        id=number,
        community_id=ONE,
        discussion_id=DiscussionId(1),
        subject=Subject(kind=SubjectKind.COMMENT, id=900),
        author=RICK.member_id,
        state=CaseState.DECIDED,
        version=3,
        opened_at=town.clock.now() - timedelta(days=40),
        decided_at=town.clock.now() - timedelta(days=39),
        decision=Decision(
            ruling=Ruling.AGREE, measure=Measure.HIDE, sanction=Sanction.MUTE, mute_for=timedelta(days=1)
        ),
    )


def about_article(town: Town) -> CaseId:
    """A case on an article."""
    case = town.order.add_case(ONE, DiscussionId(2), "Bees return", None, NORA, reasons=(FlagReason.SPAM,))
    content = town.stands[DiscussionId(2)].line.content
    view = town.order.views[case]
    flags = [replace(flag, subject_text=f"{content.title}\n{content.lead}") for flag in view.flags]
    town.order.views[case] = replace(view, content=content, flags=flags)
    return case
