"""The site of a bundle as JSON: what is mapped, and who allowed the sweeps."""

from scanner.export.redaction import Level, Redaction
from scanner.model.site import Authorisation, Segment, Site


def entry(site: Site, redaction: Redaction) -> dict[str, object]:
    """Return what a bundle tells of its site. Receivers of messages are nobody's business, and left out."""
    is_named = redaction.level is not Level.SITES
    return {
        "name": redaction.name("site", site.name),
        "owner": _text(site.owner, redaction),
        "location": _text(site.location, redaction),
        "contact": _text(site.contact, redaction),
        "timezone": site.zone.key if is_named else "",
        "labels": sorted(site.labels) if is_named else [],
        "segments": [_segment(one, redaction) for one in site.segments],
        "excluded": [] if redaction.level is not Level.NONE else _excluded(site),
        "gone_after": site.gone_after,
        "authorisation": None if site.authorisation is None else _allowed(site.authorisation, redaction),
    }


def names(site: Site) -> tuple[str, ...]:
    """Return the words by which a text could tell which site is meant."""
    return (site.name, site.owner, site.location, site.contact, *(one.name for one in site.segments))


def _text(text: str, redaction: Redaction) -> str:
    return "" if redaction.level is Level.SITES else redaction.text(text)


def _segment(segment: Segment, redaction: Redaction) -> dict[str, object]:
    is_whole = redaction.level is Level.NONE
    return {
        "name": redaction.name("segment", segment.name),
        "role": segment.role.value,
        "networks": [str(network) for network in segment.networks] if is_whole else [],
        "vlan": segment.vlan if is_whole else None,
    }


def _excluded(site: Site) -> list[str]:
    return [str(network) for piece in site.excluded for network in piece.networks()]


def _allowed(allowed: Authorisation, redaction: Redaction) -> dict[str, object]:
    return {
        "by": _text(allowed.by, redaction),
        "until": allowed.until,
        "reference": _text(allowed.reference, redaction),
    }
