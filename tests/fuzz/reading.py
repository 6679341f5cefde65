"""Readers that take more than bytes, given bytes: what they may refuse with is caught, nothing else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from io import BytesIO
from pathlib import Path

from scanner.errors import NotThisKind, UsageProblem
from scanner.intake import corpus, jsonl
from scanner.intake.contract import Source, Told
from scanner.matching import schema
from scanner.matching.problem import BadSignatures
from scanner.matching.source import Source as SignatureSource
from scanner.matching.vocabulary import Vocabulary
from scanner.model.sighting import Incident
from scanner.net.record import BrokenRecord, RecordReader
from scanner.protocols import banner, body, frame, neighbour
from scanner.protocols.frame import Frame
from scanner.protocols.text import decode
from tests.fuzz.target import Reader

AT = datetime(2026, 11, 22, tzinfo=UTC)
MAX_VLAN = 4095
_ENCODINGS = ("identity", "gzip", "deflate", "br")
_CODED = tuple(
    (("Transfer-Encoding", transfer), ("Content-Encoding", content), ("Content-Length", "20"))
    for transfer in ("identity", "chunked")
    for content in _ENCODINGS
)
_BANNER_PORTS = (0, banner.SSH_PORT, banner.FTP_PORT, banner.TELNET_PORT)
_WORDS = Vocabulary(frozenset({"hikvision", "dahua"}), frozenset({"EZVIZ"}), frozenset({"camera"}))


def pieces(data: bytes) -> Iterator[bytes]:
    """Yield the parts of an input, each behind its length of two bytes; the last may be cut."""
    start = 0
    while start + 2 <= len(data):
        end = start + 2 + int.from_bytes(data[start : start + 2])
        yield data[start + 2 : end]
        start = end


def as_text(read: Callable[[str], object]) -> Reader:
    """Return a reader of text as one of bytes."""

    @wraps(read)
    def reader(data: bytes) -> object:
        return read(decode(data))

    return reader


def frame_parts(data: bytes) -> Frame | None:
    """Read a frame, and what it says of neighbours."""
    got = frame.parse(data)
    if got is None:
        return None
    assert got.datagram in data, "a datagram that is not in its frame"
    assert all(0 <= tag <= MAX_VLAN for tag in got.vlans), f"VLAN numbers {got.vlans}"
    claimed = neighbour.read_packet(got)
    assert claimed is None or not claimed.address.is_multicast, f"a neighbour at {claimed}"
    return got


def unwrapped(data: bytes) -> object:
    """Read a body whose first byte picks how it is announced."""
    headers = _CODED[data[0] % len(_CODED)] if data else ()
    plain, oddities = body.unwrap(headers, data[1:])
    assert len(plain) <= body.MAX_INFLATED_BYTES
    return oddities, body.text(plain)


def greeting(data: bytes) -> object:
    """Read a greeting as each protocol that greets, by its looks and by port."""
    by_port = tuple(banner.read(data, port) for port in _BANNER_PORTS)
    by_name = (banner.read_ssh, banner.read_ftp, banner.read_telnet, banner.read_tcp)
    return by_port, tuple(read(data) for read in by_name)


def records(data: bytes) -> object:
    """Read the capture program's records in one piece and in two, which must say the same."""
    middle = len(data) // 2
    whole, halves = _fed(data), _fed(data[:middle], data[middle:])
    assert whole == halves, "records that depend on how the bytes arrive"
    return whole


def _fed(*pieces: bytes) -> object:
    reader = RecordReader()
    try:
        heard = [reader.feed(piece) for piece in pieces]
    except BrokenRecord as problem:
        return str(problem)
    return [frame for frames, _ in heard for frame in frames], [said for _, told in heard for said in told]


def imported(read: Callable[[Source], Iterator[Told]]) -> Reader:
    """Return a reader of files: whatever it does not understand is said, and nothing else is raised."""

    @wraps(read)
    def reader(data: bytes) -> object:
        stream = read(Source(BytesIO(data), "hostile", AT))
        try:
            first = next(stream, None)
        except NotThisKind as refusal:
            return str(refusal)
        # From here on the file is of its kind, and nothing may be raised.
        told = [] if first is None else [first, *stream]
        assert all(one.text for one in told if isinstance(one, Incident)), "an incident that says nothing"
        return told

    return reader


def judge_lines(source: Source) -> Iterator[Told]:
    """Read judge's input."""
    return jsonl.Facts().read(source)


def labelled_records(data: bytes) -> object:
    """Read a corpus of labelled records."""
    try:
        return [entry.record.observations for entry in corpus.read(BytesIO(data), AT)]
    except UsageProblem:
        return ()


def signature_file(data: bytes) -> object:
    """Check a signature file; every problem names a line that the file has."""
    source = SignatureSource(Path("hikvision.toml"), "hikvision.toml", decode(data))
    try:
        found = list(schema.problems(source, source.table(), schema.MAKER_FILE, _WORDS))
    except BadSignatures as bad:
        found = list(bad.problems)
    last = source.text.count("\n") + 1
    assert all(1 <= problem.line <= last for problem in found), f"lines beyond {last}: {found!r:.200}"
    return ()
