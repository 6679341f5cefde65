"""The inventory as commands open it."""

from typing import TYPE_CHECKING

from scanner.clock import SystemClock
from scanner.site.file import read

if TYPE_CHECKING:
    from scanner.inventory.inventory import Inventory


def opened(place: str | None, *, must_exist: bool = True) -> "Inventory":
    """Open the inventory that ``--db`` names, or the usual one; made unless it ``must_exist``.

    Only a command that calls this pays for the database library. Raises StorageProblem or UsageProblem.
    """
    from scanner.inventory.inventory import Inventory

    return Inventory.open(place, SystemClock(), read, must_exist=must_exist)
