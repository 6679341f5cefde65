"""Making a bundle, finding by finding: a site of any size takes the same memory."""

import gzip
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import IO

from scanner.bundle import archive, evidence, manifest, place, sweep
from scanner.bundle.manifest import Manifest, Member
from scanner.export import csv, file
from scanner.export.listing import Row
from scanner.export.redaction import Redaction
from scanner.inventory.contract import FindingRow, SweepRow
from scanner.inventory.inventory import Inventory
from scanner.model.site import Site

# One question for so many findings; their evidence, 20 to 50 KB each, is in memory at once.
FINDINGS_AT_ONCE = 50
# Level 9 takes four times as long as 6 and saves three bytes of a hundred.
_COMPRESSION = 6


@dataclass(frozen=True, slots=True)
class Form:
    """How findings are written: the export's columns, and the row of one finding."""

    columns: tuple[str, ...]
    row: Callable[[FindingRow], Row]


@dataclass(frozen=True, slots=True)
class Order:
    """What is bundled: finished sweeps of one site, oldest first and at least one, and their redaction.

    ``versions`` is what ``version.entry`` tells.
    """

    site: Site
    sweeps: Sequence[SweepRow]
    redaction: Redaction
    program: str
    versions: dict[str, object]

    @property
    def until(self) -> datetime:
        """The end of the latest sweep, which is the time of every member as well."""
        return max(one.ended_at or one.started_at for one in self.sweeps)


def make(path: Path, inventory: Inventory, order: Order, form: Form) -> Manifest:
    """Write a bundle that appears whole or not at all, with mode 0600.

    The same inventory gives the same bytes, but for what is redacted. Raises OSError, TooLarge and
    StorageProblem; what stood at ``path`` is then as it was.
    """
    with ExitStack() as stack:
        members = {name: _spool(path, stack) for name in manifest.names(order.redaction.level)}
        _write_findings(members, inventory, order, form)
        members[manifest.SWEEPS].writelines(sweep.line(one, order.redaction) for one in order.sweeps)
        members[manifest.SITE].write(_document(place.entry(order.site, order.redaction)))
        members[manifest.VERSIONS].write(_document(order.versions))
        made = _manifest(order, members)
        listed = manifest.dumped(made)
        first = {manifest.MANIFEST: listed, manifest.MANIFEST_SUM: manifest.checksum(listed)}
        heads = {name: io.BytesIO(data) for name, data in first.items()}
        out = stack.enter_context(file.replacing(path))
        archive.write(out, [*heads.items(), *members.items()], int(order.until.timestamp()))
    return made


def _spool(path: Path, stack: ExitStack) -> IO[bytes]:
    """Return a file without a name where the bundle will be: a member's size must be known before it."""
    return stack.enter_context(tempfile.TemporaryFile(dir=path.resolve().parent))


def _write_findings(members: dict[str, IO[bytes]], inventory: Inventory, order: Order, form: Form) -> None:
    listed, evidence_file = members[manifest.FINDINGS], members.get(manifest.EVIDENCE)
    listed.write(csv.line(form.columns).encode())
    with ExitStack() as stack:
        # No name and no time: they would differ from one bundle to the next.
        packed = evidence_file and stack.enter_context(
            gzip.GzipFile("", "wb", _COMPRESSION, evidence_file, mtime=0)
        )
        for some in _batches(inventory, order):
            rows = [order.redaction.row(form.columns, form.row(finding)) for finding in some]
            listed.write(csv.block(rows).encode("utf-8", "backslashreplace"))
            if packed:
                kept = inventory.evidence_of([finding.number for finding in some])
                packed.writelines(evidence.line(one, kept[one.number]) for one in some)


def _batches(inventory: Inventory, order: Order) -> Iterator[list[FindingRow]]:
    for one in order.sweeps:
        found = inventory.findings(sweep=one.number)
        while some := list(islice(found, FINDINGS_AT_ONCE)):
            yield some


def _manifest(order: Order, members: dict[str, IO[bytes]]) -> Manifest:
    listed = tuple(_member(name, content) for name, content in members.items())
    site = order.redaction.name("site", order.site.name)
    return Manifest(site, order.until, order.program, order.redaction.level, listed)


def _member(name: str, content: IO[bytes]) -> Member:
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    return Member(name, size, file_digest(content, "sha256").hexdigest())  # type: ignore[arg-type]


def _document(entry: dict[str, object]) -> bytes:
    return f"{json.dumps(entry, indent=1, default=date.isoformat)}\n".encode()
