"""One step of an order as calls on a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.courier.abilities import Able
from bot.domain import delivery
from bot.domain.delivery import find_step
from bot.domain.model import Article, CaseId, Channel, Post, Ref, Rules, Subscription, Totals
from bot.domain.orders import (
    Hide,
    Leave,
    Lock,
    Order,
    OutboxItem,
    PublishCase,
    RefreshCase,
    Remove,
    Rename,
    Speak,
    Step,
    TakeOff,
    Tell,
)
from bot.domain.text import shorten
from bot.ports.cards import card_of
from bot.ports.network import (
    CanDirectMessage,
    CanHide,
    CanLeave,
    CanLock,
    CanRename,
    CanShowCases,
    CanTakeOff,
    Card,
    CaseCard,
    Network,
    Say,
)

THREAD_NAME_CHARACTERS = 100  # as Discord counts them


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A post with what its card needs."""

    post: Post
    article: Article
    totals: Totals
    comments: int
    subscription: Subscription | None = None
    sensitive: str | None = None  # why the article stands behind a curtain

    def card(self) -> Card:
        """The article as this post shows it."""
        return card_of(
            self.article,
            self.post.channel,
            self.rules,
            totals=self.totals,
            comments=self.comments,
            sensitive=self.sensitive,
        )

    @property
    def thread_name(self) -> str:
        """What the article's title makes the thread's name."""
        return shorten(self.article.content.title, THREAD_NAME_CHARACTERS)

    @property
    def rules(self) -> Rules:
        """Those of the subscription that the post was made for."""
        return self.subscription.rules if self.subscription is not None else _NO_RULES

    @property
    def language(self) -> str:
        """What is said around the article in."""
        return self.rules.language or self.post.channel.language


_NO_RULES = Rules()


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """A case in a channel of moderators; `ref` is None until it was shown, `card` until it was read."""

    case_id: CaseId
    channel: Channel
    marker: str
    ref: Ref | None
    card: CaseCard | None = None


class Acts:
    """Carries out and looks up the steps of one order on one network."""

    def __init__(self, able: Able, item: OutboxItem, about: Subject | Showing | None) -> None:
        self._able = able
        self._network = able.network
        self._item = item
        self._about = about

    async def call(self, name: str, steps: Sequence[Step]) -> Ref | None:
        """Do a step; what it made, if it makes something. Raises NetworkError."""
        key = f"{self._item.key}-{name}"
        match self._item.order:
            case Speak(place=place, html=html, language=language, marker=marker):
                return await self._network.say(place, Say(html=html, marker=marker, language=language), key)
            case Remove(message=message):
                await self._network.delete(message)
                return None
            case Tell() | Hide() | Lock() | Leave() | TakeOff() as order:
                return await self._call_on_people(order, key)
            case PublishCase() | RefreshCase() as order:
                return await self._call_on_case(order, key)
        return await self._call_on_post(name, steps, key)

    async def _call_on_people(self, order: Tell | Hide | Lock | Leave | TakeOff, key: str) -> Ref | None:
        """What only some networks can do; `cannot` has been asked before."""
        match order, self._network:
            case Tell(account=account, html=html, language=language, marker=marker), CanDirectMessage() as network:
                return await network.tell(account, Say(html=html, marker=marker, language=language), key)
            case Hide(message=message, hidden=hidden), CanHide() as network:
                await network.hide(message, hidden=hidden)
            case Lock(thread=thread, locked=locked), CanLock() as network:
                await network.lock(thread, locked=locked)
            case Leave(server=server), CanLeave() as network:
                await network.leave(server)
            case TakeOff(reaction=reaction), CanTakeOff() as network:
                await network.take_off(reaction)
            case _:
                raise self._unable()
        return None

    async def _call_on_case(self, order: PublishCase | RefreshCase, key: str) -> Ref | None:
        showing = self._about
        if not isinstance(showing, Showing) or showing.card is None:
            raise TypeError(f"order {self._item.id} needs a case and has none")
        if not isinstance(self._network, CanShowCases):
            raise self._unable()
        if isinstance(order, PublishCase):
            return await self._network.show_case(showing.channel.ref, showing.card, key)
        if showing.ref is None:
            raise TypeError(f"case {order.case_id} has no message yet")
        await self._network.edit_case(showing.ref, showing.card)
        return None

    def _unable(self) -> TypeError:
        return TypeError(f"the network {self._network.name} was asked for what it cannot do")

    async def look(self, look: delivery.Look, steps: Sequence[Step]) -> Sequence[Ref]:
        """What a step made already, oldest first. Raises NetworkError."""
        if (finds := self._able.finds) is None:
            raise TypeError(f"the network {self._network.name} was asked to find what it cannot")
        match self._item.order:
            case Speak(place=place, marker=marker) | Tell(account=place, marker=marker):
                return await finds.find(place, marker, look.since)
        match self._about:
            case Showing(channel=channel, marker=marker):
                return await finds.find(channel.ref, marker, look.since)
        subject = self._known_subject()
        if look.step == delivery.POST:
            return await finds.find(subject.post.channel.ref, subject.article.marker, look.since)
        return await finds.find(_made(steps, delivery.THREAD), subject.article.marker, look.since)

    async def _call_on_post(self, name: str, steps: Sequence[Step], key: str) -> Ref | None:
        subject = self._known_subject()
        if name == delivery.POST:
            return await self._network.post(subject.post.channel.ref, subject.card(), key)
        if name == delivery.THREAD:
            return await self._network.open_thread(_made(steps, delivery.POST), subject.thread_name, key)
        if name == delivery.INVITE:
            return await self._network.say(_made(steps, delivery.THREAD), self._invitation(subject), key)
        if name == delivery.EDIT:
            await self._network.edit(_posted(subject), subject.card())
            return None
        if name == delivery.RENAME:
            await self._rename(subject)
            return None
        await self._seed(_made(steps, delivery.POST), name.removeprefix(delivery.SEED))
        return None

    async def _rename(self, subject: Subject) -> None:
        if not isinstance(self._network, CanRename) or subject.post.thread is None:
            raise self._unable()
        await self._network.rename(subject.post.thread, subject.thread_name)

    async def _seed(self, message: Ref, emoji: str) -> None:
        if self._able.seeds is not None:
            await self._able.seeds.seed(message, emoji)

    def _invitation(self, subject: Subject) -> Say:
        if (invites := self._able.invites) is None:
            raise TypeError(f"the network {self._network.name} was asked for an invitation it does not have")
        html = invites.invitation(subject.language)
        return Say(html=html, marker=subject.article.marker, language=subject.language)

    def _known_subject(self) -> Subject:
        if not isinstance(self._about, Subject):
            raise TypeError(f"order {self._item.id} needs a post and has none")
        return self._about


def cannot(order: Order, network: Network) -> str | None:
    """Why a network cannot carry an order out at all, None where it can."""
    match order:
        case Tell() if not isinstance(network, CanDirectMessage):
            return "nobody can be told anything in private there"
        case Hide() if not isinstance(network, CanHide):
            return "what members write cannot be hidden there"
        case Lock() if not isinstance(network, CanLock):
            return "threads cannot be locked there"
        case Leave() if not isinstance(network, CanLeave):
            return "the bot cannot leave a server there by itself"
        case TakeOff() if not isinstance(network, CanTakeOff):
            return "members' reactions cannot be taken off there"
        case Rename() if not isinstance(network, CanRename):
            return "threads cannot be renamed there"
        case PublishCase() | RefreshCase() if not isinstance(network, CanShowCases):
            return "moderators cannot be shown cases there"
    return None


def _made(steps: Sequence[Step], name: str) -> Ref:
    step = find_step(steps, name)
    if step is None or step.ref is None:
        raise TypeError(f"the step {name} has no reference yet")
    return step.ref


def _posted(subject: Subject) -> Ref:
    if subject.post.ref is None:
        raise TypeError(f"post {subject.post.id} has no message yet")
    return subject.post.ref
