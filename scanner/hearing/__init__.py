"""What traffic tells about who sent it: frames in, sightings out, nothing sent and no I/O.

A live capture and a capture file go through the same ear.
"""
