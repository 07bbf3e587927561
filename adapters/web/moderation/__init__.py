"""The moderators' area: the queue, its cases, members, whole discussions, and the log of all of it."""
