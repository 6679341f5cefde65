"""What a reader of another tool's file is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from scanner.model.sighting import Incident, Sighting

Told = Sighting | Incident


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read: its stream, its name for messages, and when it was written.

    ``told_at`` is aware and in UTC; it is the age of whatever the file itself gives no time for.
    """

    stream: IO[bytes]
    name: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file.

    ``read`` yields sightings in the order of the file, each with ``Via.IMPORTED`` and a source that
    names the kind; what cannot be used becomes an ``Incident`` whose text names the position, and the
    rest is read. Raises NotThisKind, before anything is yielded, for a file of another kind; raises
    OSError as the stream does.
    """

    name: str
    note: str
    read: Callable[[Source], Iterator[Told]]
