"""The services that doors work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adapters.web import PageInvitations, PageLinks, WebNetwork, WebSettings
from bot.aftermath import Following
from bot.app.parts import Parts, new_key
from bot.commands.house import House
from bot.config import Config
from bot.discussion import DiscussionSettings
from bot.domain.model import Feed
from bot.domain.reputation import TITLES, Title
from bot.governing import ChannelDesk, CommunityDesk, ParkedDesk, RoleDesk, ServerDesk, Unknown, Whereabouts
from bot.health import StoreHealth
from bot.moderation import Articles, ArticlesSettings, Corrections, ModerationDesk
from bot.newsroom import Access, DeskSettings, Digests, FeedDesk, Making, NewsroomSettings, OpmlImports
from bot.office import Office
from bot.people import MembersDesk, PeopleSettings
from bot.ports.clock import Clock
from bot.ports.network import Network
from bot.ports.signals import Signals
from bot.ports.stores import Store
from bot.reading import ReadingDesk
from bot.reputation import Ledger
from feeds.fetch import HttpFeedSource
from feeds.opml import OpmlDocuments
from feeds.settings import FetchSettings

Page = Callable[[], WebSettings] | None
"""Asks for the settings of the page, whose port may be known late; None where there is no page."""


def office_of(parts: Parts, following: Following, on_orders: Callable[[], None]) -> Office:
    return Office(store=parts.store, signals=parts.signals, clock=parts.clock, following=following, on_orders=on_orders)


def feed_desk(
    parts: Parts,
    office: Office,
    source: HttpFeedSource,
    access: Callable[[Feed], Access],
    on_due: Callable[[], None],
) -> FeedDesk:
    settings = DeskSettings(making=making(), interval=parts.config.polling.interval)
    return FeedDesk(office, source=source, access=access, settings=settings, on_due=on_due)


def digests_of(parts: Parts, on_orders: Callable[[], None]) -> Digests:
    return Digests(store=parts.store, clock=parts.clock, making=making(), on_orders=on_orders)


def making() -> Making:
    return Making(new_key=new_key, expires_after=NewsroomSettings().expires_after)


def reading_desk(parts: Parts, office: Office, page: Page) -> ReadingDesk:
    return ReadingDesk(office, parts.store.news, page=base_of(page), expires_after=NewsroomSettings().expires_after)


def base_of(page: Page) -> Callable[[], str | None]:
    """Where the page is, None where there is none."""
    return lambda: page().base if page is not None else None


def articles_of(office: Office, following: Following, on_due: Callable[[], None]) -> Articles:
    return Articles(
        office,
        ArticlesSettings(ballot=DiscussionSettings().ballot, expires_after=NewsroomSettings().expires_after),
        reads_store=following.reads_store,
        on_due=on_due,
    )


def page_of(parts: Parts, networks: Mapping[str, Network]) -> Page:
    """The page's settings: as it is served once it is, else as it is configured."""
    configured = web_settings(parts.config)

    def settings() -> WebSettings:
        page = networks.get("web")
        return page.settings if isinstance(page, WebNetwork) else configured

    return settings if parts.config.web.enabled else None


def house_of(
    parts: Parts,
    office: Office,
    moderation: ModerationDesk,
    health: StoreHealth,
    feeds: FeedDesk,
    page: Page,
    articles: Articles,
    servers: ServerDesk,
    networks: Mapping[str, Network],
) -> House:
    """What the commands work with."""
    return House(
        store=parts.store,
        clock=parts.clock,
        pages=parts.store.pages,
        order=parts.store.order,
        health=health,
        moderation=moderation,
        corrections=Corrections(office),
        feeds=feeds,
        opml=OpmlImports(office, OpmlDocuments(), opened=feeds.opened, interval=parts.config.polling.interval),
        news=reading_desk(parts, office, page),
        people=members_desk(parts, office, page),
        roles=RoleDesk(office, PageInvitations(parts.store, page) if page is not None else None),
        channels=ChannelDesk(office, language=parts.config.tribune.language),
        communities=CommunityDesk(office, articles.place),
        outbox=ParkedDesk(office),
        servers=servers,
        networks=networks,
        prefix=parts.config.commands.prefix,
    )


def members_desk(parts: Parts, office: Office, page: Page) -> MembersDesk:
    settings = web_settings(parts.config)
    links = PageLinks(parts.store, page, parts.clock) if page is not None else None
    people = PeopleSettings(ladder=settings.ladder, titles=settings.titles)
    return MembersDesk(office, links=links, new_name=new_key, settings=people)


def ledger(config: Config, store: Store, signals: Signals, clock: Clock, following: Following) -> Ledger:
    """The ledger with the titles that are configured, else the usual ones."""
    return Ledger(store=store, signals=signals, clock=clock, following=following, titles=titles_of(config))


def titles_of(config: Config) -> tuple[Title, ...]:
    titles = tuple(Title(key=each.key, points=each.points, upvoters=each.upvoters) for each in config.titles)
    return titles or TITLES


async def access_of(parts: Parts) -> Callable[[Feed], Access]:
    """What each configured feed's requests carry, also after the feed moved for good."""
    known: dict[int, Access] = {}
    async with parts.store.read() as tx:
        for each in parts.config.feeds:
            feed = await tx.feeds.by_address(each.address)
            if feed is not None:
                known[feed.id] = Access(
                    headers=tuple((name, value.get_secret_value()) for name, value in each.headers.items()),
                    user=each.user,
                    password=each.password.get_secret_value() if each.password else None,
                    proxy=each.proxy.get_secret_value() if each.proxy else None,
                )
    nothing = Access()
    return lambda feed: known.get(feed.id, nothing)


def fetch_settings(config: Config) -> FetchSettings:
    polling = config.polling
    return FetchSettings(
        contact=config.tribune.contact,
        allowed_hosts=polling.allowed_hosts,
        timeout=polling.timeout,
        workers=polling.workers,
        proxy=polling.proxy.get_secret_value() if polling.proxy else None,
    )


def web_settings(config: Config) -> WebSettings:
    web = config.web
    return WebSettings(
        host=web.host,
        port=web.port,
        public_base=web.public_base,
        trusted_proxies=web.trusted_proxies,
        open_registration=web.open_registration,
        images_https=web.images,
        contact=config.tribune.contact,
        titles={each.key: each.names for each in config.titles},
        ladder=titles_of(config),
    )


def server_desk(parts: Parts, office: Office, networks: Mapping[str, Network]) -> ServerDesk:
    config = parts.config
    unknown = {"discord": Unknown(config.discord.unknown_servers), "matrix": Unknown(config.matrix.unknown_servers)}
    return ServerDesk(office, unknown, Whereabouts(office, networks))
