"""Speed and memory, measured on the virtual LAN beside a peer in the same run."""
