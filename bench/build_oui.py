"""Rebuild signatures/oui/registry.txt.gz from the IEEE registries.

    python bench/build_oui.py npm 2.1.9                  # package oui-data through the npm client
    python bench/build_oui.py ieee /usr/share/ieee-data  # Debian package ieee-data: csv files

Both give MA-L, MA-M and MA-S. ``oui-data`` (BSD-2-Clause) is the newer: Debian 12 carries August 2022.
Blocks that the registration authority keeps to cut into smaller ones are left out: nobody's device
has the authority as its maker.
"""

import csv
import json
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from scanner.matching.oui import encode

TARGET = Path(__file__).parent.parent / "signatures" / "oui" / "registry.txt.gz"
PACKAGE = "oui-data"
CSV_FILES = ("oui.csv", "mam.csv", "oui36.csv")
AUTHORITY = "IEEE Registration Authority"


def npm(*arguments: str, folder: Path) -> str:
    """Return what the npm client prints."""
    done = subprocess.run(["npm", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def from_npm(version: str) -> tuple[dict[str, str], date, str]:
    """Return prefixes, day and source of one version of the package."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = folder / npm("pack", f"{PACKAGE}@{version}", folder=folder).split()[-1]
        times = json.loads(npm("view", PACKAGE, "time", "--json", folder=folder))
        with tarfile.open(archive) as packed:
            member = packed.extractfile("package/index.json")
            entries = json.load(member) if member else {}
    # Each value is the name, then the postal address line by line.
    prefixes = {prefix: text.split("\n")[0] for prefix, text in entries.items()}
    day = datetime.fromisoformat(times[version]).date()
    return prefixes, day, f"IEEE MA-L, MA-M, MA-S as packaged by npm {PACKAGE} {version} (BSD-2-Clause)"


def from_ieee(folder: Path) -> tuple[dict[str, str], date, str]:
    """Return prefixes, day and source of a folder with the registry's own csv files."""
    prefixes: dict[str, str] = {}
    for name in CSV_FILES:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            prefixes |= {row["Assignment"]: row["Organization Name"] for row in csv.DictReader(file)}
    stamp = int((folder / ".lastupdate").read_text())
    day = datetime.fromtimestamp(stamp, UTC).date()
    return prefixes, day, "IEEE MA-L, MA-M, MA-S as packaged by Debian ieee-data"


def main() -> None:
    """Write the registry file and say what it holds."""
    match sys.argv[1:]:
        case ["npm", version]:
            prefixes, day, source = from_npm(version)
        case ["ieee", folder]:
            prefixes, day, source = from_ieee(Path(folder))
        case _:
            sys.exit(__doc__)
    kept = {prefix: name for prefix, name in prefixes.items() if name != AUTHORITY}
    TARGET.write_bytes(encode(kept, day, source))
    print(f"{TARGET.name}: {len(kept)} prefixes, {day}, {TARGET.stat().st_size} bytes; {source}")


if __name__ == "__main__":
    main()
