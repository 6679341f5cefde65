"""Coverage as stored JSON."""

import json
from dataclasses import asdict
from datetime import datetime

from scanner.model.coverage import Coverage, SegmentCoverage
from scanner.model.scope import Range


def dumped(coverage: Coverage) -> str:
    """Return the stored form."""
    return json.dumps(asdict(coverage), default=datetime.isoformat)


def loaded(text: str | None) -> Coverage | None:
    """Return the coverage that a stored form stands for; None for a sweep without one."""
    if text is None:
        return None
    entry = json.loads(text)
    for name in ("started_at", "ended_at"):
        entry[name] = datetime.fromisoformat(entry[name])
    for name in ("notes", "gaps"):
        entry[name] = tuple(entry[name])
    entry["ranges"] = tuple(Range(**piece) for piece in entry["ranges"])
    entry["segments"] = tuple(SegmentCoverage(**one) for one in entry["segments"])
    return Coverage(**entry)
