"""The face that the registry of commands has on the command line.

Nothing is imported here, so that `tribune --help` is quick.
"""
