"""Who is there? Listeners send nothing; askers ask. The registries below are all there is."""

from scanner.discovery.arp import ArpSweep
from scanner.discovery.contract import Discoverer, Listens
from scanner.discovery.listener import Listener
from scanner.discovery.mdns import MdnsBrowser
from scanner.discovery.multicast import MulticastAsker
from scanner.discovery.sadp_frame import SadpFrameAsker
from scanner.discovery.unicast import RoutedCandidates, UnicastAsker

BUILTIN_ASKERS: tuple[Discoverer, ...] = (
    ArpSweep(),
    SadpFrameAsker(),
    MulticastAsker(),
    MdnsBrowser(),
    UnicastAsker(),
    RoutedCandidates(),
)
BUILTIN_LISTENERS: tuple[Listens, ...] = (Listener(),)

__all__ = ["BUILTIN_ASKERS", "BUILTIN_LISTENERS", "Discoverer", "Listens"]
