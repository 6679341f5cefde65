"""What other tools have seen, taken in as facts that pass the same matching as our own.

Nothing here touches the network: bytes and text come in, facts go out.
"""
