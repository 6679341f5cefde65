"""Makes the samples of ``camcensus import`` anew, each by the real tool, on virtual LANs of their own.

    python -m tests.lab.samples DIRECTORY [--part neighbours|nmap|dnsmasq|kea|isc]

neighbours    ``ip neigh`` and ``arp`` of a machine that has just spoken with four devices and one absentee
nmap          ``nmap -oX`` of ten devices: open ports only, and with -sV and scripts, which takes minutes
dnsmasq kea isc    the lease file of a DHCP server with more clients than addresses: five devices ask,
              one after the other, for one of four addresses, and the first leaves before the last comes

Needs the rights for network namespaces, and the Debian packages iproute2, net-tools, nmap, dnsmasq-base,
kea-dhcp4-server and isc-dhcp-server; a part whose tool is missing is left out and said so. Nothing leaves
this machine, and nothing of it goes into the samples but the time.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.lab.lab import Lab
from tests.lab.lan import SCANNER_INTERFACE, Lan
from tests.lab.personas import persona_named
from tests.lab.plan import LAN_NETWORK, Plan
from tests.lab.tenant import Tenant, give_back, take
from tests.lab.unit import Unit

NEIGHBOURS = ("hik-ipc", "dahua-ipc", "axis", "nginx")
ABSENT = "10.77.0.99"
# Absent where the kernel has been told to do without IPv6; so are then the neighbours.
IPV6 = Path("/proc/net/if_inet6")

SCANNED = (
    *("hik-ipc", "dahua-ipc", "hik-nvr", "amcrest", "dahua-nvr"),
    *("axis", "cisco-switch", "nginx", "control-characters", "dahua-xvr"),
)
# Two addresses before the first device, and some behind the last, are nobody's.
SCANNED_ADDRESSES = "10.77.0.8-22"
SCRIPTS = (
    *("http-title", "http-server-header", "http-headers", "http-auth", "http-generator"),
    *("rtsp-methods", "ssl-cert", "banner"),
)
DEEP = ("-v", "-sV", "-p", "21,22,23,80,81,443,554,2000,8000,8080,8443,9000,37777")
NMAP = {
    "nmap-ports.xml": ("-p", "80,443,554,8000,37777"),
    "nmap-scripts.xml": (*DEEP, "--script", ",".join(SCRIPTS)),
}

POOL = ("10.77.0.50", "10.77.0.53")
LEASE_SECONDS = 3600
# Lease files count in whole seconds; what happens later shall be written as later.
BETWEEN_SECONDS = 1.1
# Where Debian keeps the servers; ordinary users do not look there.
SYSTEM_PROGRAMS = "/usr/sbin:/sbin"

# The last phone has made its address up, as phones do; the camera's name was given by its site.
TENANTS = (
    Tenant(persona_named("hik-ipc").mac, "gate-north"),
    # Host name of eight characters and six of the serial number: capture of an Amcrest boot
    # (SeryioGonzalez/onvif_scripts).
    Tenant(persona_named("amcrest").mac, "AMC000B0_CE1428"),
    # Vendor classes: rapid7/recog dhcp_vendor_class.xml.
    Tenant(persona_named("axis").mac, "", "AXIS,Network Camera,P3343,5.20.3"),
    Tenant(persona_named("windows").mac, "FRONT-DESK", "MSFT 5.0"),
    Tenant("da:a1:19:5b:20:c7", "", "android-dhcp-13"),
)

KEA = {
    "Dhcp4": {
        "interfaces-config": {"interfaces": [SCANNER_INTERFACE]},
        "lease-database": {"type": "memfile", "name": "kea-leases4.csv", "lfc-interval": 0},
        "valid-lifetime": LEASE_SECONDS,
        "subnet4": [{"subnet": LAN_NETWORK, "pools": [{"pool": " - ".join(POOL)}]}],
    }
}
ISC = f"""
authoritative;
ping-check off;
default-lease-time {LEASE_SECONDS};
set vendor-class-identifier = option vendor-class-identifier;
subnet 10.77.0.0 netmask 255.255.255.0 {{ range {POOL[0]} {POOL[1]}; }}
"""
# Opens a connection to each address, so that the kernel must find out who is there.
GREET = """
import socket, sys
for host in sys.argv[1:]:
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(kind, socket.SOCK_STREAM) as sock:
        sock.settimeout(4)
        try:
            sock.connect(socket.getaddrinfo(host, 80)[0][4])
        except OSError:
            pass
"""


def neighbours(directory: Path) -> None:
    """Write what ``ip`` and ``arp`` say after a conversation with every device."""
    with Lab(Plan(personas=NEIGHBOURS)) as lab:
        hosts = [row.address for row in lab.truth] + [ABSENT]
        if IPV6.exists():
            lab.run(["ip", "address", "add", "fe80::2/64", "dev", SCANNER_INTERFACE, "nodad"], check=True)
            units = [Unit(IPv4Address(row.address), row.mac) for row in lab.truth]
            hosts += [f"{unit.text('@LINKLOCAL@')}%{SCANNER_INTERFACE}" for unit in units]
        lab.run([sys.executable, "-c", GREET, *hosts], check=True)
        for name, command in {
            "ip-neigh.txt": ["ip", "neigh"],
            "ip-neigh-statistics.txt": ["ip", "-s", "neigh"],
            "ip-neigh.json": ["ip", "-j", "neigh"],
            "arp-an.txt": ["arp", "-an"],
            "arp-n.txt": ["arp", "-n"],
            "proc-net-arp.txt": ["cat", "/proc/self/net/arp"],
        }.items():
            (directory / name).write_text(lab.run(command, check=True).stdout)


def scans(directory: Path) -> None:
    """Write nmap's XML: open ports only, and what service detection and scripts say."""
    with Lab(Plan(personas=SCANNED)) as lab:
        for name, options in NMAP.items():
            command = ["nmap", "--no-stylesheet", "-n", "-T4", *options, "-oX", name, SCANNED_ADDRESSES]
            lab.run(command, check=True, cwd=directory)


def dnsmasq(directory: Path) -> None:
    """Write dnsmasq's lease file."""
    command = [
        "dnsmasq",
        "--no-daemon",
        "--conf-file=/dev/null",
        "--port=0",
        "--dhcp-authoritative",
        "--no-ping",
    ]
    command += [f"--interface={SCANNER_INTERFACE}", f"--dhcp-range={','.join(POOL)},{LEASE_SECONDS}"]
    command += ["--dhcp-leasefile=dnsmasq.leases"]
    _lease_file(directory / "dnsmasq.leases", command, {})


def kea(directory: Path) -> None:
    """Write Kea's lease file."""
    _lease_file(directory / "kea-leases4.csv", ["kea-dhcp4", "-c", "kea.json"], {"kea.json": json.dumps(KEA)})


def isc(directory: Path) -> None:
    """Write dhcpd's lease file."""
    command = ["dhcpd", "-f", "-4", "--no-pid", "-cf", "dhcpd.conf", "-lf", "dhcpd.leases", SCANNER_INTERFACE]
    _lease_file(directory / "dhcpd.leases", command, {"dhcpd.conf": ISC, "dhcpd.leases": ""})


def _lease_file(path: Path, server: Sequence[str], files: Mapping[str, str]) -> None:
    """Let the tenants come to a server that works among ``files``, and keep the lease file of that name."""
    lan = Lan(IPv4Network(LAN_NETWORK))
    with TemporaryDirectory() as work:
        for name, text in files.items():
            Path(work, name).write_text(text)
        # Kea's lock and process files; the other servers were told by their options to leave theirs out.
        places = {"KEA_LOCKFILE_DIR": work, "KEA_PIDFILE_DIR": work, "KEA_LOGGER_DESTINATION": "stderr"}
        with subprocess.Popen(
            server, cwd=work, env=os.environ | places, stderr=subprocess.DEVNULL
        ) as process:
            try:
                _come_and_go(lan)
            finally:
                process.terminate()
        shutil.copyfile(Path(work, path.name), path)


def _come_and_go(lan: Lan) -> None:
    """Take every address of the pool, give the first one back, and let one more device have it."""
    homes = [(lan.plug(tenant.mac, IPv4Address(POOL[0]), has_ip=False), tenant) for tenant in TENANTS]
    *early, late = homes
    leases = [take(*home) for home in early]
    time.sleep(BETWEEN_SECONDS)
    give_back(*homes[0], leases[0])
    time.sleep(BETWEEN_SECONDS)
    take(*late)


PARTS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "neighbours": (neighbours, ("ip", "arp")),
    "nmap": (scans, ("nmap",)),
    "dnsmasq": (dnsmasq, ("dnsmasq",)),
    "kea": (kea, ("kea-dhcp4",)),
    "isc": (isc, ("dhcpd",)),
}


@click.command(help=(__doc__ or "").partition("\n")[0])
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--part", "parts", multiple=True, type=click.Choice(tuple(PARTS)), help="Only this; repeatable."
)
def main(directory: Path, parts: tuple[str, ...]) -> None:
    """Make the samples whose tools are installed; exit with 1 when one is missing."""
    os.environ["PATH"] += f":{SYSTEM_PROGRAMS}"
    directory.mkdir(parents=True, exist_ok=True)
    left_out = False
    for name in parts or PARTS:
        make, tools = PARTS[name]
        missing = [tool for tool in tools if shutil.which(tool) is None]
        if missing:
            click.echo(f"{name}: left out, {' and '.join(missing)} not installed", err=True)
            left_out = True
        else:
            make(directory.absolute())
    sys.exit(left_out)


if __name__ == "__main__":
    main()
