"""ARP, with scapy as a second opinion."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import arp
from scanner.protocols.arp import ArpPacket, Operation
from tests.protocols.oracle import ARP, Ether

OURS, THEIRS = "02:00:00:00:00:01", "44:19:b6:00:00:40"
OWN, CAMERA = IPv4Address("192.168.1.1"), IPv4Address("192.168.1.64")

macs = st.binary(min_size=6, max_size=6).map(lambda octets: octets.hex(":"))


@given(macs, st.ip_addresses(v=4), st.lists(st.ip_addresses(v=4), max_size=5))
def test_requests_are_the_frames_that_scapy_would_send(
    mac: str, source: IPv4Address, targets: list[IPv4Address]
) -> None:
    head = Ether(src=mac, dst="ff:ff:ff:ff:ff:ff")
    expected = [
        bytes(head / ARP(op=1, hwsrc=mac, psrc=str(source), hwdst="00:00:00:00:00:00", pdst=str(target)))
        for target in targets
    ]

    frames = list(arp.requests(mac, source, targets))
    assert [frame[:42] for frame in frames] == expected
    assert {frame[42:] for frame in frames} <= {bytes(18)}


@given(st.sampled_from(Operation), macs, st.ip_addresses(v=4), macs, st.ip_addresses(v=4))
def test_a_packet_is_read_as_scapy_built_it(
    operation: Operation, sender_mac: str, sender: IPv4Address, target_mac: str, target: IPv4Address
) -> None:
    built = ARP(op=operation.value, hwsrc=sender_mac, psrc=str(sender), hwdst=target_mac, pdst=str(target))

    assert arp.read_packet(bytes(built) + bytes(18)) == ArpPacket(
        operation, sender_mac, sender, target_mac, target
    )


@pytest.mark.parametrize(
    ("sender", "target", "is_probe", "is_gratuitous"),
    [
        (OWN, CAMERA, False, False),
        (IPv4Address("0.0.0.0"), CAMERA, True, False),
        (CAMERA, CAMERA, False, True),
        (IPv4Address("0.0.0.0"), IPv4Address("0.0.0.0"), True, False),
    ],
)
def test_probes_and_announcements_are_told_apart(
    sender: IPv4Address, target: IPv4Address, is_probe: bool, is_gratuitous: bool
) -> None:
    (frame,) = arp.requests(THEIRS, sender, [target])
    packet = arp.read_packet(frame[14:])

    assert packet is not None
    assert (packet.is_probe, packet.is_gratuitous) == (is_probe, is_gratuitous)


@pytest.mark.parametrize(
    "foreign",
    [
        ARP(hwtype=6, psrc="192.168.1.1", pdst="192.168.1.2"),
        ARP(ptype=0x86DD, psrc="192.168.1.1", pdst="192.168.1.2"),
        ARP(op=3, psrc="192.168.1.1", pdst="192.168.1.2"),
        ARP(op=0, psrc="192.168.1.1", pdst="192.168.1.2"),
    ],
    ids=["token ring", "not ipv4", "reverse arp", "no operation"],
)
def test_other_address_families_and_operations_are_not_read(foreign: ARP) -> None:
    assert arp.read_packet(bytes(foreign)) is None


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_are_read_without_complaint(junk: bytes, has_head: bool) -> None:
    data = bytes.fromhex("0001 0800 06 04") * has_head + junk
    packet = arp.read_packet(data)

    assert (packet is None) == (arp.read(data) == ())
    assert packet is None or len(data) >= 28


def test_the_sender_is_a_fact() -> None:
    reply = bytes(ARP(op=2, hwsrc=THEIRS, psrc=str(CAMERA), hwdst=OURS, pdst=str(OWN)))

    assert [(fact.field, fact.value, fact.raw) for fact in arp.read(reply)] == [(Field.MAC, THEIRS, reply)]
