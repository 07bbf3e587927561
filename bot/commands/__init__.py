"""The one registry of commands: every door derives its face from it.

Nothing is imported here, so that the names of the groups are known quickly.
"""
