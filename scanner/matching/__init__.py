"""From facts to a verdict: the signature database, its engine, and the weighing of what it finds.

Nothing here opens a socket or reads a clock; a verdict is a function of observations and data.
"""
