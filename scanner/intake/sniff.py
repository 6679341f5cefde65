"""Which kind a file looks like: for the message to whoever has named another one.

Takes text in which bytes that are not UTF-8 are written as ``\\xNN``, as all readers of files decode it.
"""

import re

from scanner.errors import NotThisKind

# Enough for the comment above an nmap file, whose command may name many targets.
MAX_CHARACTERS = 16 * 1024
_SHOWN_CHARACTERS = 60

_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("nmap", r"<(?:\?xml|!DOCTYPE nmaprun|nmaprun)[\s\S]*?<nmaprun[\s>]|<nmaprun[\s>]"),
        ("zgrab2", r'\{"(?:ip|domain)":"[^"\n]*",(?:"[a-z_]+":"[^"\n]*",)?"data":\{'),
        ("masscan", r'[\s\[,]*\{\s*"ip"\s*:\s*"[^"\n]*"\s*,\s*"timestamp"\s*:'),
        ("csv", r"schema_version[,;\t]sweep_id[,;\t]"),
        ("jsonl", r'\{"type": ?"(?:host|coverage)", ?"schema_version":'),
        ("kea", r"address,(?:hwaddr|duid),"),
        ("isc-dhcp", r"(?:(?:#|authoring-byte-order|server-duid)[^\n]*\n\s*)*(?:lease|ia-na)\s+\S+\s*\{"),
        ("arp", r"\S+ \([0-9.]+\) at |Interface: [0-9.]+ --- 0x"),
        ("dnsmasq", r"[0-9]{1,10} (?:[0-9a-f]{2}-)?[0-9a-f]{2}(?::[0-9a-f]{2}){5,} [0-9.]+ \S+ \S+"),
        ("ip-neigh", r"[0-9a-f.:]{2,45} dev \S+ |\[\s*\{\s*\"dst\"\s*:"),
        (
            "mac-table",
            r"(?i)(?:[\w -]{1,40},){0,16}mac(?:[ _-]?address)?,|mac address table|vlan\s+mac address",
        ),
    )
)
# Files that belong to other commands, and ones whose form is the matter.
_STRANGERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (said, re.compile(pattern))
    for said, pattern in (
        # The magic numbers of pcap in both orders, two bytes of which happen to be UTF-8; then that of
        # pcapng, which stands behind the length of its block.
        ("a capture: give it to 'camcensus listen --pcap'", r"\\xa1\\xb2(?:\\xc3\\xd4|<M)"),
        ("a capture: give it to 'camcensus listen --pcap'", r"(?:\\xd4\xf2|M<\\xb2)\\xa1"),
        ("a capture: give it to 'camcensus listen --pcap'", r"[\s\S]{0,24}M<\+\x1a"),
        ("compressed: unpack it first", r"\x1f\\x8b|\(\\xb5/\\xfd"),
        ("nmap's text output: repeat the scan with -oX", r"# Nmap |Starting Nmap "),
        ("masscan's list: repeat the scan with -oJ, or convert its binary file", r"#masscan"),
    )
)


def looks_like(opening: str) -> str | None:
    """Return the name of the kind that a file opens like, or None."""
    window = opening[:MAX_CHARACTERS].lstrip("\ufeff \t\r\n")
    return next((kind for kind, sign in _SIGNS if sign.match(window)), None)


def not_this_kind(name: str, expected: str, opening: str) -> NotThisKind:
    """Return the refusal of a file; ``expected`` is a phrase that names the kind and shows a line of it."""
    return NotThisKind(
        f"{name} cannot be used: expected is {expected}, but {_found(opening)}. Nothing of it was read."
    )


def _found(opening: str) -> str:
    if not opening.strip():
        return "it is empty"
    stranger = next((said for said, sign in _STRANGERS if sign.match(opening)), None)
    if stranger:
        return f"it is {stranger}"
    kind = looks_like(opening)
    if kind:
        return f"it looks like the kind {kind}: name that one"
    return f"it begins with {opening.lstrip()[:_SHOWN_CHARACTERS]!r}"
