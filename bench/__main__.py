"""Runs the measurements; with --write their sections of docs/reference/performance.md are written anew."""

import argparse
from collections.abc import Callable
from pathlib import Path

from bench import capture, discovery, inventory, listening, matching, page, sweep

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "performance.md"
# A quick run only shows that the measurement works.
QUICK_DEVICES, QUICK_NMAP_LIMIT_S, QUICK_TIMES = 31, 60.0, 2
QUICK_FRAMES, QUICK_PEER_S = 100_000, 5.0
QUICK_SWEEPS, QUICK_HOSTS = 20, 1000

Options = argparse.Namespace


def measure_sweep(options: Options) -> list[str]:
    """Return the lines of the sweep's section."""
    rows = sweep.measure(QUICK_DEVICES, QUICK_NMAP_LIMIT_S) if options.quick else sweep.measure()
    return page.sweep_section(rows)


def measure_discovery(_options: Options) -> list[str]:
    """Return the lines of the discovery section."""
    return page.discovery_section(discovery.measure())


def measure_listening(options: Options) -> list[str]:
    """Return the lines of the section on live listening."""
    rows = listening.measure(seconds=1.0, search_seconds=1.0) if options.quick else listening.measure()
    return page.listening_section(rows)


def measure_matching(options: Options) -> list[str]:
    """Return the lines of the matching section."""
    times = QUICK_TIMES if options.quick else matching.TIMES
    return page.matching_section(matching.measure(options.corpus, times))


def measure_capture(options: Options) -> list[str]:
    """Return the lines of the capture section."""
    result = capture.measure(QUICK_FRAMES, QUICK_PEER_S) if options.quick else capture.measure()
    return page.capture_section(result)


def measure_inventory(options: Options) -> list[str]:
    """Return the lines of the inventory's section."""
    quick = (QUICK_SWEEPS, QUICK_DEVICES, QUICK_HOSTS)
    return page.inventory_section(inventory.measure(*quick) if options.quick else inventory.measure())


SECTIONS: dict[str, Callable[[Options], list[str]]] = {
    "sweep": measure_sweep,
    "discovery": measure_discovery,
    "listening": measure_listening,
    "matching": measure_matching,
    "capture": measure_capture,
    "inventory": measure_inventory,
}


def options() -> Options:
    """Return what the command line says."""
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--only", choices=SECTIONS, help="run this measurement alone")
    parser.add_argument("--write", action="store_true", help="write the measured sections into the page")
    parser.add_argument("--quick", action="store_true", help="run small, to see that it works")
    parser.add_argument("--corpus", type=Path, help="labelled records to match as well")
    return parser.parse_args()


def main(chosen: Options) -> None:
    """Measure, print each section when it is there, and write it when that was asked for."""
    for name in [chosen.only] if chosen.only else SECTIONS:
        lines = SECTIONS[name](chosen)
        print("\n".join(lines))
        if chosen.write:
            # Read again each time: another measurement may have written its section meanwhile.
            known = PAGE.read_text() if PAGE.exists() else page.intro()
            PAGE.write_text(page.placed(known, name, lines))


if __name__ == "__main__":
    main(options())
