"""What a lab's server leaves for others to find it by: its process, told apart from any later one."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

STATE_NAME = "state.json"
# What the server says when it is up, and how it begins when this machine does not allow namespaces.
READY = "ready"
REFUSED = "refused: "


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The server's process, when it started (clock ticks since boot), and its scanner namespace."""

    pid: int
    started: int
    scanner_descriptor: int | None

    def write(self, directory: Path) -> None:
        """Write the file whole or not at all."""
        draft = directory / f"{STATE_NAME}.new"
        draft.write_text(json.dumps(asdict(self)) + "\n")
        draft.rename(directory / STATE_NAME)

    @classmethod
    def read(cls, directory: Path) -> Self | None:
        """Read the file, or return None when there is none."""
        path = directory / STATE_NAME
        return cls(**json.loads(path.read_text())) if path.exists() else None

    def is_running(self) -> bool:
        """Whether that very process is still there and not a zombie."""
        return process_start(self.pid) == self.started


def process_start(pid: int) -> int:
    """Return when a process started, or 0 when it is gone. Source: proc(5), stat fields 3 and 22."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    fields = text.rpartition(")")[2].split()
    return 0 if fields[0] in "ZX" else int(fields[19])
