"""The only room with sockets and tools.

Nothing leaves without passing the gate, but for messages to receivers that the operator configured.
"""
