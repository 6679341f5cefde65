"""A LAN that exists only inside this machine, with devices that behave on the wire as real ones do.

Linux network namespaces joined by veth pairs and one bridge; every device has its own MAC and
address on layer 2, and one asyncio process serves them all. Nothing touches the machine's network.
Use it from tests (``Lab``) or as a tool (``python -m tests.lab --help``).
"""

from tests.lab.errors import LabError, NamespacesRefused
from tests.lab.journal import Received
from tests.lab.lab import Connections, Frames, Lab
from tests.lab.personas import ALL_PERSONAS as EVERYTHING
from tests.lab.plan import Expected, Further, Plan, personas_for

__all__ = [
    "EVERYTHING",
    "Connections",
    "Expected",
    "Frames",
    "Further",
    "Lab",
    "LabError",
    "NamespacesRefused",
    "Plan",
    "Received",
    "personas_for",
]
