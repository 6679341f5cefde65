"""What became of one exchange: an outcome is an enum, never a None."""

from dataclasses import dataclass
from enum import Enum

from scanner.model.host import Endpoint
from scanner.model.observation import Observation


class ProbeStatus(Enum):
    """How an exchange ended. Only ``ANSWERED`` and ``PARTIAL`` carry facts."""

    ANSWERED = "answered"
    PARTIAL = "partial"  # some bytes came, then a reset, a cap or the deadline
    SILENT = "silent"  # connected or asked, and nothing came before the deadline
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    CONNECT_TIMEOUT = "connect-timeout"
    RESET = "reset"
    NOT_UNDERSTOOD = "not-understood"  # bytes came that this protocol does not explain
    OUT_OF_SCOPE = "out-of-scope"  # the gate refused to send
    OUT_OF_TIME = "out-of-time"  # the host's own deadline was spent
    TOOL_MISSING = "tool-missing"
    INTERNAL_ERROR = "internal-error"

    @property
    def has_reply(self) -> bool:
        """Whether the device said something."""
        return self in (ProbeStatus.ANSWERED, ProbeStatus.PARTIAL, ProbeStatus.NOT_UNDERSTOOD)


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The outcome of one probe on one endpoint; ``detail`` is a sentence for people, in our words."""

    probe: str
    endpoint: Endpoint
    status: ProbeStatus
    observations: tuple[Observation, ...] = ()
    elapsed_ms: int = 0
    detail: str = ""
