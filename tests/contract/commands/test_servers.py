"""Servers by command, and what networks say of channels that are not known yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.events import Joined
from bot.domain.model import Channel, CommunityId, Ref, Role, ServerStanding, Visibility
from bot.domain.telling import Sentence
from bot.errors import NetworkUnavailable, RequestError
from bot.governing import Unknown
from bot.ports.commands import Caller, Listing, Offers, Unconfirmed
from bot.ports.moderation import Actor
from tests.contract.commands.saying import Data, logged, operator, say, somebody
from tests.contract.commands.scene import Template, scene
from tests.end_to_end.small import Town, small_town
from tests.servers.chat import Chat
from tests.servers.feed_server import FeedServer, Page
from tests.unit.feeds.documents import rss, story

ONE, TWO = Ref("chat:server/1"), Ref("chat:server/2")
UNSEEN = "There is no channel “{}” that the bot can see in the servers of this community."


async def two_servers(town: Town) -> tuple[Chat, CommunityId, CommunityId]:
    """A chat with two servers, each a community of its own, and a channel in each."""
    town.networks["chat"] = chat = Chat()
    await town.community("town", default=True)
    for ref, name in ((ONE, "Readers"), (TWO, "Writers")):
        await town.servers.joined(Joined(server=ref, name=name, at=town.clock.now()))
    chat.put("11", "1", "news")
    chat.put("22", "2", "secret-plans")
    chat.put("33", None, "direct")
    return chat, await community_of(town, ONE), await community_of(town, TWO)


async def community_of(town: Town, ref: Ref) -> CommunityId:
    async with town.store.read() as tx:
        server = await tx.places.server(ref)
    assert server is not None
    assert server.community_id is not None
    return server.community_id


async def channel_at(town: Town, ref: str) -> Channel | None:
    async with town.store.read() as tx:
        return next((each for each in await tx.places.channels() if each.ref == ref), None)


async def ask(town: Town, by: Actor, line: str, channel: str | None = None) -> None:
    read = town.commands.read_line(line)
    caller = Caller(actor=by, channel=Ref(channel) if channel is not None else None)
    await town.commands.run(caller, read.command.name, dict(read.values), confirmed=read.confirmed)


async def refused(town: Town, by: Actor, line: str) -> str:
    with pytest.raises(RequestError) as error:
        await ask(town, by, line)
    return str(error.value)


async def facts(town: Town, by: Actor, line: str) -> dict[str, object]:
    answer: Data = await say(town, by, line)
    shown = answer[0]["facts"]
    assert isinstance(shown, dict)
    return shown


async def test_servers_are_listed_admitted_and_refused(database_url: str) -> None:
    async with small_town(database_url) as town:
        first = await town.community("town", default=True)
        boss = operator(first)
        (listing,) = await say(town, boss, "server list")
        assert listing["rows"] == []
        await town.servers.joined(Joined(server=ONE, name="Readers", at=town.clock.now()))
        (listing,) = await say(town, boss, "server list")
        assert [(each["server"], each["name"], each["standing"]) for each in listing["rows"]] == [
            ("chat:1", "Readers", "waits for “server admit”")
        ]
        assert "becomes" not in str(await say(town, boss, "server admit Readers"))
        (listing,) = await say(town, boss, "server list")
        assert [(each["standing"], each["community"]) for each in listing["rows"]] == [("admitted", "readers")]
        await say(town, boss, "server admit chat:5 --community town")
        (listing,) = await say(town, boss, "server list")
        assert listing["rows"][1]["standing"] == "admitted, but the bot is not there"
        await say(town, boss, "server refuse 1")
        (listing,) = await say(town, boss, "server list")
        assert "refused" in [each["standing"] for each in listing["rows"]]


async def test_only_the_operator_is_told_which_servers_there_are(database_url: str) -> None:
    async with small_town(database_url) as town:
        first = await town.community("town", default=True)
        await town.servers.joined(Joined(server=ONE, name="Readers", at=town.clock.now()))
        completed = await town.commands.complete_line(Caller(actor=operator(first)), "server admit ch")
        assert [(each.value, each.label) for each in completed] == [("chat:1", "Readers")]
        ada = await somebody(town, first, "Ada", Role.ADMIN)
        assert await town.commands.complete_line(Caller(actor=ada), "server admit ch") == []
        assert "operator" in await refused(town, ada, "server admit chat:1")
        for call in (town.servers.servers(ada), town.servers.admit(ada, ONE, first), town.servers.refuse(ada, ONE)):
            with pytest.raises(RequestError, match="operator"):
                await call


async def test_a_new_channel_is_known_when_an_admin_names_it(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        chat, readers, _ = await two_servers(town)
        ada = await somebody(town, readers, "Ada", Role.ADMIN)
        shown = await facts(town, ada, "channel set chat:11 --language fr --zone Europe/Paris")
        assert (shown["ref"], shown["name"], shown["server"]) == ("chat:11", "news", "Readers")
        channel = await channel_at(town, "chat:11")
        assert channel is not None
        assert (channel.community_id, channel.visibility, channel.server) == (readers, Visibility.PRIVATE, ONE)
        assert ("channel.add", f"channel:{channel.id}", None, "news") in await logged(town, readers)
        chat.put("12", "1", "sport")
        shown = await facts(town, ada, "channel show <#12>")
        assert (shown["name"], shown["language"], shown["zone"]) == ("sport", "fr", "Europe/Paris")
        assert (await facts(town, ada, "channel show sport"))["ref"] == "chat:12"


async def test_where_an_admin_asks_becomes_known_too(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        _, readers, _ = await two_servers(town)
        ada = await somebody(town, readers, "Ada", Role.ADMIN)
        bob = await somebody(town, readers, "Bob")
        with pytest.raises(RequestError, match="Which channel"):
            await ask(town, bob, "channel show", channel="chat:11")
        await ask(town, ada, "channel show", channel="chat:11")
        assert await channel_at(town, "chat:11") is not None


@pytest.mark.parametrize("ref", ["chat:22", "chat:33", "chat:404", "chat:server/2", "<#22>"])
async def test_what_is_elsewhere_is_as_if_it_were_not_there(database_url: str, ref: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        _, readers, writers = await two_servers(town)
        ada = await somebody(town, readers, "Ada", Role.ADMIN)
        told = UNSEEN.format(ref.replace("<#22>", "chat:22"))
        assert await refused(town, ada, f"channel show {ref}") == told
        await ask(town, await somebody(town, writers, "Eve", Role.ADMIN), "channel show chat:22")
        assert await refused(town, ada, f"channel show {ref}") == told
        known = await channel_at(town, "chat:22")
        assert known is not None
        assert known.community_id == writers
        assert await channel_at(town, "chat:33") is None


async def test_who_may_not_run_it_has_nobody_asked(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        chat, readers, _ = await two_servers(town)
        bob = await somebody(town, readers, "Bob")
        assert "for admins" in await refused(town, bob, "channel set chat:11 --name x")
        assert "There is no channel here yet" in await refused(town, bob, "channel show chat:11")
        assert chat.asked == []
        await ask(town, await somebody(town, readers, "Ada", Role.ADMIN), "channel show chat:11")
        channel = await channel_at(town, "chat:11")
        assert channel is not None
        assert bob.member_id is not None
        member_id = bob.member_id
        await town.store.write(lambda tx: tx.standings.set_channel_role(channel.id, member_id, Role.ADMIN))
        chat.put("13", "1", "staff")
        assert "There is no channel" in await refused(town, bob, "channel set chat:13 --name x")
        assert Ref("chat:13") not in chat.asked


async def test_a_network_that_is_silent_or_not_here_is_named(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        chat, readers, writers = await two_servers(town)
        ada = await somebody(town, readers, "Ada", Role.ADMIN)
        await ask(town, await somebody(town, writers, "Eve", Role.ADMIN), "channel show chat:22")
        chat.silent = NetworkUnavailable("it is away")
        assert await refused(town, ada, "channel show chat:11") == (
            "Chat cannot be asked for the channel “chat:11” now. Try again in a while."
        )
        del town.networks["chat"]
        for ref in ("chat:11", "chat:22"):
            assert await refused(town, ada, f"channel show {ref}") == (
                f"“{ref}” is not known yet, and Chat cannot be asked from here. Say the same on Chat itself or on "
                "the page, or write the channel into the configuration."
            )


async def test_a_server_that_is_not_admitted_has_no_channels(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        _, readers, _ = await two_servers(town)
        ada = await somebody(town, readers, "Ada", Role.ADMIN)
        await town.servers.refuse(operator(readers), ONE)
        assert await refused(town, ada, "channel show chat:11") == UNSEEN.format("chat:11")


async def test_what_the_bot_lacks_is_said_to_admins(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        chat, readers, _ = await two_servers(town)
        ada, bob = await somebody(town, readers, "Ada", Role.ADMIN), await somebody(town, readers, "Bob")
        chat.put("11", "1", "news", lacks=("Create threads", "Add reactions"))
        for line in ("channel show chat:11", "channel set chat:11 --name News"):
            _, warning = await say(town, ada, line)
            assert [each["lack"] for each in warning["rows"]] == ["Create threads", "Add reactions"]
        assert len(await say(town, bob, "channel show News")) == 1
        chat.silent = NetworkUnavailable("it is away")
        _, told = await say(town, ada, "channel show News")
        assert "cannot be asked now" in str(told)
        chat.silent = None
        del chat.channels[Ref("chat:11")]
        _, told = await say(town, ada, "channel show News")
        assert "cannot see News" in str(told)


async def test_people_of_a_server_see_and_change_their_own_community_alone(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        _, readers, writers = await two_servers(town)
        ada, eve = await somebody(town, readers, "Ada", Role.ADMIN), await somebody(town, writers, "Eve", Role.ADMIN)
        await ask(town, ada, "channel set chat:11 --name Ours")
        await ask(town, eve, "channel set chat:22 --name Theirs")
        (listing,) = await say(town, ada, "channel list")
        assert [each["name"] for each in listing["rows"]] == ["Ours"]
        for line in ("channel set Theirs --name Mine", "channel set 22 --name Mine"):
            assert "There are: 11." in await refused(town, ada, line)
        assert await refused(town, ada, "channel set chat:22 --name Mine") == UNSEEN.format("chat:22")
        assert "There is no member" in await refused(town, ada, "role grant Eve moderator")
        assert [each[0] for each in await logged(town, readers)] == ["server.admit", "channel.add", "channel.set"]
        theirs = await channel_at(town, "chat:22")
        assert theirs is not None
        assert (theirs.name, theirs.community_id) == ("Theirs", writers)


async def test_a_colour_is_kept_beside_what_else_is_set(database_url: str) -> None:
    async with small_town(database_url) as town:
        boss = operator(await town.community("town", default=True))
        assert (await facts(town, boss, "channel set town --colour Teal"))["colour"] == "#008080"
        shown = await facts(town, boss, "channel set town --sort new")
        assert (shown["colour"], shown["sort"], shown["cases"]) == ("#008080", "new", "no")
        assert (await facts(town, boss, "channel set town --colour usual"))["colour"] == "the usual one"
        channel = await channel_at(town, "web:section/town")
        assert channel is not None
        assert channel.settings.colour is None
        assert ("channel.set", f"channel:{channel.id}", "colour: usual", "colour: #008080") in await logged(
            town, channel.community_id
        )


async def test_cases_are_shown_only_where_somebody_says_that_moderators_alone_read(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        _, readers, _ = await two_servers(town)
        ada = await somebody(town, readers, "Ada", Role.ADMIN)
        with pytest.raises(Unconfirmed, match="Everybody who can read"):
            await say(town, ada, "channel set chat:11 --cases")
        assert (await facts(town, ada, "channel show chat:11"))["cases"] == "no"
        assert (await facts(town, ada, "channel set chat:11 --cases --yes"))["cases"] == "yes"
        assert (await facts(town, ada, "channel set chat:11 --name Staff --cases"))["cases"] == "yes"
        channel = await channel_at(town, "chat:11")
        assert channel is not None
        assert ("channel.set", f"channel:{channel.id}", "cases: no", "cases: yes") in await logged(town, readers)
        assert (await facts(town, ada, "channel set chat:11 --cases=no"))["cases"] == "no"
        boss = operator(readers)
        await town.servers.admit(boss, Ref("chat:server/9"), readers)
        section = await town.community("page", default=False)
        assert "Cases cannot be shown in Page" in await refused(
            town, operator(section), "channel set page --cases --yes"
        )


async def test_a_server_follows_its_community_into_another(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        _, readers, writers = await two_servers(town)
        await say(town, operator(readers), "community join writers readers --yes")
        assert await community_of(town, TWO) == readers
        ada = await somebody(town, readers, "Ada", Role.ADMIN)
        assert (await facts(town, ada, "channel show chat:22"))["server"] == "Writers"
        await town.servers.joined(Joined(server=Ref("chat:server/3"), name="Writers", at=town.clock.now()))
        async with town.store.read() as tx:
            assert [each.slug for each in await tx.places.communities()] == ["town", "readers", "writers-2"]
            standings = {each.ref: each.standing for each in await tx.places.servers()}
        assert set(standings.values()) == {ServerStanding.ADMITTED}
        assert writers != readers


async def test_a_feed_is_added_where_it_is_asked_with_what_the_bot_lacks_there(database_url: str) -> None:
    async with FeedServer() as server, small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        server.put("/news.xml", Page(body=rss(story(1))))
        chat, readers, _ = await two_servers(town)
        chat.put("11", "1", "news", lacks=("Create threads",))
        chat.put("12", "1", "sport")
        ada = await somebody(town, readers, "Ada", Role.ADMIN)
        await ask(town, ada, "channel show chat:12")
        caller = Caller(actor=ada, channel=Ref("chat:11"))
        values = {"address": server.url("/news.xml")}
        asked = await town.commands.run(caller, "feed add", values)
        listing, offers = asked.blocks[-2:]
        assert isinstance(offers, Offers)
        assert isinstance(listing, Listing)
        assert listing.rows == ((Sentence(key="Create threads"),),)
        done = await town.commands.run(caller, "feed add", values | {"backlog": "none"})
        assert done.blocks[-1] == listing
        async with town.store.read() as tx:
            (subscription,) = await tx.places.subscriptions()
        assert (subscription.channel.ref, subscription.channel.server) == ("chat:11", ONE)


async def test_the_form_of_a_channel_has_its_colour_and_asks_about_cases(template: Template, tmp_path: Path) -> None:
    async with scene(template, tmp_path) as played:
        session, cookies, csrf = played.town.session, await played.cookies("Ada"), await played.csrf("Ada")
        channel = await channel_at(played.town, "chat:square")
        assert channel is not None
        address = f"{played.page}/admin/channels/{channel.id}"

        async def post(**form: str) -> tuple[int, str]:
            data, headers = form | {"csrf": csrf}, {"Origin": played.page}
            async with session.post(address, data=data, cookies=cookies, headers=headers) as answer:
                return answer.status, await answer.text()

        status, text = await post(colour="teal", cases="no")
        assert status == 200
        assert 'value="#008080"' in text
        status, text = await post(colour="#008080", cases="yes")
        assert (status, "Everybody who can read this channel" in text) == (409, True)
        status, _ = await post(colour="#008080", cases="yes", confirmed="yes")
        assert status == 200
        changed = await channel_at(played.town, "chat:square")
        assert changed is not None
        assert (changed.settings.colour, changed.settings.cases) == (0x008080, True)


async def test_admins_read_why_in_their_language(template: Template, tmp_path: Path) -> None:
    async with scene(template, tmp_path) as played:
        await played.town.servers.present("chat", frozenset())
        headers = {"Accept-Language": "fr"}
        cookies = await played.cookies("Ada")
        async with played.town.session.get(f"{played.page}/admin", cookies=cookies, headers=headers) as answer:
            text = await answer.text()
        assert "Il en a été retiré pendant son absence." in text
