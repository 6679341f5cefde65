"""Every kind of file that can be imported, in the order in which they are listed."""

from scanner.intake import (
    arp_table,
    findings_csv,
    findings_jsonl,
    lease_dnsmasq,
    lease_isc,
    lease_kea,
    mac_table,
    masscan,
    neighbour_table,
    nmap_file,
    zgrab,
)
from scanner.intake.contract import Kind

BUILTIN_KINDS: tuple[Kind, ...] = (
    nmap_file.KIND,
    zgrab.KIND,
    masscan.KIND,
    findings_csv.KIND,
    findings_jsonl.KIND,
    neighbour_table.KIND,
    arp_table.KIND,
    lease_dnsmasq.KIND,
    lease_isc.KIND,
    lease_kea.KIND,
    mac_table.KIND,
)
