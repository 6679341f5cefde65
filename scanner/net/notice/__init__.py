"""Telling people: the senders, one per way.

What they send goes to the receiver that the operator configured and to nobody else. It does not pass the
gate, which guards what is examined.
"""
