"""Points, titles and trust on the real parts: kept current, and recomputed to the same figures."""

from __future__ import annotations

from bot.domain import ranking
from bot.domain.events import Deleted, Reacted
from bot.domain.model import Decision, Measure, Ref, Ruling
from bot.reputation import Recount
from tests.contract.order_scene import Order, order, who
from tests.end_to_end.small import small_town

FIVE_DAYS = range(5)


async def busy_week(scene: Order) -> None:
    """Ann writes on five days; three others like each comment."""
    for _ in FIVE_DAYS:
        comment, _ = await scene.say("ann")
        for name in ("bob", "cid", "dot"):
            await scene.town.vote(comment, name, "👍", scene.community)
        scene.later(days=1)


async def test_figures_follow_the_facts_and_a_recount_changes_nothing(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        await busy_week(scene)
        assert await town.ledger.catch_up() > 0
        # Of each voter the first 3 votes count whole, the next 2 half: 3 + 3 + 3 + 1.5 + 1.5, and a point a day.
        standing = await scene.standing("ann")
        assert (standing.points, standing.upvoters, standing.trust) == (17, 3, 1)
        assert await town.ledger.catch_up() == 0
        assert await town.ledger.recount(scene.community) == Recount(members=1, changed=0)


async def test_titles_come_with_points_and_are_never_lost(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        comments = []
        for _ in range(4):
            comment, message = await scene.say("ann")
            comments.append(message)
            for number in range(6):
                await town.vote(comment, f"reader{comment}x{number}", "👍", scene.community)
            scene.later(days=1)
        await town.ledger.catch_up()
        assert (await scene.standing("ann")).title == "member"
        for message in comments:
            await town.discussion.take(Deleted(message=message, at=town.clock.now()))
        await town.ledger.catch_up()
        standing = await scene.standing("ann")
        assert (standing.points, standing.title) == (0, "member")


async def test_an_upheld_flag_costs_once_for_a_case_until_it_is_taken_back(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        mod = await scene.actor("mod")
        comment, message = await scene.say("ann")
        for name in ("bob", "cid", "dot"):
            await scene.flag(name, message)
        await scene.decide(mod, comment, Decision(ruling=Ruling.AGREE, measure=Measure.HIDE))
        await town.ledger.catch_up()
        assert (await scene.standing("ann")).points == -5
        await scene.edit("ann", message, "<p>Better words.</p>")
        await scene.decide(mod, comment, Decision(ruling=Ruling.DISAGREE))
        await town.ledger.catch_up()
        assert (await scene.standing("ann")).points == 1


async def test_trust_changes_what_votes_on_an_article_weigh(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        for number in range(30):
            await scene.trusted(f"fresh{number}", 0)
        before = await hot(scene)
        async with town.store.read() as tx:
            (post,) = await tx.posts.of_discussion(scene.discussion)
        assert post.ref is not None
        for number in range(30):
            await react(scene, f"fresh{number}", post.ref)
        moved = await hot(scene) - before
        mod = await scene.actor("mod")
        for number in range(30):
            await town.moderation.lock_trust(mod, await scene.trusted(f"fresh{number}", 0), 1)
        assert await hot(scene) - before > moved
        assert moved <= 1e-9  # log10 of at most 1


async def hot(scene: Order) -> float:
    async with scene.town.store.read() as tx:
        liveliness = await tx.discussions.liveliness(scene.discussion)
        dated = await tx.discussions.dated(scene.discussion)
    assert dated is not None
    return ranking.hot(liveliness, dated)


async def react(scene: Order, name: str, target: Ref) -> None:
    event = Reacted(
        reaction=Ref(f"web:reaction/{name}/up/{target}"),
        message=target,
        who=who(name),
        emoji="👍",
        at=scene.town.clock.now(),
    )
    await scene.town.discussion.take(event)
