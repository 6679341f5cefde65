"""Loads one signature directory in a process of its own: python -m bench.load DIR PACK

Prints one JSON object: how long it took, and by how much the process grew.
"""

import json
import os
import sys
import time
from pathlib import Path

from scanner.matching.database import Database
from scanner.matching.oui import Registry
from scanner.matching.tree import read_tree
from scanner.model.field import Field

# Any registered address: the first one asked for makes the registry be read.
ADDRESS = "00:00:00:00:00:01"


def main(root: Path, pack: Path) -> dict[str, float]:
    """Load, then compile every field and read the registry; ``grown_mib`` is after all of it."""
    before_mib = resident_mib()
    started_s = time.perf_counter()
    database = Database.merged([read_tree(root, pack=pack)], Registry.shipped())
    loaded_s = time.perf_counter()
    for field in Field:
        database.engine.fits(field, "")
    compiled_s = time.perf_counter()
    database.registry.registrant(ADDRESS)
    return {
        "load_s": loaded_s - started_s,
        "compile_s": compiled_s - loaded_s,
        "grown_mib": resident_mib() - before_mib,
    }


def resident_mib() -> float:
    """Return the memory that this process holds now. Source: proc(5), statm, in pages."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
