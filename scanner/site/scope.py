"""What a sweep of a site may examine, and whether somebody still allows it."""

from datetime import date

from scanner.errors import UsageProblem
from scanner.model.scope import Network, Range, Scope, merge
from scanner.model.site import Site
from scanner.model.target import MAX_IPV6_ADDRESSES

# Two weeks are enough to have a signature renewed.
WARNING_DAYS = 14


def scope_of(site: Site) -> Scope:
    """Return what a sweep of a site may examine: the networks of its segments without the exclusions.

    IPv6 networks with more addresses than can be asked one by one say where a device belongs; they are
    no targets. Raises UsageProblem when nothing is left to examine.
    """
    scope = _scope(site)
    if scope.size == scope.excluded_count:
        raise UsageProblem(
            f"The site {site.name} has no segment with addresses that may be examined, so there is nothing "
            f"to sweep. Give a segment its networks: camcensus site edit '{site.name}'."
        )
    return scope


def askable_count(site: Site) -> int:
    """Return how many addresses a sweep of a site may examine."""
    scope = _scope(site)
    return scope.size - scope.excluded_count


def _scope(site: Site) -> Scope:
    networks = [network for segment in site.segments for network in segment.networks if _is_askable(network)]
    return Scope(merge(map(Range.hosts_of, networks)), merge(site.excluded), site.public)


def _is_askable(network: Network) -> bool:
    return network.version == 4 or network.num_addresses <= MAX_IPV6_ADDRESSES


def check_authorised(site: Site, today: date) -> str | None:
    """Return a warning when the authorisation of a site ends soon; ``today`` is the day at the site.

    None is returned, too, for a site whose file names no authorisation. Raises UsageProblem when it has
    ended.
    """
    allowed = site.authorisation
    if allowed is None or allowed.until is None:
        return None
    if allowed.until < today:
        raise UsageProblem(
            f"The authorisation of the site {site.name} by {allowed.by} ended on {allowed.until}, so it must "
            f"not be swept. Have it renewed and write the new day: camcensus site edit '{site.name}'."
        )
    days_left = (allowed.until - today).days
    if days_left > WARNING_DAYS:
        return None
    return (
        f"The authorisation of the site {site.name} by {allowed.by} ends on {allowed.until}, "
        f"{_in_days(days_left)}. Have it renewed."
    )


def _in_days(days: int) -> str:
    return "which is today" if days == 0 else f"in {days} day{'' if days == 1 else 's'}"
