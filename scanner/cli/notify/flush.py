"""Delivering what waits, and saying what did not arrive: after a sweep, and by hand."""

import asyncio
import os
from typing import TYPE_CHECKING

from scanner.cli import talk
from scanner.clock import SystemClock

if TYPE_CHECKING:
    from scanner.inventory.inventory import Inventory
    from scanner.notify.delivery import Tally


# As scanner.notify.delivery.PATIENCE_S, which is not loaded for --help.
PATIENCE_S = 15.0


def flush(inventory: "Inventory", site: str | None = None, patience_s: float = PATIENCE_S) -> "Tally":
    """Deliver the messages of one site or of all, and warn of those that did not arrive.

    Attempts are begun for ``patience_s``; the last one may take 20 s on top. Raises StorageProblem when
    the database fails; what was not delivered is in it, as before.
    """
    from scanner.notify.delivery import Delivery

    delivery = Delivery(inventory, SystemClock(), os.environ, patience_s=patience_s)
    tally = asyncio.run(delivery.flush(site))
    for told in tally.waiting:
        talk.warning(f"Not delivered yet: {told}. It stays in the outbox and is tried again.")
    for told in tally.given_up:
        talk.warning(f"Given up: {told}.")
    return tally
