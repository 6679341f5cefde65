"""The list of a bundle's members with their SHA-256, and what the bundle is about."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from scanner.bundle.value import text
from scanner.export.redaction import Level

SCHEMA = 1
KIND = "camcensus audit bundle"
MANIFEST = "manifest.json"
MANIFEST_SUM = "manifest.sha256"
FINDINGS = "findings.csv"
EVIDENCE = "evidence.jsonl.gz"
SWEEPS = "sweeps.jsonl"
SITE = "site.json"
VERSIONS = "versions.json"
# Five members make less than one kilobyte.
MAX_MANIFEST_BYTES = 64 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_SHOWN = 120


class BadManifest(ValueError):
    """What is no manifest; the message says why, as a clause."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member: how many bytes it has, and their SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle is about. ``until`` is the end of its latest sweep, aware and in UTC."""

    site: str
    until: datetime
    program: str
    redaction: Level
    members: tuple[Member, ...]


def names(redaction: Level) -> tuple[str, ...]:
    """Return the members that a manifest lists; raw evidence cannot be redacted, so it is left out then."""
    evidence = (EVIDENCE,) if redaction is Level.NONE else ()
    return (FINDINGS, *evidence, SWEEPS, SITE, VERSIONS)


def dumped(manifest: Manifest) -> bytes:
    """Return the manifest as the bundle holds it: JSON, in one way only."""
    head = {"kind": KIND, "schema": SCHEMA}
    entry = {**head, **asdict(manifest), "until": manifest.until.isoformat()}
    return f"{json.dumps(entry, indent=1)}\n".encode()


def checksum(data: bytes) -> bytes:
    """Return the line that ``sha256sum --check`` reads."""
    return f"{sha256(data).hexdigest()}  {MANIFEST}\n".encode()


def loaded(data: bytes) -> Manifest:
    """Return the manifest that bytes are. Raises BadManifest."""
    try:
        entry = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadManifest(f"it is not JSON ({error})") from error
    if not isinstance(entry, dict) or entry.get("kind") != KIND:
        raise BadManifest("it does not say that it is one")
    if entry.get("schema") != SCHEMA:
        raise BadManifest(f"its schema is {entry.get('schema')!r:.20}, and this camcensus reads {SCHEMA}")
    try:
        return _manifest(entry)
    except (KeyError, TypeError, ValueError) as error:
        raise BadManifest(
            f"something in it is missing or of another kind ({error!r:.{_MAX_SHOWN}})"
        ) from error


def _manifest(entry: Mapping[str, Any]) -> Manifest:
    until = datetime.fromisoformat(entry["until"])
    if until.utcoffset() is None:
        raise ValueError("until has no time zone")
    members = tuple(map(_member, entry["members"]))
    return Manifest(text(entry["site"]), until, text(entry["program"]), Level(entry["redaction"]), members)


def _member(entry: Mapping[str, Any]) -> Member:
    name, size, digest = text(entry["name"]), entry["size"], text(entry["sha256"])
    if type(size) is not int or size < 0 or not _SHA256.fullmatch(digest):
        raise ValueError("a member without size or SHA-256")
    return Member(name, size, digest)
