"""The nmap program: one scan, asked for as JSON, answered with nmap's own XML.

Run it as ``python -I nmap_runner.py``. It imports nothing of camcensus, and of camcensus it alone
imports python-nmap, which is GPL-3.0-or-later.

Standard input, one JSON object:
    hosts               IP addresses, all of one family
    ports               list of TCP port numbers
    service_detection   whether nmap may talk to open ports (-sV --version-light)
    max_rate, max_retries, max_parallelism, host_gap_ms, host_timeout_s, time_limit_s   whole numbers
Standard output: the XML; truncated, with what was finished, when nmap ended early.
Standard error, when there is no XML: one JSON object {"error": REASON, "detail": TEXT}.
Exit status: 0 with XML, 2 request refused, 3 nmap or python-nmap missing, 4 nmap failed.

No text of the request becomes an option of nmap: addresses and numbers are parsed and written anew.
"""

import contextlib
import ctypes
import ipaddress
import json
import os
import re
import signal
import sys
from types import FrameType
from typing import Any

EXIT_CODES = {"refused": 2, "missing": 3, "failed": 4}

# One nmap keeps all its hosts' results in memory, and its XML comes back in one piece.
MAX_HOSTS = 256
# A census asks a dozen; a range of all ports is another job.
MAX_PORTS = 1024
# Hosts are written out group by group, so a smaller group loses less when time runs out.
HOST_GROUP = 16
# ipaddress takes any text for the zone of a link-local address, and python-nmap splits at blanks.
ZONE = re.compile(r"[A-Za-z0-9._-]{1,15}")
MAX_COMPLAINT_LETTERS = 500
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Refused(Exception):
    """No XML can be given; holds the reason and the detail of the error object."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def address(text: Any) -> str:
    """Return one IP address in its canonical form. Raises Refused for anything else."""
    try:
        parsed = ipaddress.ip_address(str(text))
    except ValueError as error:
        raise Refused("refused", str(error)) from error
    zone = getattr(parsed, "scope_id", None)
    if zone is not None and not ZONE.fullmatch(zone):
        raise Refused("refused", f"the zone of {text!r}")
    return str(parsed)


def number(request: dict[str, Any], name: str, low: int, high: int) -> int:
    """Return one whole number of the request. Raises Refused when it is none, or out of bounds."""
    value = request.get(name)
    if type(value) is not int or not low <= value <= high:
        raise Refused("refused", f"{name} is {value!r}, not a whole number from {low} to {high}")
    return value


def hosts(request: dict[str, Any]) -> list[str]:
    """Return the addresses to scan."""
    found = [address(text) for text in request.get("hosts", ())]
    if not 0 < len(found) <= MAX_HOSTS:
        raise Refused("refused", f"{len(found)} hosts, not 1 to {MAX_HOSTS}")
    if len({":" in text for text in found}) > 1:
        raise Refused("refused", "hosts of both families in one scan")
    return found


def ports(request: dict[str, Any]) -> str:
    """Return the ports as nmap wants them."""
    wanted = request.get("ports", ())
    if not 0 < len(wanted) <= MAX_PORTS:
        raise Refused("refused", f"{len(wanted)} ports, not 1 to {MAX_PORTS}")
    return ",".join(str(number({"port": port}, "port", 1, 65535)) for port in wanted)


def options(request: dict[str, Any], *, is_ipv6: bool) -> list[str]:
    """Return nmap's options: TCP connects only, no name look-ups, no raw packets, no host discovery."""
    gap_ms = number(request, "host_gap_ms", 0, 60_000)
    parallelism = number(request, "max_parallelism", 1, 1024)
    # nmap ignores a parallelism beside a scan delay, which is one connection at a time for each host.
    pace = ["--scan-delay", f"{gap_ms}ms"] if gap_ms else ["--max-parallelism", str(parallelism)]
    detection = ["-sV", "--version-light"] if request.get("service_detection") is True else []
    return [
        *("-sT", "-Pn", "-n", "--unprivileged", "--max-hostgroup", str(HOST_GROUP)),
        *("--max-retries", str(number(request, "max_retries", 0, 10))),
        *("--max-rate", str(number(request, "max_rate", 1, 100_000))),
        *("--host-timeout", f"{number(request, 'host_timeout_s', 1, 3600)}s"),
        *pace,
        *detection,
        *(["-6"] if is_ipv6 else []),
    ]


def stop_nmap(_signal: int, _frame: FrameType | None) -> None:
    """Interrupt nmap, which then writes what it has finished."""
    os.killpg(0, signal.SIGINT)


def obey_signals(time_limit_s: int) -> None:
    """Stop nmap at the time limit, on SIGTERM, and when the process that started us dies."""
    # The signal goes to the whole group, so that no nmap stays behind; it must be a group of our own.
    with contextlib.suppress(PermissionError):
        os.setpgid(0, 0)
    # A handler, unlike SIG_IGN, is not passed on to nmap.
    signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    signal.signal(signal.SIGALRM, stop_nmap)
    signal.signal(signal.SIGTERM, stop_nmap)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    signal.setitimer(signal.ITIMER_REAL, time_limit_s)


def scan(request: dict[str, Any]) -> bytes:
    """Run nmap and return its XML. Raises Refused."""
    addresses, port_list = hosts(request), ports(request)
    arguments = options(request, is_ipv6=":" in addresses[0])
    obey_signals(number(request, "time_limit_s", 1, 86_400))
    try:
        import nmap
    except ImportError as error:
        raise Refused("missing", str(error)) from error
    try:
        scanner = nmap.PortScanner(nmap_search_path=("nmap",))
    except nmap.PortScannerError as error:
        raise Refused("missing", str(error)) from error
    # Its own reading of the XML fails on truncated files and throws half of the rest away.
    said: dict[str, Any] = {}
    scanner.analyse_nmap_xml_scan = said.update
    with contextlib.suppress(UnicodeDecodeError):  # of nmap's messages; the XML is there all the same
        scanner.scan(hosts=" ".join(addresses), ports=port_list, arguments=" ".join(arguments))
    xml: bytes = scanner.get_nmap_last_output()
    if b"<nmaprun" not in xml:
        raise Refused("failed", said.get("nmap_err", "")[:MAX_COMPLAINT_LETTERS] or "nmap wrote no XML")
    return xml


def main() -> int:
    """Answer one request; return the exit status."""
    try:
        request = json.loads(sys.stdin.buffer.read())
        xml = scan(request)
    except Refused as refused:
        sys.stderr.write(json.dumps({"error": refused.reason, "detail": refused.detail}))
        return EXIT_CODES[refused.reason]
    sys.stdout.buffer.write(xml)
    return 0


if __name__ == "__main__":
    sys.exit(main())
