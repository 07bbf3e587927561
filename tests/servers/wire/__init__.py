"""Wire: a chat network of the tests, in a process of its own.

    python -m tests.servers.wire --port 0 --seed 7 --lose 0.1 --channels one,two

It is as awkward as a network may be: no call is idempotent, a message can have two threads, a tenth of the writing
calls are carried out while their answer is lost, some of them late. Everything is in memory.
"""
