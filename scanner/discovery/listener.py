"""The listener: hears what devices say unprompted, and sends nothing at all.

It captures frames instead of joining multicast groups, because a join makes the kernel send IGMP
reports.
"""

from collections.abc import AsyncIterator, Sequence

from scanner.discovery.contract import Met, Tally
from scanner.discovery.post import Post
from scanner.discovery.stream import merged
from scanner.model.traffic import Reach, Traffic
from scanner.net.interface import Interface
from scanner.net.network import Network


class Listener:
    """Hears what is announced, and on a mirror port what is said in clear, on the attached segments.

    Hears only what reaches this port: broadcast and multicast, or everything on a mirror port. Says what
    it could not hear, and goes on when it can again. Runs until it is stopped.
    """

    name = "listener"
    traffic = (Traffic(Reach.NOTHING, "none", "(listens)", "captures frames; joins no group"),)

    def __init__(self) -> None:
        self._posts: tuple[Post, ...] = ()

    def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        """Listen on all interfaces and count anew; one listening at a time."""
        # It cannot send: of the network it keeps only the clock.
        self._posts = tuple(Post(interface.name, network.clock) for interface in interfaces)
        return merged([(post.interface, post.listen()) for post in self._posts])

    def stop(self) -> None:
        """End the listening politely: ``discover`` yields what has arrived and what was lost, and ends."""
        for post in self._posts:
            post.stop()

    def tallies(self) -> tuple[Tally, ...]:
        """Return the counters of the present or last listening, one for each interface."""
        return tuple(post.tally() for post in self._posts)
