"""The sites that a command is about: one, some, those of a unit, or all.

The unit is the owner in the site file.
"""

from collections.abc import Sequence
from difflib import get_close_matches

from scanner.errors import UsageProblem
from scanner.inventory.inventory import Inventory
from scanner.model.site import Site


def chosen(inventory: Inventory, site: str | None, unit: str | None = None) -> tuple[Site, ...]:
    """Return the sites, by name. Raises UsageProblem for a site or unit that is not there, and for both."""
    if site is not None and unit is not None:
        raise UsageProblem(
            "--site and --unit exclude each other, since a site is of one unit. Leave one out."
        )
    if site is not None:
        return (inventory.site(site),)
    every = inventory.sites()
    found = tuple(one for one in every if unit is None or one.owner == unit)
    if unit is not None and not found:
        raise UsageProblem(_unknown(unit, sorted({one.owner for one in every if one.owner})))
    return found


def check_named(names: Sequence[str], is_all: bool, which: str) -> None:
    """Raise UsageProblem unless either sites are named or all are wanted; ``which`` ends "the sites ..."."""
    if is_all == bool(names):
        raise UsageProblem(f"Name the sites {which}, or all of them with --all.")


def named(inventory: Inventory, names: Sequence[str]) -> tuple[Site, ...]:
    """Return the sites of those names, each once, or every site for none. Raises UsageProblem."""
    if not names:
        return inventory.sites()
    return tuple(inventory.site(name) for name in dict.fromkeys(names))


def _unknown(unit: str, known: list[str]) -> str:
    close = get_close_matches(unit, known, 1)
    told = f"Known are: {', '.join(known)}." if known else "No site file names an owner."
    return f'There is no site of the unit "{unit}". {f"Did you mean {close[0]}? " if close else ""}{told}'
