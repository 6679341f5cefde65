"""One object of another tool's JSON, of which nothing is believed: a value of the wrong type is absent."""

import binascii
import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.intake.line import BadLine
from scanner.model.host import Address, Endpoint, Transport
from scanner.model.scope import parse_address

_MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class Entry:
    """A JSON object; absent is empty text, None, an empty entry or no entries."""

    said: dict[str, Any]

    @classmethod
    def parse(cls, text: str) -> "Entry":
        """Return the object that a text is. Raises BadLine with the position in the line."""
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadLine(f"it is not JSON ({error})") from error
        if not isinstance(found, dict):
            raise BadLine("it is not a JSON object")
        return cls(found)

    def text(self, name: str) -> str:
        """Return a text; half a surrogate pair, which JSON allows, becomes its escape."""
        return as_text(self.said.get(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return those elements of a list that are texts."""
        found = self.said.get(name)
        return tuple(as_text(one) for one in found if isinstance(one, str)) if isinstance(found, list) else ()

    def number(self, name: str) -> int | None:
        """Return a whole number that is not negative, also one that is written as text."""
        found = self.said.get(name)
        if isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) < 20:
            return int(found)
        is_number = isinstance(found, int) and not isinstance(found, bool) and found >= 0
        return found if is_number else None

    def data(self, name: str) -> bytes:
        """Return the bytes of a text in base64; empty where it is none."""
        try:
            return b64decode(self.text(name), validate=True)
        except (binascii.Error, ValueError):
            return b""

    def entry(self, *names: str) -> "Entry":
        """Return the object at the end of a path of names."""
        found: Any = self.said
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return Entry(found) if isinstance(found, dict) else Entry({})

    def entries(self, name: str) -> tuple["Entry", ...]:
        """Return those elements of a list that are objects."""
        found = self.said.get(name)
        return tuple(Entry(one) for one in found if isinstance(one, dict)) if isinstance(found, list) else ()

    def named_entries(self) -> Iterator[tuple[str, "Entry"]]:
        """Yield the name and the object of every member that is one."""
        return ((as_text(name), Entry(one)) for name, one in self.said.items() if isinstance(one, dict))

    def address(self, name: str) -> Address:
        """Return an IP address. Raises BadLine."""
        try:
            return parse_address(self.text(name))
        except ValueError as error:
            raise BadLine(f"it names no IP address under {name!r}") from error

    def endpoint(self, address: Address, transport: str = "tcp") -> Endpoint | None:
        """Return the endpoint under ``port``; None where that, or the transport, is none of ours."""
        port = self.number("port")
        if not port or port > _MAX_PORT or transport not in ("tcp", "udp"):
            return None
        return Endpoint(address, port, Transport(transport))


def as_text(value: object) -> str:
    """Return text that UTF-8 can hold, empty for anything that is no text."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else ""
