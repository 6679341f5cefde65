"""Enough of DNS messages (RFC 1035) for a device that answers multicast DNS (RFC 6762)."""

import struct
from dataclasses import dataclass

TYPE_A, TYPE_PTR, TYPE_TXT, TYPE_SRV, TYPE_ANY = 1, 12, 16, 33, 255
CLASS_IN = 1
# RFC 6762 section 10.2: this record is the only one of its name and type.
CACHE_FLUSH = 0x8000
# RFC 6762 section 5.4: the same bit in a question asks for a unicast answer.
UNICAST_WANTED = 0x8000
ANSWER_FLAGS = 0x8400  # response, authoritative
# Source: capture of an Amcrest boot (SeryioGonzalez/onvif_scripts): 75 minutes and 2 minutes.
TTL_SHARED, TTL_HOST = 4500, 120


@dataclass(frozen=True, slots=True)
class Question:
    """One question: a name in lower case, without the last dot, and a record type."""

    name: str
    kind: int
    wants_unicast: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One record to say; ``data`` is its wire form."""

    name: str
    kind: int
    data: bytes

    def fits(self, question: Question) -> bool:
        """Whether this record answers the question."""
        return self.name.lower() == question.name and question.kind in (self.kind, TYPE_ANY)

    def wire(self) -> bytes:
        """Return the record as it stands in a message."""
        shared = self.kind == TYPE_PTR
        flags = CLASS_IN if shared else CLASS_IN | CACHE_FLUSH
        ttl = TTL_HOST if self.kind in (TYPE_A, TYPE_SRV) else TTL_SHARED
        return name_bytes(self.name) + struct.pack("!HHIH", self.kind, flags, ttl, len(self.data)) + self.data


def name_bytes(name: str) -> bytes:
    """Return a name as labels; a label's own dots are written as ``\\.``."""
    labels = (label.replace("\0", ".").encode() for label in name.replace("\\.", "\0").split("."))
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def txt_bytes(strings: tuple[str, ...]) -> bytes:
    """Return the data of a TXT record."""
    return b"".join(bytes([len(text.encode())]) + text.encode() for text in strings)


def srv_bytes(port: int, host: str) -> bytes:
    """Return the data of an SRV record."""
    return struct.pack("!HHH", 0, 0, port) + name_bytes(host)


def message(answers: list[Record], additional: list[Record], identifier: int = 0) -> bytes:
    """Return a response without questions."""
    header = struct.pack("!6H", identifier, ANSWER_FLAGS, 0, len(answers), 0, len(additional))
    return header + b"".join(record.wire() for record in answers + additional)


def read_questions(data: bytes) -> list[Question]:
    """Return the questions of a query; a message that is not one has none."""
    if len(data) < 12 or data[2] & 0x80:
        return []
    questions: list[Question] = []
    (number,) = struct.unpack_from("!H", data, 4)
    offset = 12
    for _ in range(number):
        name, offset = _read_name(data, offset)
        if offset + 4 > len(data):
            break
        kind, network_class = struct.unpack_from("!HH", data, offset)
        questions.append(Question(name, kind, bool(network_class & UNICAST_WANTED)))
        offset += 4
    return questions


def _read_name(data: bytes, offset: int) -> tuple[str, int]:
    """Return a name and the offset behind it; follows one pointer, as far back as queries need."""
    labels: list[str] = []
    end = 0
    while offset < len(data) and data[offset]:
        if data[offset] >= 0xC0:
            if end or offset + 1 >= len(data):
                return "", len(data)
            end = offset + 2
            offset = int.from_bytes(data[offset : offset + 2]) & 0x3FFF
            continue
        labels.append(data[offset + 1 : offset + 1 + data[offset]].decode(errors="replace"))
        offset += 1 + data[offset]
    return ".".join(labels).lower(), end or offset + 1
