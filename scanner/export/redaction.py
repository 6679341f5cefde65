"""Taking out of an export what must not leave the house: addresses, or also whose site it is.

A column is kept only where it is listed here as harmless, so that a new one is empty until somebody has
decided about it. Pseudonyms are keyed: the same thing has the same one within one export and another one in
the next, and nobody without the key, which is stored nowhere, can try out all addresses.
"""

import hmac
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from ipaddress import ip_address

from scanner.export.escape import LIST_SEPARATOR
from scanner.model.coverage import Coverage
from scanner.model.field import Field
from scanner.model.host import canonical_mac

# 48 bits: among the 65,536 devices of the largest site two share one with a chance of 1 in 100,000.
PSEUDONYM_DIGITS = 12

# What the values of these columns can be is fixed by this project, or is a number or a time.
KEPT = frozenset(
    {
        *(
            "schema_version",
            "sweep_id",
            "device_id",
            "verdict",
            "tier",
            "maker",
            "mac_vendor",
            "device_class",
        ),
        *("firmware_version", "firmware_build_date", "open_ports", "observed_at", "advisories"),
        *("first_seen", "last_seen", "change", "status", "at"),
        *("policies", "actions_due", "deadline", "lifecycle", "owner"),
    }
)
# What tells one device from all others; it becomes a pseudonym of the kind that is named here.
DEVICE_COLUMNS = {"address": "address", "mac": "mac", "hostname": "name", "serial": "serial"}
# What tells whose network it is.
SITE_COLUMNS = {"site": "site", "segment": "segment"}
# Words of devices and of operators, in which addresses may stand.
TEXT_COLUMNS = frozenset({"brand", "model", "before", "after"})
# Facts that name a product; every other value may be an address, a serial number or a name.
PRODUCT_FIELDS = frozenset(
    {
        *(Field.OUI_REGISTRANT, Field.DHCP_VENDOR_CLASS, Field.SADP_MODEL, Field.SADP_SOFTWARE),
        *(Field.DHIP_MODEL, Field.DHIP_CLASS, Field.DHIP_VERSION, Field.DHIP_VENDOR, Field.DHIP_MANUFACTURER),
        *(Field.WSD_NAMESPACE, Field.WSD_TYPES, Field.ONVIF_NAMESPACE, Field.XML_NAMESPACE),
        *(Field.UPNP_MANUFACTURER, Field.UPNP_MODEL_NAME, Field.UPNP_MODEL_NUMBER),
        *(Field.HTTP_SERVER, Field.HTTP_NAMES, Field.RTSP_SERVER, Field.FAVICON_MD5, Field.FAVICON_MMH3),
        *(Field.ONVIF_MANUFACTURER, Field.ONVIF_MODEL, Field.ONVIF_FIRMWARE, Field.ONVIF_HARDWARE),
        *(Field.NMAP_PRODUCT, Field.NMAP_CPE, Field.PORT_OPEN),
    }
)

# What stands for a sentence.
TAKEN_OUT = "A sentence that was taken out."
# What a shortened value ends with.
ELLIPSIS = "…"

# Versions of four small numbers look like IPv4 addresses, and go too. A network goes with its length.
_ADDRESSES = (
    r"(?P<serial>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"  # a UUID, which often ends with a MAC
    r"|(?<![0-9a-f])(?P<mac>[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}|[0-9a-f]{12})"
    r"(?![0-9a-f])"
    r"|(?<![\w:])(?P<ipv6>[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:(?:\.[0-9]{1,3}){3})?)(?!\w)(?:/[0-9]{1,3})?"
    r"|(?<![0-9.])(?P<ipv4>(?:[0-9]{1,3}\.){3}[0-9]{1,3})(?:/[0-9]{1,2})?(?![0-9]|\.[0-9])"
)


class Level(StrEnum):
    """How much is taken out; ``SITES`` takes out what ``ADDRESSES`` does, and more."""

    NONE = "none"
    ADDRESSES = "addresses"
    SITES = "sites"


class Redaction:
    """One export's redaction. ``names`` are those of its sites and segments, taken out of texts as well."""

    def __init__(self, level: Level, key: bytes, names: Iterable[str] = ()) -> None:
        self.level = level
        self._key = key
        known = sorted(map(re.escape, filter(None, names)), key=len, reverse=True)
        named = rf"(?<!\w)(?P<name>{'|'.join(known)})(?!\w)|" if level is Level.SITES and known else ""
        self._secret = re.compile(named + _ADDRESSES, re.IGNORECASE)

    def row(self, columns: tuple[str, ...], row: tuple[object, ...]) -> tuple[object, ...]:
        """Return a row with what the level takes out replaced by pseudonyms, or empty."""
        if self.level is Level.NONE:
            return row
        return tuple(self._cell(name, value) for name, value in zip(columns, row, strict=True))

    def pseudonym(self, kind: str, value: str) -> str:
        """Return what stands for a value: ``address-3f9a1c2b7d04``. Nothing stands for nothing."""
        if not value:
            return value
        digest = hmac.digest(
            self._key, f"{kind}\0{value.casefold()}".encode("utf-8", "backslashreplace"), "sha256"
        )
        return f"{kind}-{digest.hex()[:PSEUDONYM_DIGITS]}"

    def text(self, text: str) -> str:
        """Return a text with its addresses replaced, and at ``SITES`` the names of sites and segments."""
        if self.level is Level.NONE:
            return text
        return self._secret.sub(self._replaced, text)

    def address(self, address: str) -> str:
        """Return an address, or its pseudonym."""
        return address if self.level is Level.NONE else self.pseudonym("address", address)

    def name(self, kind: str, name: str) -> str:
        """Return the name of a site or segment: itself, or at ``SITES`` its pseudonym."""
        return self.pseudonym(kind, name) if self.level is Level.SITES else self.text(name)

    def coverage(self, covered: Coverage) -> Coverage:
        """Return a coverage; at ``SITES`` of its sentences only that there were some: they name hosts."""
        if self.level is Level.NONE:
            return covered
        return replace(
            covered,
            notes=tuple(map(self._sentence, covered.notes)),
            gaps=tuple(map(self._sentence, covered.gaps)),
            segments=tuple(replace(one, name=self.name("segment", one.name)) for one in covered.segments),
        )

    def _sentence(self, sentence: str) -> str:
        return TAKEN_OUT if self.level is Level.SITES else self.text(sentence)

    def _cell(self, column: str, value: object) -> object:
        if value is None or column in KEPT:
            return value
        if column in DEVICE_COLUMNS:
            return self.pseudonym(DEVICE_COLUMNS[column], str(value))
        if column in SITE_COLUMNS:
            return self.name(SITE_COLUMNS[column], str(value))
        if column in TEXT_COLUMNS:
            return self.text(str(value))
        return self._evidence(value) if column == "evidence" else None

    def _evidence(self, value: object) -> tuple[str, ...]:
        told = value if isinstance(value, tuple) else tuple(str(value).split(LIST_SEPARATOR))
        return tuple(map(self._fact, map(str, told)))

    def _fact(self, told: str) -> str:
        """Return a fact of the evidence column; only that it was shown, where its value may tell too much."""
        name, _, value = told.partition("=")
        is_harmless = name in PRODUCT_FIELDS and not value.endswith(ELLIPSIS)  # half an address is unseen
        return f"{name}={self.text(value)}" if is_harmless else name

    def _replaced(self, found: re.Match[str]) -> str:
        kind, shown = found.lastgroup or "", found[found.lastgroup or 0]
        if kind in ("ipv4", "ipv6"):
            return self._address(shown, found[0])
        return self.pseudonym(kind, canonical_mac(shown) or shown if kind == "mac" else shown)

    def _address(self, shown: str, whole: str) -> str:
        """Return what stands for an address; numbers that are none stay. A colon may stand behind it."""
        for text, rest in ((shown, ""), (shown.removesuffix(":"), ":")):
            with suppress(ValueError):
                return self.pseudonym("address", str(ip_address(text))) + rest
        return whole
