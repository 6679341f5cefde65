"""Who a block of hardware addresses is registered to: longest prefix over MA-L, MA-M and MA-S.

The registry file is gzip text: one line ``# <ISO date> <source>``, then sorted lines
``<prefix> <registrant>`` with prefixes of 6, 7 or 9 upper-case hex digits. A registrant is a hint
about who made a network interface, compared as a whole name and never by a part of it:
``Shanghai Dahua Scale Factory`` makes scales.
"""

import gzip
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from scanner.errors import CamcensusError
from scanner.model.field import Field
from scanner.model.host import canonical_mac
from scanner.model.observation import Observation

# MA-S (36 bits), MA-M (28 bits), MA-L (24 bits). Source: IEEE Registration Authority, block sizes.
PREFIX_DIGITS = (9, 7, 6)

# The second hex digit holds the bits "group" (1) and "locally administered" (2): IEEE 802, 8.2.
_UNREGISTERED_BITS = 0b11

# Hikvision alone went from 73 blocks (March 2025) to 84 (August 2026): after a year many are missing.
MAX_AGE_DAYS = 365

# Fields that hold a hardware address by definition. A realm of twelve hex digits may be one, too, but
# realms are copied from maker to maker.
MAC_FIELDS = (Field.MAC, Field.SADP_MAC, Field.DHIP_MAC, Field.WSD_ENDPOINT_MAC)


@dataclass(frozen=True)
class Registry:
    """A registry file, read when it is first asked."""

    path: Path

    @classmethod
    def shipped(cls) -> "Registry":
        """Return the registry that comes with the scanner."""
        return cls(Path(str(files("signatures"))) / "oui" / "registry.txt.gz")

    @cached_property
    def _lines(self) -> list[bytes]:
        try:
            lines = gzip.decompress(self.path.read_bytes()).splitlines()
            if not lines or not lines[0].startswith(b"# "):
                raise EOFError("its first line is missing")
            return lines
        except (OSError, EOFError, zlib.error) as error:
            raise CamcensusError(
                f"The address registry {self.path} cannot be read ({error}), so no hardware address can be "
                "given its registrant. Install camcensus again."
            ) from error

    @property
    def published(self) -> date:
        """The day of the registry data."""
        return date.fromisoformat(self._lines[0].split(b" ")[1].decode())

    @property
    def source(self) -> str:
        """Where the registry data came from."""
        return self._lines[0].split(b" ", 2)[2].decode()

    @cached_property
    def registrants(self) -> frozenset[str]:
        """Every registrant's name, exactly as registered."""
        return frozenset(line.split(b" ", 1)[1].decode() for line in self._lines[1:])

    @cached_property
    def blocks(self) -> tuple[tuple[str, str], ...]:
        """Every block's prefix in upper-case hex with its registrant, in the order of the prefixes."""
        pairs = (line.decode().split(" ", 1) for line in self._lines[1:])
        return tuple((prefix, name) for prefix, name in pairs)

    def registrant(self, mac: str) -> str | None:
        """Return the exact registered name for a hardware address of any spelling.

        None when it is not an address, is locally administered or a group, or is not registered.
        """
        canonical = canonical_mac(mac)
        if canonical is None or int(canonical[1], 16) & _UNREGISTERED_BITS:
            return None
        digits = canonical.replace(":", "").upper().encode()
        names = (self._owner(digits[:length]) for length in PREFIX_DIGITS)
        return next((name for name in names if name is not None), None)

    def _owner(self, prefix: bytes) -> str | None:
        start = prefix + b" "
        index = bisect_left(self._lines, start, lo=1)
        if index == len(self._lines) or not self._lines[index].startswith(start):
            return None
        return self._lines[index][len(start) :].decode()

    def age_warning(self, today: date) -> str | None:
        """Return a sentence when the data is too old to know recent devices, else None."""
        age_days = (today - self.published).days
        if age_days <= MAX_AGE_DAYS:
            return None
        return (
            f"The address registry is {age_days} days old ({self.published}): newer devices will lack their "
            "MAC vendor. Update camcensus."
        )


def encode(prefixes: Mapping[str, str], published: date, source: str) -> bytes:
    """Return the bytes of a registry file; the same entries always give the same bytes.

    ``prefixes`` maps upper-case hex prefixes to registrants. Runs of blanks in a name become one, as
    the registry's own exports differ in nothing else.
    """
    rows = sorted(f"{prefix} {' '.join(name.split())}" for prefix, name in prefixes.items())
    text = "\n".join([f"# {published.isoformat()} {source}", *rows])
    return gzip.compress(text.encode(), mtime=0)


def registrant_facts(observations: Iterable[Observation], registry: Registry) -> tuple[Observation, ...]:
    """Return one ``link.oui_registrant`` observation for each seen address that is registered.

    Addresses come from frames and from inside discovery replies; each keeps the way it was seen, so
    that what anybody can announce by multicast stays weaker than a frame's own address.
    """
    named = ((seen, registry.registrant(seen.value)) for seen in observations if seen.field in MAC_FIELDS)
    return tuple(
        replace(seen, field=Field.OUI_REGISTRANT, value=name) for seen, name in named if name is not None
    )
