"""The newsroom: polls the feeds that are due, and decides what their documents mean."""

from bot.newsroom.desk import FeedDesk
from bot.newsroom.rounds import Access, Newsroom, NewsroomSettings

__all__ = ["Access", "FeedDesk", "Newsroom", "NewsroomSettings"]
