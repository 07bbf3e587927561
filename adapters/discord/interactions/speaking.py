"""Work whose outcome somebody waits for: refusals are said, and what breaks is said before it surfaces."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.discord.interactions.answers import REFUSED, refused, sentence, told
from adapters.discord.interactions.reply import Reply
from adapters.discord.interactions.visitor import Visitor
from bot.domain.events import Outcome
from bot.domain.telling import Sentence
from bot.errors import NetworkError, RequestError
from bot.locale import translator
from bot.ports.chat import Place

_BROKEN = "Something went wrong here. Nobody can say whether it was done: please look before you try again."


@asynccontextmanager
async def spoken(reply: Reply, who: Visitor) -> AsyncIterator[None]:
    """What is refused within is said; so is that something broke, which is raised all the same."""
    try:
        yield
    except RequestError as why:
        await reply.show([refused(who.t, why, "UTC")])
    except NetworkError:
        raise  # it is the way back itself that is broken
    except Exception:
        await reply.show([sentence(who.t(_BROKEN), REFUSED)])
        raise


async def tell_outcome(reply: Reply, who: Visitor, place: Place, outcome: Outcome, thanks: Sentence) -> None:
    """Why an event was refused, or thanks for it."""
    t = translator(who.language or place.language)
    said = Sentence(key=outcome.refused, values=dict(outcome.values)) if outcome.refused else thanks
    await reply.show([told(t, said, place.zone)])
