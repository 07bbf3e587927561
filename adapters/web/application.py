"""The routes. Each page is there twice: for the community at the root, and under `/c/<slug>` for the others."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler
from multidict import CIMultiDict

from adapters.web import (
    account,
    api,
    articles,
    comments,
    correcting,
    corrections,
    doing,
    following,
    lists,
    me,
    members,
    reports,
    searching,
    service,
    sessions,
    sharing,
    sources,
    streams,
    votes,
)
from adapters.web.administration import channels, communities, opml, outbox, roles, start
from adapters.web.assets import Assets
from adapters.web.doorway import doorway
from adapters.web.failures import failures
from adapters.web.feeds import adding, feed, listing, subscription
from adapters.web.forms import LARGEST
from adapters.web.headers import security_headers
from adapters.web.metrics import counted
from adapters.web.moderation import case, discussions, log, queue
from adapters.web.moderation import members as moderated
from adapters.web.site import SITE, Site

_ARTICLE = r"/a/{id:\d{1,18}}"
_COMMENT = _ARTICLE + r"/c/{comment:\d{1,18}}"
_SOURCE = _ARTICLE + r"/sources/{feed:\d{1,18}}"

_FEED = r"/feeds/{feed:\d{1,18}}"
_SUBSCRIPTION = _FEED + r"/in/{channel:\d{1,18}}"
_CASE = r"/mod/cases/{id:\d{1,18}}"
_MEMBER = r"/mod/members/{id:\d{1,18}}"

_CHANNEL = r"/admin/channels/{channel:\d{1,18}}"

_COMMAND = r"/do/{command:[a-z]+(?:-[a-z]+)*}"

_PAGES: list[tuple[str, Handler]] = [
    ("/", lists.front),
    ("/s/{slug}", lists.section),
    ("/about", lists.about),
    (_ARTICLE, articles.article),
    (_ARTICLE + "/reply", comments.reply_form),
    (_ARTICLE + "/report", reports.report_form),
    (_ARTICLE + "/share", sharing.share_form),
    (_ARTICLE + "/sources", sources.sources),
    (_SOURCE + "/split", sources.split_form),
    (_ARTICLE + "/merge", sources.merge_form),
    (_COMMENT, articles.permalink),
    (_COMMENT + "/edit", comments.edit_form),
    (_COMMENT + "/delete", comments.delete_form),
    (_COMMENT + "/report", reports.report_form),
    ("/feeds", listing.feeds),
    ("/feeds/add", adding.form),
    ("/feeds/why", feed.why),
    (_FEED, feed.shown),
    (_SUBSCRIPTION, subscription.shown),
    (_ARTICLE + "/correction", corrections.correction_form),
    (r"/members/{id:\d{1,18}}", members.member),
    ("/me", me.messages),
    ("/me/reports", me.reports),
    ("/me/following", following.following),
    ("/me/account", account.account),
    ("/me/forget", account.forget_form),
    ("/search", searching.search),
    ("/admin", start.start),
    ("/admin/roles", roles.roles),
    ("/admin/channels", channels.channels),
    (_CHANNEL, channels.channel),
    ("/admin/outbox", outbox.outbox),
    ("/admin/opml", opml.opml),
    ("/admin/communities", communities.communities),
    ("/corrections", correcting.corrections),
    ("/signin", sessions.sign_in_form),
    ("/signin/{token}", sessions.link_form),
    ("/mod", queue.queue),
    ("/mod/log", log.log),
    (_CASE, case.case),
    (_MEMBER, moderated.member),
    ("/do", doing.everything),
    (_COMMAND, doing.form),
    (_COMMAND + "/complete", doing.complete),
    ("/events", streams.events),
    ("/api/articles", api.articles),
    (r"/api/articles/{id:\d{1,18}}", api.article),
    (r"/api/articles/{id:\d{1,18}}/comments", api.comments),
    ("/api/feeds", api.feeds),
]

_FORMS: list[tuple[str, Handler]] = [
    ("/vote", votes.vote),
    (_ARTICLE + "/reply", comments.reply),
    (_ARTICLE + "/report", reports.report),
    (_ARTICLE + "/share", sharing.share),
    (_SOURCE + "/split", sources.split),
    (_ARTICLE + "/merge", sources.merge),
    (_ARTICLE + "/correction", corrections.correction),
    (r"/me/reports/{flag:\d{1,18}}/withdraw", me.withdraw),
    ("/me/following/follow", following.follow),
    ("/me/following/unfollow", following.unfollow),
    ("/me/following/notify", following.notify),
    ("/me/account/language", account.language),
    ("/me/account/signin", account.device),
    ("/me/forget", account.forget),
    ("/admin/roles/{act}", roles.act),
    (_CHANNEL, channels.change),
    ("/admin/outbox/{act}", outbox.act),
    ("/admin/opml", opml.bring),
    ("/admin/communities", communities.change),
    (r"/corrections/{id:\d{1,18}}", correcting.answer),
    (_COMMENT + "/edit", comments.edit),
    (_COMMENT + "/delete", comments.delete),
    (_COMMENT + "/report", reports.report),
    ("/feeds/add", adding.add),
    (_FEED, feed.change),
    (_SUBSCRIPTION, subscription.change),
    (_FEED + "/{act}", listing.act),
    (_COMMAND, doing.act),
    ("/signin", sessions.sign_in),
    ("/signin/{token}", sessions.use_link),
    ("/signout", sessions.sign_out),
    ("/language", sessions.choose_language),
    (_CASE + "/claim", case.claim),
    (_CASE + "/release", case.release),
    (_CASE + "/decide", case.decide),
    (_CASE + "/note", case.note),
    (_MEMBER + "/{act}", moderated.act),
    (r"/mod/discussions/{id:\d{1,18}}/{act}", discussions.discussion),
    (r"/mod/comments/{id:\d{1,18}}/sensitive", discussions.comment),
]


def application(site: Site, assets: Assets) -> web.Application:
    """The page as an application of aiohttp."""
    app = web.Application(middlewares=[counted(site.metrics), failures, doorway], client_max_size=LARGEST)
    app[SITE] = site
    app[service.ASSETS] = assets
    _route(app)
    headers = CIMultiDict(security_headers(site.settings))

    async def protect(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(headers)

    async def end_streams(app: web.Application) -> None:
        site.live.close()

    app.on_response_prepare.append(protect)
    app.on_shutdown.append(end_streams)
    return app


def _route(app: web.Application) -> None:
    app.router.add_get("/static/{hash}/{name}", service.static)
    app.router.add_get("/healthz", service.healthz)
    app.router.add_get("/metrics", service.metrics)
    app.router.add_get("/api/openapi.json", api.description)
    app.router.add_get("/c/{community}", lists.home)
    for prefix in ("", "/c/{community}"):
        for path, handler in _PAGES:
            app.router.add_get(prefix + path, handler)
        for path, handler in _FORMS:
            app.router.add_post(prefix + path, handler)
