"""Signing in and out: by a free name where that is open, else by a one-time link; a name is never taken over."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web

from adapters.web import refs
from adapters.web.failures import Refusal, not_found
from adapters.web.forms import FORM, redirect, spend
from adapters.web.names import clean_name
from adapters.web.render import VISIT
from adapters.web.site import SITE, Site
from adapters.web.tokens import random_token, token_hash
from adapters.web.visit import (
    LANGUAGE_COOKIE,
    Visit,
    prefix_of,
    session_cookie,
    set_cookie,
    signed_purpose,
)
from bot.domain.model import Account, CommunityId
from bot.errors import RequestError
from bot.locale import supported
from bot.ports.sessions import SignInLink
from bot.ports.stores import Tx

_TAKEN = "The name {name} is taken. If it is yours, ask for a new sign-in link."
_SPENT = "This sign-in link has been used or is out of date. Ask for a new one."


async def sign_in_form(request: web.Request) -> web.Response:
    """How to take part, and where it is open a form to choose a name."""
    return _page(request, None, "", None)


async def sign_in(request: web.Request) -> web.Response:
    """Make an account with a free name, where everybody may."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    if not site.settings.registration_open:
        raise not_found()
    if visit.session is not None:
        return redirect(form.back(visit.url("/")))
    spend(request, "sign-in", address=site.settings.limits.sign_in_address)
    try:
        name = clean_name(form.text("name"))
        account = await _register(site, visit, name)
    except RequestError as refused:
        return _page(request, None, form.text("name"), refused)
    return await _welcome(request, account)


async def link_form(request: web.Request) -> web.Response:
    """Show who a link signs in; looking at it does not use it up, since chat programs look at every link."""
    link = await _peek(request)
    return _page(request, link, link.name or "", None)


async def use_link(request: web.Request) -> web.Response:
    """Use a link up."""
    site, form = request.app[SITE], request[FORM]
    spend(request, "sign-in", address=site.settings.limits.sign_in_address)
    link = await _peek(request)
    try:
        account = await _redeem(request, link, form.text("name"))
    except RequestError as refused:
        return _page(request, link, form.text("name") or link.name or "", refused)
    return await _welcome(request, account)


async def sign_out(request: web.Request) -> web.Response:
    """End the session."""
    site, visit = request.app[SITE], request[VISIT]
    if visit.session is not None:
        await site.store.write(lambda tx: tx.members.end_session(token_hash(visit.id)))
    response = redirect(visit.url("/"))
    drop_cookie(response, visit)
    return response


def drop_cookie(response: web.Response, visit: Visit) -> None:
    """The browser forgets who was signed in."""
    response.del_cookie(session_cookie(visit.community), path=prefix_of(visit.community) or "/")


async def choose_language(request: web.Request) -> web.Response:
    """Remember the language that was asked for."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    response = redirect(form.back(visit.url("/")))
    language = supported(form.text("language"))
    if language is not None:
        remember_language(response, language, secure=site.settings.secure)
    return response


def remember_language(response: web.Response, language: str, *, secure: bool) -> None:
    """The browser asks for pages in this language from now on."""
    year = int(timedelta(days=365).total_seconds())
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=year, path="/", httponly=True, samesite="Lax", secure=secure)


async def _peek(request: web.Request) -> SignInLink:
    site, visit = request.app[SITE], request[VISIT]
    async with site.store.read() as tx:
        link = await tx.members.peek_link(token_hash(request.match_info["token"]), site.clock.now())
    if link is None or link.community_id != visit.community.id:
        raise Refusal(404, _SPENT)
    return link


async def _redeem(request: web.Request, link: SignInLink, chosen: str) -> Account:
    """The account that a link signs in. Where the name is refused the link stays good."""
    site, visit = request.app[SITE], request[VISIT]
    now, hashed = site.clock.now(), token_hash(request.match_info["token"])
    name = clean_name(chosen or link.name or "") if link.account_id is None else ""

    async def work(tx: Tx) -> Account:
        used = await tx.members.use_link(hashed, now)
        if used is None:
            raise RequestError(_SPENT)
        account = await _account_for(tx, used, name, now)
        role = await tx.members.role(visit.community.id, account.member_id)
        if link.role.rank > role.rank:
            await tx.members.grant(visit.community.id, account.member_id, link.role)
            await tx.journal.log(
                visit.community.id,
                at=now,
                account_id=account.id,
                action="role.grant",
                subject=f"member:{account.member_id}",
                before=role.value,
                after=link.role.value,
            )
        return account

    return await site.store.write(work)


async def _account_for(tx: Tx, link: SignInLink, name: str, now: datetime) -> Account:
    if link.account_id is None:
        return await _make(tx, link.community_id, name, now)
    account = await tx.members.account(link.account_id)
    if account is None:
        raise RequestError(_SPENT)
    return account


async def _register(site: Site, visit: Visit, name: str) -> Account:
    now = site.clock.now()
    return await site.store.write(lambda tx: _make(tx, visit.community.id, name, now))


async def _make(tx: Tx, community_id: CommunityId, name: str, now: datetime) -> Account:
    ref = refs.account(random_token())
    account = await tx.members.register(community_id, refs.NETWORK, ref, name, now=now)
    if account is None:
        raise RequestError(_TAKEN, name=name)
    return account


async def _welcome(request: web.Request, account: Account) -> web.Response:
    """A new session, never one that was there before."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    token, now = random_token(), site.clock.now()

    async def work(tx: Tx) -> None:
        if visit.session is not None:
            await tx.members.end_session(token_hash(visit.id))
        await tx.members.add_session(
            token_hash(token),
            account.id,
            community_id=visit.community.id,
            expires_at=now + timedelta(days=site.settings.session_days),
            now=now,
        )

    await site.store.write(work)
    response = redirect(form.back(visit.url("/")))
    value = site.signer.sign(signed_purpose("session", visit.community), token)
    days = site.settings.session_days
    set_cookie(response, site.settings, visit.community, session_cookie(visit.community), value, days)
    return response


def _page(request: web.Request, link: SignInLink | None, name: str, refused: RequestError | None) -> web.Response:
    return request.app[SITE].renderer.page(
        request,
        "signin.html",
        status=422 if refused is not None else 200,
        link=link,
        name=name,
        back=request.query.get("back", ""),
        refused=refused,
    )
