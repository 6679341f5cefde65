"""``camcensus site list``: every site, for people or as JSON."""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database, takes_document_format
from scanner.cli.site.document import today_at
from scanner.model.site import Segment, Site
from scanner.site.scope import askable_count

COLUMNS = ("Name", "Owner", "Location", "Segments", "Addresses", "Labels", "Authorised")


@click.command("list")
@takes_document_format
@takes_database
@takes_common
def list_(form: str, db: str | None) -> None:
    """List the sites with what may be examined at each, and until when."""
    with opened(db) as inventory:
        sites = inventory.sites()
    if form == "json":
        click.echo(json.dumps([_told(site) for site in sites], indent=2))
    else:
        _show(sites)


def _show(sites: Sequence[Site]) -> None:
    from scanner.export.table import console_on, listed

    console_on(sys.stdout).print(listed(COLUMNS, map(_cells, sites)))


def _cells(site: Site) -> Iterator[str]:
    yield from (site.name, site.owner, site.location)
    yield from (str(len(site.segments)), str(askable_count(site)))
    yield ", ".join(sorted(site.labels))
    yield _authorised(site)


def _authorised(site: Site) -> str:
    until = site.authorisation and site.authorisation.until
    if not until:
        return ""
    return f"ended {until}" if until < today_at(site) else f"until {until}"


def _told(site: Site) -> dict[str, Any]:
    allowed = site.authorisation
    until = allowed.until if allowed else None
    return {
        "name": site.name,
        "owner": site.owner,
        "location": site.location,
        "contact": site.contact,
        "timezone": site.zone.key,
        "labels": sorted(site.labels),
        "addresses": askable_count(site),
        "segments": [_segment(segment) for segment in site.segments],
        "public": [str(network) for network in site.public],
        "authorised_by": allowed.by if allowed else None,
        "authorised_until": until.isoformat() if until else None,
        "profile": site.profile,
        "max_rate": site.max_rate,
        "notify": [target.name for target in site.notify],
    }


def _segment(segment: Segment) -> dict[str, Any]:
    networks = [str(network) for network in segment.networks]
    return {"name": segment.name, "role": segment.role.value, "networks": networks, "vlan": segment.vlan}
