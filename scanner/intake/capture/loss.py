"""What of a capture could not be used, counted by cause, so that a flood of damage stays a few lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.model.sighting import Incident

# Nobody reads more, and a file can make up as many as it has frames.
MAX_CAUSES = 100
OTHER_CAUSES = "of other causes, which are not listed one by one"


@dataclass(slots=True)
class Loss:
    """How often one cause took something, and the byte position of the first time."""

    first: int
    count: int = 0


@dataclass(slots=True)
class Losses:
    """The losses of one file.

    ``cut_short`` counts the frames that the capture holds only the beginning of. ``dropped`` holds what
    the capturing machine itself lost, by interface.
    """

    name: str
    cut_short: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    _left_out: dict[str, Loss] = field(default_factory=dict)

    def leave_out(self, cause: str, position: int) -> None:
        """Count something left out at a byte position; ``cause`` completes ``… were left out: ``."""
        if cause not in self._left_out and len(self._left_out) >= MAX_CAUSES:
            cause = OTHER_CAUSES
        self._left_out.setdefault(cause, Loss(position)).count += 1

    def drop(self, interface: str, count: int) -> None:
        """Add to what the capturing machine says that it lost on an interface."""
        if interface not in self.dropped and len(self.dropped) >= MAX_CAUSES:
            interface = "further interfaces"
        if count:
            self.dropped[interface] = self.dropped.get(interface, 0) + count

    def incidents(self) -> Iterator[Incident]:
        """Yield one sentence for each cause."""
        for cause, loss in self._left_out.items():
            yield Incident(
                f"{self.name}: {_frames(loss.count)} left out, the first at byte {loss.first:,}: {cause}. "
                "What they would have told is missing."
            )
        for interface, count in self.dropped.items():
            yield Incident(
                f"{self.name}: the machine that captured it lost {count:,} frames on {interface}. What they "
                "would have told is missing: capture again with a larger buffer or a filter."
            )
        if self.cut_short:
            yield Incident(
                f"{self.name}: {_frames(self.cut_short)} cut short by the capture's snap length. What stood "
                "in their ends is missing: capture whole frames (tcpdump -s 0)."
            )


def _frames(count: int) -> str:
    return "1 frame was" if count == 1 else f"{count:,} frames were"
