"""One transaction, by aggregate."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.articles import SqlArticles
from storage.bulk_reactions import SqlReactionBatches
from storage.case_posts import SqlCasePosts
from storage.cases import SqlCases
from storage.catching import SqlCatching
from storage.corrections import SqlCorrections
from storage.discussions import SqlDiscussions
from storage.feeds import SqlFeeds
from storage.joining import SqlJoining
from storage.journal import SqlJournal, SqlSettings
from storage.members import SqlMembers
from storage.merging import SqlMerging
from storage.outbox import SqlOutbox
from storage.people import SqlPeople
from storage.places import SqlPlaces
from storage.posts import SqlPosts
from storage.shares import SqlShares
from storage.sql import Driver, Sql
from storage.standings import SqlStandings
from storage.tracing import SqlTracing
from storage.verdicts import SqlVerdicts
from storage.words import SqlWords


class SqlTx:
    """See `bot.ports.stores.Tx`."""

    def __init__(self, connection: AsyncConnection, driver: Driver | None = None) -> None:
        sql = Sql(connection, driver)
        self.sql = sql
        self.feeds = SqlFeeds(sql)
        self.articles = SqlArticles(sql)
        self.places = SqlPlaces(sql)
        self.posts = SqlPosts(sql)
        self.tracing = SqlTracing(sql)
        self.verdicts = SqlVerdicts(sql)
        self.discussions = SqlDiscussions(sql)
        self.reactions = SqlReactionBatches(sql)
        self.members = SqlMembers(sql)
        self.people = SqlPeople(sql)
        self.standings = SqlStandings(sql)
        self.cases = SqlCases(sql)
        self.case_posts = SqlCasePosts(sql)
        self.catching = SqlCatching(sql)
        self.corrections = SqlCorrections(sql)
        self.merging = SqlMerging(sql)
        self.shares = SqlShares(sql)
        self.words = SqlWords(sql)
        self.joining = SqlJoining(sql)
        self.outbox = SqlOutbox(sql)
        self.journal = SqlJournal(sql)
        self.settings = SqlSettings(sql)
