"""The configuration file as typed models; an error names file, key and remedy."""

from bot.config.loading import load
from bot.config.models import (
    ChannelConfig,
    CommunityConfig,
    Config,
    DatabaseConfig,
    DeliveryConfig,
    FeedConfig,
    LogsConfig,
    ModerationConfig,
    PollingConfig,
    SectionConfig,
    TitleConfig,
    TribuneConfig,
    WebConfig,
)
from bot.config.secrets import secret_values

__all__ = [
    "ChannelConfig",
    "CommunityConfig",
    "Config",
    "DatabaseConfig",
    "DeliveryConfig",
    "FeedConfig",
    "LogsConfig",
    "ModerationConfig",
    "PollingConfig",
    "SectionConfig",
    "TitleConfig",
    "TribuneConfig",
    "WebConfig",
    "load",
    "secret_values",
]
