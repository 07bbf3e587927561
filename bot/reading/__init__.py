"""What members do with the news: searched, listed, shared, gathered into digests; and what chats ask for."""

from bot.reading.chatting import ChattingDesk
from bot.reading.desk import ReadingDesk

__all__ = ["ChattingDesk", "ReadingDesk"]
