"""What a part of the scanner may put on the wire, declared where it is sent and printed in the docs."""

from dataclasses import dataclass
from enum import Enum


class Reach(Enum):
    """Who receives a message."""

    UNICAST = "unicast"
    MULTICAST = "multicast"
    BROADCAST = "broadcast"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Traffic:
    """One kind of message: where it goes, the exact bytes or request line, and where the fact stands."""

    reach: Reach
    destination: str
    message: str
    source: str
