"""Asset and purchase lists as CSV: which column tells what, and one asset for each line."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import islice

from scanner.errors import UsageProblem
from scanner.model.host import canonical_mac
from scanner.reconcile.asset import TELLING, Asset, Column
from scanner.reconcile.text import decoded

# Registers have ten to fifty columns; a thousand are an accident, and what they mean nobody can check.
MAX_COLUMNS = 256
# More than any organisation's devices; the file may be of another kind.
MAX_ASSETS = 250_000
DELIMITERS = ",;\t|"

# Headers as lists write them, without blanks and marks; the first that a list has counts.
_HEADERS: Mapping[Column, tuple[str, ...]] = {
    Column.REFERENCE: (
        *("assetid", "assettag", "assetnumber", "assetno", "asset", "inventorynumber", "inventoryno"),
        *("barcode", "tag", "id", "item", "itemno", "reference", "ref", "hostname", "devicename", "name"),
    ),
    Column.SERIAL: ("serialnumber", "serialno", "serial", "serialnr", "sn", "snr", "seriennummer"),
    Column.MAC: ("macaddress", "mac", "hardwareaddress", "ethernetaddress", "physicaladdress"),
    Column.ADDRESS: ("ipaddress", "ip", "ipv4address", "ipv4", "ipadresse", "address"),
    Column.MAKER: ("manufacturer", "maker", "make", "vendor", "brand", "oem", "hersteller"),
    Column.MODEL: (
        *("modelnumber", "modelno", "model", "modelname", "partnumber", "partno", "product", "productcode"),
        *("type", "modell", "description", "itemdescription"),
    ),
    Column.LOCATION: ("location", "site", "building", "room", "place", "position", "area", "standort"),
}
_WORDS = {Column.SERIAL: "serial number", Column.MAC: "MAC"}
_SEP_LINE = "sep="


@dataclass(frozen=True, slots=True)
class AssetList:
    """A list that was read: its assets, and sentences about how it was read."""

    assets: tuple[Asset, ...]
    remarks: tuple[str, ...]


def read(
    data: bytes,
    name: str,
    mapping: Mapping[Column, str] | None = None,
    telling: Sequence[Column] = TELLING,
) -> AssetList:
    """Return the assets of a list; ``mapping`` names columns where their headers do not tell.

    A list without any column that is ``telling`` is none.
    Raises UsageProblem when the list cannot be used; a list is used whole or not at all.
    """
    text = decoded(data, name)
    delimiter, body = _delimiter(text.text)
    rows = _rows(body, delimiter, name)
    _number, header = next(rows, (1, []))
    if not header:
        raise UsageProblem(f"{name} is empty, so nothing was compared.")
    _check_header(header, name)
    columns = _columns(header, mapping or {}, name, telling)
    assets = list(islice(_assets(rows, columns), MAX_ASSETS + 1))
    if len(assets) > MAX_ASSETS:
        raise UsageProblem(f"{name} has more than {MAX_ASSETS} lines, so nothing was compared. Split it.")
    told = ", ".join(f"{column} from {header[place]!r}" for column, place in columns.items())
    remarks = (text.guess, f"Read from {name}: {len(assets)} assets; {told}.")
    return AssetList(tuple(assets), tuple(filter(None, remarks)))


def _delimiter(text: str) -> tuple[str, str]:
    """Return the delimiter, and the text without the line in which a spreadsheet may name it."""
    first, _, rest = text.partition("\n")
    named = first.strip().removeprefix(_SEP_LINE)
    if first.startswith(_SEP_LINE) and named in tuple(DELIMITERS):
        return named, f"\n{rest}"
    start = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(start.split('"')[::2])
    return max(DELIMITERS, key=outside.count), text


def _rows(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not blank, each with the number of its first line."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    before = 0
    try:
        for row in reader:
            number, before = before + 1, reader.line_num
            if any(cell.strip() for cell in row):
                yield number, [" ".join(cell.split()) for cell in row]
    except csv.Error as error:
        raise UsageProblem(
            f"{name}, line {reader.line_num}: it is not CSV ({error}), so nothing was compared. Correct the "
            "line."
        ) from error


def _check_header(header: Sequence[str], name: str) -> None:
    if len(header) > MAX_COLUMNS:
        raise UsageProblem(
            f"{name} has {len(header)} columns, and a list of at most {MAX_COLUMNS} is read, so nothing was "
            "compared. Keep the columns that name devices: serial number, MAC, address, model."
        )


def _columns(
    header: Sequence[str], mapping: Mapping[Column, str], name: str, telling: Sequence[Column]
) -> dict[Column, int]:
    """Return the place of each column that the list has."""
    bare = [_bare(title) for title in header]
    found = {column: _named(title, header, name) for column, title in mapping.items()}
    for column, titles in _HEADERS.items():
        place = next((bare.index(title) for title in titles if title in bare), None)
        if column not in found and place is not None and place not in found.values():
            found[column] = place
    if not any(column in found for column in telling):
        raise UsageProblem(
            f"No column of {name} names a {_choice(telling)}, so nothing was compared. Its columns are: "
            f"{_listed(header)}. Name one: --map {telling[0]}=COLUMN."
        )
    return {column: found[column] for column in Column if column in found}


def _named(title: str, header: Sequence[str], name: str) -> int:
    places = [place for place, known in enumerate(header) if _bare(known) == _bare(title)]
    if len(places) == 1:
        return places[0]
    told = f"has {len(places)} columns {title!r}" if places else f"has no column {title!r}"
    raise UsageProblem(
        f"{name} {told}, which --map names, so nothing was compared. Its columns are: {_listed(header)}."
    )


def _choice(columns: Sequence[Column]) -> str:
    *first, last = (_WORDS.get(column, column.value) for column in columns)
    return f"{', '.join(first)} or {last}" if first else last


def _listed(header: Iterable[str]) -> str:
    return ", ".join(repr(title[:40]) for title in islice(header, 40))


def _assets(rows: Iterable[tuple[int, Sequence[str]]], columns: Mapping[Column, int]) -> Iterator[Asset]:
    for number, row in rows:
        told = {column.value: row[place] for column, place in columns.items() if place < len(row)}
        if any(told.values()):
            yield _asset(number, told)


def _asset(number: int, told: Mapping[str, str]) -> Asset:
    cells = {**told, "mac": _mac(told.get("mac", "")), "address": _address(told.get("address", ""))}
    return Asset(number, **cells)


def _mac(text: str) -> str:
    return canonical_mac(text) or text


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return text


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
