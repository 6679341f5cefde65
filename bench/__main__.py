"""python -m bench [--write] [--quick]: run every measurement; --write puts the table into the docs."""

import platform
import sys
from pathlib import Path

from bench import discovery, sweep

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "performance.md"
# A quick run only shows that the measurement works.
QUICK_DEVICES, QUICK_NMAP_LIMIT_S = 31, 60.0


def sweep_table(rows: list[sweep.Row]) -> list[str]:
    """Return the lines of the sweep's section."""
    first = rows[0]
    lines = [
        f"## A full sweep of a /24 with {first.devices} live devices",
        "",
        f"{first.targets} of the devices are targets; tarpits are in the mix. nmap examines the same ports.",
        "",
        "| Tool | Wall s | CPU s | Peak MiB | Packets sent | Devices finished | Targets named "
        "| Most connections at once to one device |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        cut = " (stopped)" if row.cost.was_cut else ""
        lines.append(
            f"| {row.tool} | {row.cost.wall_s:.1f}{cut} | {row.cost.cpu_s:.1f} | {row.cost.peak_mib:.0f} "
            f"| {row.packets} | {row.finished} | {row.named} of {row.targets} | {row.connections_per_host} |"
        )
    if len(rows) > 1:
        lines += ["", sweep_ratio(*rows[:2])]
    return [*lines, ""]


def sweep_ratio(ours: sweep.Row, peer: sweep.Row) -> str:
    """Return the comparison in one sentence."""
    ratio = peer.seconds_per_device / ours.seconds_per_device
    if peer.finished == 0:
        at_least = peer.cost.wall_s / ours.cost.wall_s
        return f"{peer.tool} was stopped with no device finished: more than {at_least:.0f} times as long."
    return f"Per finished device, {peer.tool} took {ratio:.0f} times as long."


def discovery_table(rows: list[discovery.Row]) -> list[str]:
    """Return the lines of the discovery section."""
    lines = [
        f"## Host discovery of a /20 with {discovery.HOSTS} hosts, {discovery.LOSS:.0%} of ARP requests lost",
        "",
        f"Medians of {discovery.RUNS} runs, the tools in turn.",
        "",
        "| Tool | Wall s | CPU s | Peak MiB | Hosts found | Packets sent |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.tool} | {row.wall_s:.1f} | {row.cpu_s:.2f} | {row.peak_mib:.0f} "
        f"| {row.found_share:.1%} | {row.packets} |"
        for row in rows
    ]
    return [*lines, ""]


def page(is_quick: bool) -> str:
    """Run everything and return the page."""
    rows = sweep.measure(QUICK_DEVICES, QUICK_NMAP_LIMIT_S) if is_quick else sweep.measure()
    lines = [
        "# Performance",
        "",
        "Made by `make bench` on the virtual LAN, whose devices run on the same two cores as the tools.",
        f"Python {platform.python_version()}, Linux {platform.release().split('-')[0]}. Whole processes,",
        "children included, as the kernel accounts for them; peak memory is the largest single process.",
        "",
        *sweep_table(rows),
        *discovery_table(discovery.measure()),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    text = page("--quick" in sys.argv[1:])
    print(text)
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text)
