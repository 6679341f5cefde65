"""Listings to standard output or a file, and the coverage that they are never printed without."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from scanner.cli import talk
from scanner.cli.option import ListFormat, OutputOptions
from scanner.cli.running import result
from scanner.errors import CamcensusError, UsageProblem
from scanner.export import JSONL, coverage, file
from scanner.export.listing import Listing, csv_lines, json_lines
from scanner.export.plural import counted
from scanner.inventory.contract import SweepRow, SweepState
from scanner.inventory.inventory import Inventory
from scanner.model.device import Presence


def deliver(listing: Listing, wanted: ListFormat | None, output: str | None = None) -> None:
    """Print a listing, or write it to a file as ``write`` does.

    Unless a format is wanted, a terminal gets a table, a pipe JSON Lines, and a file what its suffix says.
    """
    if output is not None:
        _write_listing(listing, wanted, output)
        return
    printed = printed_as(wanted)
    if printed is ListFormat.TABLE:
        from scanner.export.table import show_listing

        show_listing(listing, sys.stdout)
    else:
        result.put(csv_lines(listing) if printed is ListFormat.CSV else json_lines(listing))


def printed_as(wanted: ListFormat | None) -> ListFormat:
    """Return the format in which a list is printed: unless one is wanted, a terminal gets a table."""
    return wanted or (ListFormat.TABLE if sys.stdout.isatty() else ListFormat.JSONL)


def _write_listing(listing: Listing, wanted: ListFormat | None, output: str) -> None:
    if wanted is ListFormat.TABLE:
        raise UsageProblem("A table is for a terminal: leave out -o, or name csv or jsonl.")
    is_json = result.exporter(OutputOptions(output, wanted, None, "")) is JSONL
    write(json_lines(listing) if is_json else csv_lines(listing), output)


def write(lines: Iterable[str], output: str | None) -> None:
    """Write lines to a file, whole or not at all, or to standard output for None and ``-``.

    Raises UsageProblem when no file could be put there, before any line is taken, else CamcensusError.
    """
    if output is None or output == result.STANDARD_OUTPUT:
        result.put(lines)
        return
    file.check_writable(Path(output))
    try:
        file.write(Path(output), lines)
    except OSError as error:
        raise CamcensusError(
            f"{output} could not be written ({error.strerror}). What stood there is unchanged, and the "
            "inventory still holds everything. Make room or choose another place, and export again."
        ) from error


def tell_coverage(sweeps: Iterable[SweepRow]) -> None:
    """Say how much each sweep looked at."""
    for sweep in sweeps:
        for sentence in coverage_of(sweep):
            talk.closing(sentence)


def tell_gone(inventory: Inventory, sites: Iterable[str]) -> None:
    """Say how many devices a list leaves out since sweeps no longer meet them: that alone is no removal."""
    devices = (device for site in sites for device in inventory.devices(site))
    count = sum(device.presence is Presence.GONE for device in devices)
    if count:
        talk.closing(
            f"Not listed: {counted(count, 'device')} that sweeps no longer meet; camcensus obligation list "
            "shows whose removal is attested."
        )


def tell_last_sweeps(inventory: Inventory, sites: Iterable[str]) -> None:
    """Say how much the last finished sweep of each site looked at, and the last scan where that is older."""
    for site in sites:
        last, scan = inventory.last_sweep(site), inventory.last_scan(site)
        if last is None:
            tell_never_swept(site)
        elif scan is None or scan.number == last.number:
            tell_coverage([last])
        else:
            tell_coverage([scan, last])


def coverage_of(sweep: SweepRow) -> Iterator[str]:
    """Yield which sweep it is, then how much it looked at, one sentence each."""
    ended = f", {sweep.ended_at:%Y-%m-%d %H:%M} UTC" if sweep.ended_at else ""
    yield f"Sweep {sweep.number} of {sweep.site} ({sweep.kind.value}, {sweep.state.value}{ended}):"
    if sweep.coverage is not None:
        yield from coverage.sentences(sweep.coverage)
    elif sweep.state is not SweepState.FINISHED:
        yield f"It is {sweep.state.value}, so what it covers is not known, and none of its findings counts."


def tell_never_swept(site: str) -> None:
    """Say that a site was never swept to the end."""
    talk.closing(f"No sweep of {site} has finished yet, so nothing is known of what stands there.")
