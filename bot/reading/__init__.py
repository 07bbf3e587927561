"""What members do with the news: searched, listed, shared, gathered into digests."""

from bot.reading.desk import ReadingDesk

__all__ = ["ReadingDesk"]
