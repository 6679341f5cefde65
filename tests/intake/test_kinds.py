"""The registry of kinds: every sample is of one kind, and whoever names another is told which."""

import pytest

from scanner.errors import NotThisKind
from scanner.intake import sniff
from scanner.intake.contract import Kind
from scanner.intake.kinds import BUILTIN_KINDS
from tests.intake.telling import incidents, sample, sightings, told

CSV = "schema_version,sweep_id,address,tier,evidence\r\n1,x,10.0.0.5,none,html_title=WEB\r\n"
SAMPLES: dict[str, tuple[bytes, ...]] = {
    "nmap": (sample("nmap-ports.xml"), sample("nmap-scripts.xml")),
    "zgrab2": (sample("zgrab2.jsonl"),),
    "masscan": (sample("masscan.json"), sample("masscan.ndjson")),
    "csv": (CSV.encode(),),
    "jsonl": (b'{"type": "host", "schema_version": 1, "address": "10.0.0.5"}\n',),
    "ip-neigh": (sample("ip-neigh.txt"), sample("ip-neigh.json")),
    "arp": (sample("arp-an.txt"),),
    "dnsmasq": (sample("dnsmasq.leases"),),
    "isc-dhcp": (sample("dhcpd.leases"),),
    "kea": (sample("kea-leases4.csv"),),
    "mac-table": (b"switch,vlan,mac,port\nsw1,12,58:50:ed:1f:e3:85,Gi1/0/3\n",),
}
FILES = [(name, data) for name, files in SAMPLES.items() for data in files]


def test_the_kinds_are_listed_in_one_order_and_have_unique_names() -> None:
    assert [kind.name for kind in BUILTIN_KINDS] == list(SAMPLES)


@pytest.mark.parametrize(("name", "data"), FILES)
def test_a_sample_is_read_by_its_kind_without_loss(name: str, data: bytes) -> None:
    (kind,) = (kind for kind in BUILTIN_KINDS if kind.name == name)
    everything = told(kind, data)

    assert sightings(everything) and incidents(everything) == []
    assert {seen.source for each in sightings(everything) for seen in each.observations} <= {name}


@pytest.mark.parametrize("kind", BUILTIN_KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize(("name", "data"), FILES)
def test_a_file_under_another_kind_s_name_is_refused_with_the_right_one(
    kind: Kind, name: str, data: bytes
) -> None:
    if kind.name == name:
        return
    with pytest.raises(NotThisKind, match=f"it looks like the kind {name}: name that one"):
        told(kind, data)


@pytest.mark.parametrize("kind", BUILTIN_KINDS, ids=lambda kind: kind.name)
def test_what_is_no_list_of_hosts_is_refused_by_every_kind(kind: Kind) -> None:
    for data in (b"", b"\0" * 4096, b"\x7fELF\x02\x01\x01", b"Dear Sir,\nplease find enclosed\n"):
        with pytest.raises(NotThisKind):
            told(kind, data)


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        (r"\xa1\xb2\xc3\xd4", "listen --pcap"),
        (r"\xa1\xb2<M", "listen --pcap"),
        ("\\xd4\u00f2\\xa1", "listen --pcap"),
        (r"M<\xb2\xa1", "listen --pcap"),
        ("\n\r\r\n\x1c\0\0\0M<+\x1a", "listen --pcap"),
        (r"(\xb5/\xfd", "unpack it first"),
        ("#masscan\nopen tcp 80", "repeat the scan with -oJ"),
        ('<?xml version="1.0"?><html>', "it begins with '<?xml"),
    ],
)
def test_files_for_other_commands_are_sent_there(opening: str, said: str) -> None:
    assert said in str(sniff.not_this_kind("the-file", "a list", opening))


def test_an_opening_made_to_be_slow_looks_like_nothing() -> None:
    for part in (" ", "#\n", "a,", "<?xml ", '{"ip":"', "lease ", "[", "\n# ", "x ("):
        assert sniff.looks_like(part * sniff.MAX_CHARACTERS) is None
