"""The checked tables of a directory kept as JSON beside it, as Python keeps compiled modules.

Reading and checking 1,900 signatures of 564 files takes half a second; with the pack, a tenth.
A pack serves only the exact files it was made from: it holds their digest. It lies where Python
would put bytecode (``__pycache__``, or under ``PYTHONPYCACHEPREFIX``), so whoever could change it
could change the scanner; where nothing can be written, files are read the slow way every time.
"""

import json
import os
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from scanner.matching.maker import CheckedTable
from scanner.model.field import Field

# Raise this when a check becomes stricter, so that old packs are not believed.
PACK_FORMAT = 1


def pack_path(root: Path) -> Path:
    """Return where the pack of a directory lies."""
    return Path(cache_from_source(str(root / "tables.py"))).with_suffix(".json")


def read_pack(path: Path, digest: str) -> dict[str, CheckedTable] | None:
    """Return checked tables by file, or None when there is no pack of exactly these files."""
    try:
        pack = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(pack, dict) or {**pack, "tables": {}} != _head(digest):
        return None
    tables: dict[str, CheckedTable] = pack["tables"]
    return tables


def write_pack(path: Path, digest: str, tables: dict[str, CheckedTable]) -> None:
    """Keep checked tables for the next start; a directory that cannot be written is no fault."""
    pack = _head(digest) | {"tables": tables}
    part = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(pack), encoding="utf-8")
        # Replaced at once, so that a second scanner never reads half a pack.
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()


def _head(digest: str) -> CheckedTable:
    # The fields are part of it: a pack made before a field was renamed must not be believed.
    return {"format": PACK_FORMAT, "digest": digest, "fields": [*Field], "tables": {}}
