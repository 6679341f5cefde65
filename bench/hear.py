"""Reads one capture in a process of its own: python -m bench.hear FILE [--deaf]

Prints how many frames it held. Deaf, it reads frames and listens to none of them.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from scanner.hearing.ear import Ear
from scanner.intake.capture import Batch, frames
from scanner.intake.contract import Source


def main(path: Path, *, is_deaf: bool) -> int:
    """Read the whole file as one link's and return the number of its frames."""
    count, ear = 0, Ear()
    with path.open("rb") as stream:
        for batch in frames(Source(stream, str(path), datetime.now(UTC))):
            if isinstance(batch, Batch):
                count += len(batch.frames)
                _exhaust(ear, batch, is_deaf)
    return count


def _exhaust(ear: Ear, batch: Batch, is_deaf: bool) -> None:
    for _sighting in () if is_deaf else ear.hear(batch.frames):
        pass


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), is_deaf="--deaf" in sys.argv))
