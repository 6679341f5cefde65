"""What stands on paper: one line of an asset or purchase list."""

from dataclasses import dataclass
from enum import StrEnum


class Column(StrEnum):
    """What a column of a list can tell of a device; the values are what ``--map`` takes."""

    REFERENCE = "reference"
    SERIAL = "serial"
    MAC = "mac"
    ADDRESS = "address"
    MAKER = "maker"
    MODEL = "model"
    LOCATION = "location"


# A line without any of these could be any device.
TELLING = (Column.SERIAL, Column.MAC, Column.ADDRESS, Column.MODEL)


@dataclass(frozen=True, slots=True)
class Asset:
    """One line. ``line`` counts lines of the file from 1; what the list does not tell is empty.

    ``reference`` is what whoever wrote the list calls it; ``mac`` and ``address`` are as we write them, or as
    they stand in the list where they are none.
    """

    line: int
    reference: str = ""
    serial: str = ""
    mac: str = ""
    address: str = ""
    maker: str = ""
    model: str = ""
    location: str = ""
