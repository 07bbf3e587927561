"""The newsroom: polls the feeds that are due, and decides what their documents mean."""

from bot.newsroom.desk import DeskSettings, FeedDesk
from bot.newsroom.digests import Digests
from bot.newsroom.opml import OpmlImports
from bot.newsroom.queue import Making
from bot.newsroom.requests import Access
from bot.newsroom.rounds import Newsroom, NewsroomSettings

__all__ = ["Access", "DeskSettings", "Digests", "FeedDesk", "Making", "Newsroom", "NewsroomSettings", "OpmlImports"]
