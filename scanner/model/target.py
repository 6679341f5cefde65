"""The ways in which a person names targets: address, CIDR, a-b, octet ranges."""

from ipaddress import ip_network
from itertools import product

from scanner.errors import UsageProblem
from scanner.model.scope import Range, parse_address

# A sweep of more is more likely a slip of the keyboard than an audit; --yes-large says otherwise.
MAX_ADDRESSES = 65_536
# An IPv6 segment has more addresses than anybody can ask: only those of a /116 or less are targets, and
# neighbours that announce themselves are recorded anyway.
MAX_IPV6_ADDRESSES = 4096
# More alternatives in one octet-range word than a /16 has addresses cannot be meant.
MAX_OCTET_RANGES = 65_536


def parse_target(text: str) -> tuple[Range, ...]:
    """Return the ranges that one word names.

    Accepts ``10.0.0.5``, ``10.0.0.0/24``, ``10.0.0.5-10.0.0.9``, ``10.0.0.5-9``, ``10.0.0-3.1-254``
    and IPv6 addresses and networks. Raises UsageProblem with the remedy.
    """
    try:
        if "/" in text:
            return (Range.hosts_of(ip_network(text, strict=False)),)
        if "-" not in text and "," not in text and "*" not in text:
            address = parse_address(text)
            return (Range.of(address, address),)
        if text.count("-") == 1 and _is_pair(text):
            return (_pair(text),)
        return _octet_ranges(text)
    except ValueError as error:
        raise UsageProblem(
            f"The target {text!r} cannot be read ({error}). Nothing was scanned. Give an address, a "
            "network such as 10.0.0.0/24, a range such as 10.0.0.5-10.0.0.9, or octet ranges such as "
            "10.0.0-3.1-254; host names are not accepted, because what they point to can change."
        ) from error


def parse_exclusion(text: str) -> tuple[Range, ...]:
    """Return the ranges that one word keeps out: what ``parse_target`` takes, and all of a network.

    A network within a larger one has no addresses of its own to spare: 10.0.0.15 is as much a host of
    10.0.0.0/24 as any other, and belongs to 10.0.0.0/28. Raises UsageProblem with the remedy.
    """
    ranges = parse_target(text)
    return (Range.of_network(ip_network(text, strict=False)),) if "/" in text else ranges


def _is_pair(text: str) -> bool:
    last = text.split("-")[1]
    return ("." in last and last.count(".") == 3) or ":" in text


def _pair(text: str) -> Range:
    first, last = (parse_address(part.strip()) for part in text.split("-"))
    if first.version != last.version or int(last) < int(first):
        raise ValueError("the range must run upwards within one address family")
    return Range.of(first, last)


def _octet_ranges(text: str) -> tuple[Range, ...]:
    octets = text.split(".")
    if len(octets) != 4:
        raise ValueError("four octets are needed")
    spans = [_octet(octet) for octet in octets]
    total = 1
    for span in spans[:3]:
        total *= sum(last - first + 1 for first, last in span)
    if total > MAX_OCTET_RANGES:
        raise ValueError("the octet ranges name too many networks")
    return tuple(
        Range(4, base + first, base + last)
        for high in product(*(_numbers(span) for span in spans[:3]))
        for base in [high[0] << 24 | high[1] << 16 | high[2] << 8]
        for first, last in spans[3]
    )


def _octet(text: str) -> list[tuple[int, int]]:
    if text == "*":
        return [(0, 255)]
    return [_octet_span(part) for part in text.split(",")]


def _octet_span(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    numbers = int(first or "0"), int(last or ("255" if "-" in text else first))
    if not 0 <= numbers[0] <= numbers[1] <= 255:
        raise ValueError(f"{text!r} is not a range of octets")
    return numbers


def _numbers(span: list[tuple[int, int]]) -> list[int]:
    return [number for first, last in span for number in range(first, last + 1)]
