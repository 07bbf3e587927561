"""The newsroom: polls the feeds that are due, and decides what their documents mean."""

from bot.newsroom.desk import FeedDesk
from bot.newsroom.digests import Digests
from bot.newsroom.queue import Making
from bot.newsroom.rounds import Access, Newsroom, NewsroomSettings

__all__ = ["Access", "Digests", "FeedDesk", "Making", "Newsroom", "NewsroomSettings"]
