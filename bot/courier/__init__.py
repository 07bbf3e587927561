"""The courier: takes orders from the outbox to the networks, each exactly once."""

from bot.courier.rounds import Courier, CourierSettings

__all__ = ["Courier", "CourierSettings"]
