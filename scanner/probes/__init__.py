"""What does one endpoint say? One file per exchange; the registry below is all there is."""

from scanner.probes.banner import BannerProbe
from scanner.probes.certificate import CertificateProbe
from scanner.probes.contract import Probe
from scanner.probes.landing import LandingProbe
from scanner.probes.onvif import OnvifProbe
from scanner.probes.page import PageProbe
from scanner.probes.rtsp import RtspProbe

# In the order in which one endpoint is asked: the gentlest and most telling first.
BUILTIN_PROBES: tuple[Probe, ...] = (
    CertificateProbe(),
    LandingProbe(),
    RtspProbe(),
    BannerProbe(),
    OnvifProbe(),
    PageProbe(),
)

__all__ = ["BUILTIN_PROBES", "Probe"]
