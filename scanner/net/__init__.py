"""The only room with sockets and tools. Nothing leaves without passing the gate."""
