"""nmap's XML: whole, cut off at every byte, hostile, and not nmap's at all."""

import socket
from collections import Counter
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.model.host import Transport
from scanner.protocols import nmap_xml
from scanner.protocols.nmap_script import NmapScript
from scanner.protocols.nmap_xml import MAX_XML_BYTES

HEAD = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" version="7.93" xmloutputversion="1.05">
"""
# Two hosts of one run of nmap 7.93 -sV; source: its output about dropbear and a closed port on loopback.
# The first has an address line with a MAC, a TLS port and scripts as nmap.dtd describes them.
BODY = b"""<scaninfo type="connect" protocol="tcp" numservices="3" services="9,2222,8000"/>
<host starttime="1795333699" endtime="1795333715"><status state="up" reason="user-set" reason_ttl="0"/>
<address addr="192.168.1.64" addrtype="ipv4"/>
<address addr="44:19:B6:00:00:40" addrtype="mac" vendor="Hangzhou Hikvision Digital Technology"/>
<hostnames>
</hostnames>
<ports><extraports state="filtered" count="2"/>
<port protocol="tcp" portid="9"><state state="closed" reason="conn-refused"/><service name="discard" \
method="table" conf="3"/></port>
<port protocol="tcp" portid="2222"><state state="open" reason="syn-ack" reason_ttl="0"/><service name="ssh" \
product="Dropbear sshd" version="2019.78" extrainfo="protocol 2.0" ostype="Linux" method="probed" conf="10">\
<cpe>cpe:/a:matt_johnston:dropbear_ssh_server:2019.78</cpe><cpe>cpe:/o:linux:linux_kernel</cpe></service></port>
<port protocol="tcp" portid="8443"><state state="open" reason="syn-ack"/><service name="http" tunnel="ssl" \
product="Hikvision &amp; co" method="probed" conf="10"/>\
<script id="http-title" output="a &lt;b&gt;&#xa;c"><elem key="title">a &lt;b&gt;</elem></script></port>
<port protocol="tcp" portid="8000"><state state="open" reason="syn-ack"/><service name="http-alt" \
method="table"/></port>
<port protocol="udp" portid="37020"><state state="open|filtered" reason="no-response"/></port>
</ports>
<hostscript><script id="smb-os" output="Linux"/></hostscript>
<times srtt="255" rttvar="2861" to="100000"/>
</host>
<host timedout="true"><status state="up" reason="user-set" reason_ttl="0"/>
<address addr="fe80::40" addrtype="ipv6"/>
</host>
"""
FOOT = b"""<runstats><finished time="1795333716" elapsed="16.57" exit="success"/>
<hosts up="2" down="0" total="2"/>
</runstats>
</nmaprun>
"""
WHOLE = HEAD + BODY + FOOT

Value = tuple[Field, str]


def values(data: bytes) -> list[Value]:
    return [(fact.field, fact.value) for fact in nmap_xml.read(data)]


def run_of(hosts: bytes) -> bytes:
    return HEAD + hosts + FOOT


def host_with(ports: bytes) -> bytes:
    address = b'<host><status state="up"/><address addr="192.168.1.64" addrtype="ipv4"/>'
    return run_of(address + b"<ports>" + ports + b"</ports></host>")


def test_open_ports_and_what_they_showed_are_facts() -> None:
    assert values(WHOLE) == [
        (Field.MAC, "44:19:b6:00:00:40"),
        (Field.PORT_OPEN, "2222/tcp"),
        (Field.NMAP_SERVICE, "2222/ssh"),
        (Field.NMAP_PRODUCT, "Dropbear sshd"),
        (Field.NMAP_CPE, "cpe:/a:matt_johnston:dropbear_ssh_server:2019.78"),
        (Field.NMAP_CPE, "cpe:/o:linux:linux_kernel"),
        (Field.PORT_OPEN, "8443/tcp"),
        (Field.NMAP_SERVICE, "8443/ssl/http"),
        (Field.NMAP_PRODUCT, "Hikvision & co"),
        (Field.HTML_TITLE, "a <b>"),
        # 8000 is http-alt in nmap's table of numbers, which says nothing about this host.
        (Field.PORT_OPEN, "8000/tcp"),
    ]


def test_the_proof_of_a_fact_is_the_element_that_shows_it() -> None:
    proofs = {fact.value: fact.raw for fact in nmap_xml.read(WHOLE)}

    assert proofs["8000/tcp"].startswith(b'<port protocol="tcp" portid="8000"><state state="open"')
    assert proofs["Dropbear sshd"] == proofs["2222/tcp"] and b"2019.78" in proofs["2222/tcp"]
    assert b"44:19:B6:00:00:40" in proofs["44:19:b6:00:00:40"]


def test_hosts_keep_what_nmap_says_of_them() -> None:
    first, second = nmap_xml.parse(WHOLE)

    assert (first.address, first.state, first.timed_out) == (ip_address("192.168.1.64"), "up", False)
    assert (first.mac, first.mac_vendor) == ("44:19:b6:00:00:40", "Hangzhou Hikvision Digital Technology")
    assert first.scripts == (NmapScript("smb-os", "Linux"),)
    assert (second.address, second.timed_out, second.ports) == (ip_address("fe80::40"), True, ())


def test_a_fingerprint_and_a_script_that_quote_one_answer_tell_it_once() -> None:
    quoted = (
        b"%r(GetRequest,2A,&quot;HTTP/1\\.0\\x20200\\x20OK\\r\\nServer:\\x20DNVRS-Webs\\r\\n\\r\\n&quot;);"
    )
    script = b'<script id="http-server-header" output="DNVRS-Webs"><elem>DNVRS-Webs</elem></script>'
    service = b'<service name="http" servicefp="SF-Port80-TCP:V=7.93' + quoted + b'" method="probed"/>'
    port = b'<port protocol="tcp" portid="80"><state state="open"/>' + service + script + b"</port>"

    servers = [fact for fact in nmap_xml.read(host_with(port)) if fact.field is Field.HTTP_SERVER]

    assert [(fact.value, fact.raw[:8]) for fact in servers] == [("DNVRS-Webs", b"HTTP/1.0")]


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        (b"", False),
        (b'<extraports state="filtered" count="5"/>', False),
        (b'<extraports state="closed" count="5"/>', True),
        (b'<port protocol="tcp" portid="80"><state state="closed"/></port>', True),
    ],
)
def test_an_address_that_nmap_was_told_to_take_for_up_has_not_answered_by_that(
    ports: bytes, expected: bool
) -> None:
    told = host_with(ports).replace(b'state="up"', b'state="up" reason="user-set"')

    assert [host.has_answered for host in nmap_xml.parse(told)] == [expected]
    assert [host.has_answered for host in nmap_xml.parse(host_with(ports))] == [True]


def test_ports_keep_what_nmap_says_of_them() -> None:
    ports = {port.port: port for port in nmap_xml.parse(WHOLE)[0].ports}
    ssh = ports[2222]

    assert (ssh.version, ssh.extrainfo, ssh.ostype) == ("2019.78", "protocol 2.0", "Linux")
    assert (ssh.is_open, ssh.is_probed, len(ssh.cpes)) == (True, True, 2)
    assert ports[8443].scripts == (NmapScript("http-title", "a <b>\nc", (("title", "a <b>"),)),)
    assert (ports[8000].service, ports[8000].is_probed) == ("http-alt", False)
    assert (ports[9].state, ports[9].is_open, ports[9].facts()) == ("closed", False, ())
    assert (ports[37020].transport, ports[37020].is_open) == (Transport.UDP, False)


def test_a_file_cut_off_anywhere_gives_its_whole_ports_and_no_half_fact() -> None:
    whole = Counter(values(WHOLE))
    counts = []
    for length in range(len(WHOLE)):
        found = Counter(values(WHOLE[:length]))
        assert found <= whole, WHOLE[:length][-80:]
        counts.append(found.total())

    assert counts == sorted(counts)
    after_ssh = WHOLE.index(b"</port>", WHOLE.index(b"Dropbear")) + len(b"</port>")
    assert counts[after_ssh] == 6


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (WHOLE, True),
        (WHOLE + b"\n", True),
        (WHOLE.replace(b'"success"', b'"error"'), False),
        (WHOLE[:-12], False),
        (HEAD, False),
        (b"", False),
    ],
)
def test_a_finished_run_is_told_from_one_that_was_cut_off(data: bytes, expected: bool) -> None:
    assert nmap_xml.is_complete(data) is expected


@pytest.mark.parametrize(
    "address",
    [
        b"",
        b'<address addrtype="ipv4"/>',
        b'<address addr="localhost" addrtype="ipv4"/>',
        b'<address addr="x"/>',
    ],
)
def test_a_host_without_an_ip_address_is_left_out(address: bytes) -> None:
    broken = b'<host><status state="up"/>' + address + b"</host>"

    assert nmap_xml.parse(run_of(broken)) == ()
    assert len(nmap_xml.parse(run_of(broken + BODY))) == 2


@pytest.mark.parametrize(
    "port",
    [
        b"<port/>",
        b'<port protocol="tcp" portid="80"/>',
        b'<port protocol="tcp"><state state="open"/></port>',
        b'<port protocol="tcp" portid="0"><state state="open"/></port>',
        b'<port protocol="tcp" portid="65536"><state state="open"/></port>',
        b'<port protocol="tcp" portid="-1"><state state="open"/></port>',
        b'<port protocol="tcp" portid="8 0"><state state="open"/></port>',
        b'<port protocol="tcp" portid="800000000000000000000"><state state="open"/></port>',
        '<port protocol="tcp" portid="٨٠"><state state="open"/></port>'.encode(),
        b'<port protocol="sctp" portid="80"><state state="open"/></port>',
        b'<port portid="80"><state state="open"/></port>',
    ],
)
def test_a_port_that_is_none_is_left_out(port: bytes) -> None:
    good = b'<port protocol="tcp" portid="554"><state state="open"/></port>'

    assert values(host_with(port + good)) == [(Field.PORT_OPEN, "554/tcp")]


@pytest.mark.parametrize(
    "entity",
    [
        b'<!ENTITY a "0123456789"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY vendor "&b;&b;&b;&b;">',
        b'<!ENTITY vendor SYSTEM "file:///etc/hostname">',
        b'<!ENTITY % all SYSTEM "file:///etc/hostname"> %all;',
    ],
)
def test_an_entity_declaration_makes_the_file_refused(entity: bytes) -> None:
    declared = b"<!DOCTYPE nmaprun [" + entity + b"]>"
    hostile = WHOLE.replace(b"<!DOCTYPE nmaprun>", declared).replace(b"Dropbear sshd", b"&vendor;")

    assert values(hostile) == []


def test_utf_7_cannot_hide_a_declaration() -> None:
    # RFC 2152: +ADwAIQ- is "<!" to whoever believes the file's own encoding.
    hidden = b'<!DOCTYPE nmaprun [+ADwAIQ-ENTITY vendor "hidden">]>'
    hostile = WHOLE.replace(b"UTF-8", b"UTF-7").replace(b"<!DOCTYPE nmaprun>", hidden)

    assert not any("hidden" in value for _, value in values(hostile.replace(b"Dropbear sshd", b"&vendor;")))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_wide_encoding_cannot_hide_a_declaration(encoding: str) -> None:
    text = WHOLE.decode().replace("<!DOCTYPE nmaprun>", '<!DOCTYPE nmaprun [<!ENTITY vendor "hidden">]>')
    hidden = text.replace("UTF-8", encoding).replace("Dropbear sshd", "&vendor;").encode(encoding)

    assert not any("hidden" in value for _, value in values(hidden))


def test_an_external_doctype_is_not_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/nmap.dtd".encode()
        found = values(WHOLE.replace(b"<!DOCTYPE nmaprun>", b'<!DOCTYPE nmaprun SYSTEM "' + url + b'">'))

        assert found == values(WHOLE)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "foreign",
    [
        b"",
        b"\0" * 100,
        b"<html><host></host></html>",
        b"HTTP/1.1 200 OK\r\n\r\n" + WHOLE,
        b"<nmaprun",
        b"</nmaprun>",
        b"<?xml version='1.0' encoding='no-such'?><nmaprun></nmaprun>",
    ],
)
def test_what_is_not_an_nmap_file_gives_nothing(foreign: bytes) -> None:
    assert nmap_xml.parse(foreign) == ()


def test_a_file_beyond_the_cap_is_read_up_to_the_cap() -> None:
    huge = WHOLE.replace(b"<hostscript>", b" " * MAX_XML_BYTES + b"<hostscript>")

    assert values(huge) == values(WHOLE) and not nmap_xml.is_complete(huge)
    assert values(HEAD + b" " * MAX_XML_BYTES + BODY + FOOT) == []


def test_a_byte_order_mark_and_bytes_that_are_not_text_do_no_harm() -> None:
    assert values(b"\xef\xbb\xbf" + WHOLE) == values(WHOLE)
    assert (Field.PORT_OPEN, "8000/tcp") in values(WHOLE.replace(b"Dropbear", b"Drop\xff\xfebear"))


def test_deep_and_wide_files_are_read_to_their_end() -> None:
    port = b'<port protocol="tcp" portid="80"><state state="open"/></port>'

    assert values(run_of(b"<host>" * 500_000)) == []
    assert values(run_of(b"&x;" * 1_000_000)) == []
    assert len(values(host_with(port * 20_000))) == 20_000


@given(st.binary(max_size=200))
def test_any_bytes_inside_a_file_are_read_without_complaint(junk: bytes) -> None:
    assert isinstance(nmap_xml.parse(run_of(junk + BODY)), tuple)
    assert isinstance(nmap_xml.read(junk + b"</host>"), tuple)
