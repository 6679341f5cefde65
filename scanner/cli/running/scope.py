"""From the operator's words to the scope: what is named, minus what is excluded, if it may be examined."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from scanner.cli.config import PUBLIC_NETWORKS, Config
from scanner.cli.option import TargetOptions
from scanner.errors import NoAccess, UsageProblem
from scanner.model.host import Address
from scanner.model.scope import PRIVATE_NETWORKS, Network, Range, Scope, merge
from scanner.model.target import MAX_ADDRESSES, MAX_IPV6_ADDRESSES, parse_exclusion, parse_target

# A line per address of a /16 with a long comment each.
MAX_LIST_BYTES = 16 * 1024 * 1024
STANDARD_INPUT = "-"

Parse = Callable[[str], tuple[Range, ...]]


def build(options: TargetOptions, attached: Iterable[Network], config: Config) -> Scope:
    """Return the scope that the options name; ``attached`` are the segments that ``--local`` means.

    Raises UsageProblem, before anything is sent, for a target that cannot be read or may not be examined,
    and NoAccess when ``--local`` means nothing.
    """
    local = _local(attached) if options.local else ()
    targets = merge((*_named(options.targets, options.targets_file, parse_target), *local))
    _check_ipv6(targets)
    excluded = _named((*options.exclude, *config.exclude), options.exclude_file, parse_exclusion)
    scope = Scope(targets, merge(excluded), config.public_networks)
    _check_not_empty(scope)
    _check_allowed(scope)
    _check_size(scope, options.yes_large)
    return scope


def of_segments(attached: Iterable[Network], excluded: Iterable[str] = ()) -> Scope:
    """Return the scope of a listener: the IPv4 segments it is attached to, public ones too.

    Nothing is ever sent to them, so nobody needs to allow it.
    """
    networks = tuple(attached)
    ranges = tuple(Range.hosts_of(network) for network in networks)
    return Scope(merge(ranges), merge(_named(tuple(excluded), None, parse_exclusion)), networks)


def describe(piece: Range) -> str:
    """Return a range as people write it."""
    first, last = ends(piece)
    return str(first) if first == last else f"{first}-{last}"


def ends(piece: Range) -> tuple[Address, Address]:
    """Return the first and the last address of a range."""
    networks = list(piece.networks())
    return networks[0].network_address, networks[-1].broadcast_address


def _local(attached: Iterable[Network]) -> tuple[Range, ...]:
    ranges = tuple(map(Range.hosts_of, attached))
    if not ranges:
        raise NoAccess(
            "This machine is attached to no private IPv4 segment that --local could mean, so nothing was "
            "scanned. Bring an interface up, or name the targets."
        )
    return ranges


def _named(words: Iterable[str], list_file: str | None, parse: Parse) -> tuple[Range, ...]:
    listed = read_list(list_file) if list_file else ()
    return tuple(piece for word in (*words, *listed) for piece in parse(word))


def read_list(name: str) -> tuple[str, ...]:
    """Return the words of a list file, or of standard input for ``-``; ``#`` starts a comment.

    Raises UsageProblem.
    """
    try:
        if name == STANDARD_INPUT:
            return tuple(_words(sys.stdin.buffer))
        with Path(name).open("rb") as file:
            return tuple(_words(file))
    except OSError as error:
        raise UsageProblem(
            f"The list {name} cannot be read ({error.strerror}), so nothing was scanned. Name a readable "
            "file."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageProblem(f"The list {name} is not text in UTF-8, so nothing was scanned.") from error


def _words(file: IO[bytes]) -> Iterator[str]:
    data = file.read(MAX_LIST_BYTES + 1)
    if len(data) > MAX_LIST_BYTES:
        raise UsageProblem(f"The list is larger than {MAX_LIST_BYTES} bytes. Nothing was scanned; split it.")
    for line in data.decode("utf-8-sig").splitlines():
        yield from line.partition("#")[0].split()


def _check_not_empty(scope: Scope) -> None:
    if scope.size == 0:
        raise UsageProblem(
            "No target was named, so nothing was scanned. Name an address or a network such as 10.0.0.0/24, "
            "give a list with -iL, or --local for the segments that this machine is attached to."
        )
    if scope.size == scope.excluded_count:
        raise UsageProblem(
            "Every target is excluded, so nothing was scanned. Look at --exclude and the configuration."
        )


def _check_allowed(scope: Scope) -> None:
    allowed = merge(
        Range.of(network.network_address, network.broadcast_address)
        for network in (*PRIVATE_NETWORKS, *scope.public)
    )
    for piece in scope.targets:
        if not any(_holds(network, piece) for network in allowed):
            raise UsageProblem(
                f"The target {describe(piece)} is not, or not wholly, in private address space, so nothing "
                "was scanned. If you are authorised to examine it, name its network in the configuration: "
                f'{PUBLIC_NETWORKS} = ["203.0.113.0/28"].'
            )


def _holds(outer: Range, inner: Range) -> bool:
    return outer.version == inner.version and outer.first <= inner.first and inner.last <= outer.last


def _check_ipv6(targets: Iterable[Range]) -> None:
    for piece in targets:
        if piece.version == 6 and piece.last - piece.first >= MAX_IPV6_ADDRESSES:
            raise UsageProblem(
                f"The IPv6 target {describe(piece)} has more than {MAX_IPV6_ADDRESSES} addresses, which "
                "nobody can ask one by one, so nothing was scanned. Name single addresses or a /116; "
                "neighbours that announce themselves are recorded without being named."
            )


def _check_size(scope: Scope, is_large_meant: bool) -> None:
    if scope.size > MAX_ADDRESSES and not is_large_meant:
        raise UsageProblem(
            f"The targets name {scope.size} addresses, more than {MAX_ADDRESSES}, so nothing was scanned. If "
            "that is what you mean, add --yes-large."
        )
