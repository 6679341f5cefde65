"""The page of measured figures: one section for each measurement, rewritten each by itself."""

import platform
import re
from collections.abc import Iterable

from bench import capture, discovery, inventory, listening, matching, sweep


def intro() -> str:
    """Return the head of the page, without sections."""
    lines = [
        "# Performance",
        "",
        "Made by `make bench` on the virtual LAN, whose devices run on the same two cores as the tools.",
        f"Python {platform.python_version()}, Linux {platform.release().split('-')[0]}. Whole processes,",
        "children included, as the kernel accounts for them; peak memory is the largest single process.",
        "One section alone: `python -m bench --only matching --write`.",
        "",
    ]
    return "\n".join(lines)


def placed(page: str, name: str, lines: list[str]) -> str:
    """Return the page with a section between its marks, in the place where it stood or at the end."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    section = "\n".join([begin, "", *lines, end])
    old = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if old.search(page):
        return old.sub(lambda _: section, page)
    return f"{page.rstrip()}\n\n{section}\n"


def sweep_section(rows: list[sweep.Row]) -> list[str]:
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
        lines += ["", _sweep_ratio(*rows[:2])]
    return [*lines, ""]


def _sweep_ratio(ours: sweep.Row, peer: sweep.Row) -> str:
    ratio = peer.seconds_per_device / ours.seconds_per_device
    if peer.finished == 0:
        at_least = peer.cost.wall_s / ours.cost.wall_s
        return f"{peer.tool} was stopped with no device finished: more than {at_least:.0f} times as long."
    return f"Per finished device, {peer.tool} took {ratio:.0f} times as long."


def discovery_section(rows: list[discovery.Row]) -> list[str]:
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


def listening_section(rows: list[listening.Row]) -> list[str]:
    """Return the lines of the section on live listening."""
    lines = [
        "## Listening live on a cable",
        "",
        "95 % are full frames of bulk TCP from a port that the kernel's filter passes; the rest is announced",
        "by 1,000 hosts. The sender runs on the same two cores. Shares are of one core. Dropped frames are",
        "counted by the listener; what is missing from the sum was lost before it could be counted.",
        "",
        "| Aim, frames/s | Sent | In s | Taken in | Dropped | Listener | Capture program |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.rate:,} | {row.sent:,} | {row.seconds:.1f} | {row.taken:,} | {row.dropped:,} "
        f"| {row.listener_share:.0%} | {row.capture_share:.0%} |"
        for row in rows
    ]
    return [*lines, "", _highest_rate(rows), ""]


def _highest_rate(rows: list[listening.Row]) -> str:
    best = max((row.sent / row.seconds for row in rows if row.is_without_loss), default=0.0)
    is_senders = rows[-1].is_without_loss and not rows[-1].has_kept_up
    limit = "; the sender could not send faster" if is_senders else ""
    return f"Highest rate without a lost frame: {best:,.0f} per second{limit}."


def matching_section(result: matching.Result) -> list[str]:
    """Return the lines of the matching section."""
    shipped, grown = result.shipped, result.grown
    corpus = ", and a labelled corpus" if result.has_corpus else ""
    rows = [
        ("Signatures", f"{shipped.rules:,}", f"{grown.rules:,}"),
        ("Load, first start: TOML read and checked, ms", _first(shipped), _first(grown)),
        ("Load, later starts, ms", _later(shipped), _later(grown)),
        ("Compile all fields (each when its first fact arrives), ms", _compile(shipped), _compile(grown)),
        ("Memory for all of it, address registry included, MiB", _memory(shipped), _memory(grown)),
        ("Observations matched per second", f"{shipped.engine_rate:,.0f}", f"{grown.engine_rate:,.0f}"),
        ("The same by a loop of `re`, per second", f"{shipped.loop_rate:,.0f}", f"{grown.loop_rate:,.0f}"),
        ("Observations judged per second", f"{shipped.judged_rate:,.0f}", f"{grown.judged_rate:,.0f}"),
        (f"Verdicts per second, {matching.FACTS_PER_HOST} facts each", _verdicts(shipped), _verdicts(grown)),
        ("Hardest 64 KiB of any field, ms", _worst(shipped), _worst(grown)),
    ]
    return [
        f"## Matching {result.observations:,} different observations",
        "",
        f"They are the examples and near misses of the shipped signatures{corpus}.",
        "One core. The larger database holds altered copies of every signature. The loop tries each pattern",
        f"of the observation's field in turn; `re` cannot read {shipped.loop_patterns_left_out} of them.",
        "",
        f"| | Shipped | {result.times} times |",
        "|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
        "The first start leaves checked tables where Python leaves bytecode. An installation that its user",
        "cannot write to starts the slow way every time, until somebody who can has run camcensus once.",
        "",
    ]


def _first(size: matching.Size) -> str:
    return f"{size.first_load.load_s * 1000:,.0f}"


def _later(size: matching.Size) -> str:
    return f"{size.later_load.load_s * 1000:,.0f}"


def _compile(size: matching.Size) -> str:
    return f"{size.later_load.compile_s * 1000:,.0f}"


def _memory(size: matching.Size) -> str:
    return f"{size.later_load.grown_mib:,.0f}"


def _verdicts(size: matching.Size) -> str:
    return f"{size.judged_rate / matching.FACTS_PER_HOST:,.0f}"


def _worst(size: matching.Size) -> str:
    return f"{size.worst_s * 1000:.1f} (`{size.worst_field.value}`)"


def capture_section(result: capture.Result) -> list[str]:
    """Return the lines of the capture section."""
    whole, half = result.whole, result.half
    peers = result.peer or ()
    rows = (*result.steps, half, whole, *peers)
    lines = [
        f"## A capture of {whole.frames:,} frames, {capture.BULK_SHARE:.0%} of it bulk TCP",
        "",
        f"{result.file_mib:,.0f} MiB of pcap: {capture.FLOWS} flows, and what {capture.HOSTS} devices say. "
        "Each tool on one core; its start and end are counted.",
        "",
        "| Tool | Frames | Wall s | CPU s | Frames per second | Frames per CPU second | Peak MiB "
        "| Hosts told of |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.tool} | {row.frames:,} | {row.cost.wall_s:.1f} | {row.cost.cpu_s:.1f} | {row.rate:,.0f} "
        f"| {row.core_rate:,.0f} | {row.cost.peak_mib:.0f} | {'' if row.hosts is None else row.hosts} |"
        for row in rows
    ]
    lines += ["", f"Twice the frames, {whole.cost.peak_mib - half.cost.peak_mib:+.0f} MiB."]
    if peers:
        peer = peers[-1]
        lines[-1] += (
            f" Per second, camcensus reads {whole.rate / peer.rate:.0f} times as many frames as {peer.tool}, "
            f"which was given the first {peer.frames:,}."
        )
    return [*lines, ""]


def inventory_section(result: inventory.Result) -> list[str]:
    """Return the lines of the inventory's section."""
    kinds = " | ".join(row.database for row in result.rows)
    lines = [
        f"## An inventory with {result.sweeps:,} sweeps of {result.devices} devices",
        "",
        f"{result.sweeps * result.devices:,} rows of history, each with the evidence of a real sweep of the",
        "virtual LAN, whose dates and nonces differ from night to night; and one sweep of "
        f"{result.hosts:,} hosts.",
        "Both databases with their usual settings: every batch of 50 hosts is on the disk before the next.",
        "",
        f"| Writing | {kinds} |",
        f"|---|{'---|' * len(result.rows)}",
        _inventory_line("Sweeps per second", (f"{1 / row.night_s:.1f}" for row in result.rows)),
        _inventory_line("Rows per second", (f"{result.devices / row.night_s:,.0f}" for row in result.rows)),
        _inventory_line(
            f"One sweep, as a share of the {result.scan_s:.1f} s that it took on the network",
            (f"{row.night_s / result.scan_s:.1%}" for row in result.rows),
        ),
        _inventory_line(
            f"The sweep of {result.hosts:,} hosts, s", (f"{row.crowd_s:.1f}" for row in result.rows)
        ),
        _inventory_line("Size of all of it, MiB", (f"{row.size_mib:,.0f}" for row in result.rows)),
        "",
        f"Medians of {inventory.RUNS} runs of the command (the whole history: one run), its start included.",
        "",
        "| Command | Rows read | Database | Wall s | Peak MiB |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.name} | {one.rows:,} | {row.database} | {one.wall_s:.2f} | {one.peak_mib:.0f} |"
        for answers in zip(*(row.answers for row in result.rows), strict=True)
        for row, one in zip(result.rows, answers, strict=True)
    ]
    return [*lines, ""]


def _inventory_line(name: str, cells: Iterable[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"
