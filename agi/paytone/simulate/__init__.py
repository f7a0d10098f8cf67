"""
Calls by the thousand, with faults everywhere, and what must hold afterwards.

Everything that money depends on is the real thing: the jobs of a call, the SDK, the sandbox's core,
a Postgres. The channel, the caller and the network are made of dice, and time stands still until
nothing else can happen, so that a world replays exactly from its seed and number.
"""
