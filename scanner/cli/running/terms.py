"""On what terms a known site is swept: those of its file, and narrower ones of the command line."""

from dataclasses import replace
from datetime import datetime

from scanner.cli import talk
from scanner.cli.config import Config
from scanner.cli.option import PaceOptions, TargetOptions
from scanner.cli.running import planning, scope
from scanner.errors import UsageProblem
from scanner.model.scope import Network, Scope, intersect, merge
from scanner.model.site import Site
from scanner.model.target import parse_exclusion
from scanner.site.hours import is_allowed, next_allowed
from scanner.site.scope import check_authorised, scope_of
from scanner.sweep import Plan


def check(site: Site, now: datetime) -> None:
    """Raise UsageProblem when the site must not be swept now; warn when its authorisation ends soon."""
    warning = check_authorised(site, site.day(now))
    if warning:
        talk.warning(warning)
    if is_allowed(site, now):
        return
    opening = next_allowed(site, now).astimezone(site.zone)
    raise UsageProblem(
        f"It is outside the allowed hours of the site {site.name}, so nothing was sent. They begin at "
        f"{opening:%Y-%m-%d %H:%M} ({site.zone.key}); to change them: camcensus site edit '{site.name}'."
    )


def plan(
    site: Site, targets: TargetOptions, pace: PaceOptions, interface_names: tuple[str, ...], config: Config
) -> Plan:
    """Return the plan of a sweep of a site: its scope, profile and rate, where the options say no less.

    Targets can only narrow the scope, and exclusions add to those of the site. Raises UsageProblem or
    NoAccess; sends nothing.
    """
    used = planning.chosen_interfaces(interface_names)
    own = pace_of(site, pace)
    return Plan(
        scope=_scope(site, targets, planning.attached_networks(used, is_private_only=True), config),
        interfaces=used,
        limits=planning.limits(own),
        ports=() if own.discover_only else planning.ports(own.ports),
        nmap_version=None if own.discover_only else planning.nmap_version(own),
    )


def pace_of(site: Site, pace: PaceOptions) -> PaceOptions:
    """Return the options with the site's profile where none was given, and the lower of the two rates."""
    rates = [rate for rate in (site.max_rate, pace.max_rate) if rate is not None]
    return replace(pace, profile=pace.profile or site.profile, max_rate=min(rates, default=None))


def allowed(site: Site, wanted: Scope, config: Config) -> Scope:
    """Return the part of a scope that the site's file of today allows."""
    own = scope_of(site)
    words = [piece for word in config.exclude for piece in parse_exclusion(word)]
    found = Scope(
        intersect(wanted.targets, own.targets), merge((*wanted.excluded, *own.excluded, *words)), own.public
    )
    if found.size == found.excluded_count:
        raise UsageProblem(
            f"None of the targets lies in the site {site.name}, or all are excluded there, so nothing was "
            f"scanned. camcensus site show '{site.name}' prints what is in it."
        )
    return found


def _scope(site: Site, targets: TargetOptions, attached: tuple[Network, ...], config: Config) -> Scope:
    own = scope_of(site)
    words = (*targets.targets, *targets.exclude)
    if not words and not (targets.targets_file or targets.exclude_file or targets.local):
        return allowed(site, own, config)
    has_targets = targets.targets or targets.targets_file or targets.local
    asked = targets if has_targets else replace(targets, targets=tuple(map(scope.describe, own.targets)))
    return allowed(site, scope.build(asked, attached, replace(config, public_networks=own.public)), config)
