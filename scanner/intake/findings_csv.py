r"""An earlier census in CSV: less than JSON Lines keeps, and enough to name the makers again.

A row has the three values that told most, without their bytes, their times or how they were learned. So
a row that was not ``confirmed`` counts as overheard, which never confirms; a value that the export
shortened is left out, since its beginning may name another model; and a verdict can come out less sure than
it was. What a spreadsheet has done to the file is read too: other separators, other line ends, no
apostrophe before a formula.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from scanner.intake import field as fact_field
from scanner.intake import findings, moment
from scanner.intake.contract import Kind, Source, Told
from scanner.intake.findings import host_of, stated
from scanner.intake.line import BadLine
from scanner.intake.text_line import Line, Reading
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Via
from scanner.model.sighting import Incident, Sighting, sighted

NAME = "csv"
EXPECTED = "a census in CSV, with the header 'schema_version,sweep_id,site,segment,address,mac,...'"
# Without these a row tells nothing.
NEEDED_COLUMNS = frozenset({"schema_version", "address", "tier", "evidence"})
# What the export puts an apostrophe before, so that a spreadsheet shows text, and how it joins lists.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
LIST_SEPARATOR = "; "
# What it ends a shortened value with.
ELLIPSIS = "…"

# Spreadsheets write what the country that they are set to uses.
_SEPARATORS = ",;\t"
# What was not proof must not become it. Where evidence was at odds, the address was perhaps the host's own.
VIAS = {"confirmed": Via.IMPORTED}
_MAC_VIAS = {"confirmed": Via.IMPORTED, "conflicting": Via.IMPORTED}
_NAMED = re.compile(rf"(?:\A|{LIST_SEPARATOR})(?P<field>{'|'.join(map(re.escape, Field))})=")
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")


def read(source: Source) -> Iterator[Told]:
    """Yield a sighting for every row."""
    reading = Reading(source, max_file_bytes=findings.MAX_FILE_BYTES)
    lines = reading.opened(EXPECTED, _columns)
    rows = _Rows(source)
    yield from reading.understood(lines, rows.take)
    if rows.has_several_sites:
        yield Incident(
            f"{source.name} holds several sites, and devices of one address and segment count as one. Export "
            "and import each site for itself (camcensus export --site NAME)."
        )
    if rows.newest_version > findings.SCHEMA_VERSION:
        yield findings.newer(source.name, rows.newest_version)
    yield from reading.closed()


KIND = Kind(NAME, "an earlier camcensus result in CSV", read)


@dataclass(slots=True)
class _Rows:
    source: Source
    columns: list[str] = field(default_factory=list)
    separator: str = ","
    newest_version: int = findings.SCHEMA_VERSION
    site: str | None = None
    has_several_sites: bool = False

    def take(self, line: Line) -> Iterator[Sighting]:
        if not self.columns:
            self.columns, self.separator = _columns(line.text), _separator(line.text)
        else:
            yield self._sighting(line.text)

    def _sighting(self, text: str) -> Sighting:
        cells = map(unneutralised, _cells(text, self.separator))
        row = dict(zip(self.columns, cells, strict=False))
        if len(row) < len(self.columns):
            raise BadLine(f"it has {len(row)} columns instead of {len(self.columns)}")
        version = row["schema_version"]
        if not (version.isascii() and version.isdecimal() and len(version) <= 4):
            raise BadLine("its schema version is no number")
        self.newest_version = max(self.newest_version, int(version))
        site = row.get("site", "")
        self.has_several_sites |= self.site not in (None, site)
        self.site = site
        host = host_of(row["address"], row.get("mac", ""), unescaped(row.get("segment", "")))
        return self._shown(host, row)

    def _shown(self, host: Host, row: Mapping[str, str]) -> Sighting:
        at = moment.of_text(row.get("observed_at", ""), self.source.told_at)
        via = VIAS.get(row["tier"], Via.OVERHEARD)
        mac_via = _MAC_VIAS.get(row["tier"], Via.OVERHEARD)
        facts = [fact for name, value in evidence(row["evidence"]) for fact in fact_field.read(name, value)]
        ports = row.get("open_ports", "").split(LIST_SEPARATOR.strip())
        hostname = unescaped(row.get("hostname", ""))
        said = stated(host, [port.strip() for port in ports], hostname, NAME, at, mac_via)
        return Sighting(host, (*sighted(host, facts, NAME, via, at).observations, *said))


def evidence(cell: str) -> Iterator[tuple[Field, str]]:
    """Yield the fields and values of an evidence cell that are whole."""
    marks = list(_NAMED.finditer(cell))
    for mark, following in zip_longest(marks, marks[1:]):
        value = cell[mark.end() : following.start() if following else len(cell)]
        if not value.endswith(ELLIPSIS):
            yield fact_field.BY_NAME[mark["field"]], unescaped(value)


def unescaped(text: str) -> str:
    r"""Return text with the export's escapes taken back.

    Only characters that are not printable were escaped: ``\x41`` was sent as those four characters.
    """
    return _ESCAPE.sub(_character, text)


def unneutralised(cell: str) -> str:
    """Return a cell without the apostrophe that kept a spreadsheet from taking it for a formula."""
    is_kept = cell.startswith("'") and cell[1:].lstrip(" ").startswith(FORMULA_STARTS)
    return cell[1:] if is_kept else cell


def _character(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2] or escape[3], 16)
    # Half a surrogate pair is no text.
    if number > 0x10FFFF or 0xD800 <= number < 0xE000 or chr(number).isprintable():
        return escape[0]
    return chr(number)


def _columns(header: str) -> list[str]:
    """Return the columns that a header names, or none when it is no header of ours."""
    columns = [cell.strip() for cell in _cells(header, _separator(header))]
    return columns if columns[:1] == ["schema_version"] and NEEDED_COLUMNS.issubset(columns) else []


def _separator(header: str) -> str:
    return max(_SEPARATORS, key=header.count)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error as error:
        raise BadLine(f"it is not a row of CSV ({error})") from error
