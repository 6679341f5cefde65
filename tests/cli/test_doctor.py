"""``camcensus doctor``: is this machine ready?"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from scanner.cli.running import checkup
from scanner.cli.running.checkup import Check, Outcome
from scanner.errors import UsageProblem
from scanner.matching.oui import Registry, encode
from scanner.net.interface import Interface
from tests.cli.conftest import Camcensus

ETH0 = Interface("eth0", 2, "02:00:00:00:00:01", (IPv4Interface("10.0.0.2/24"),), (), True, True, False)


class FixedClock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def make(
        *interfaces: Interface,
        privilege: bool = True,
        nmap: str | None = "7.93",
        now: datetime = datetime(2026, 11, 22, tzinfo=UTC),
    ) -> None:
        monkeypatch.setattr(checkup, "interfaces", lambda: interfaces)
        monkeypatch.setattr(checkup, "has_raw_privilege", lambda: privilege)
        monkeypatch.setattr("scanner.net.nmap.available", lambda: nmap)
        monkeypatch.setattr(checkup, "SystemClock", lambda: FixedClock(now))

    return make


def check(subject: str) -> Check:
    return next(found for found in checkup.checks() if found.subject == subject)


def test_a_machine_that_is_ready_ends_with_0(machine: Callable[..., None], camcensus: Camcensus) -> None:
    machine(ETH0)

    result = camcensus("doctor")

    assert result.exit_code == 0
    assert "ok      interface eth0: 02:00:00:00:00:01, 10.0.0.2/24" in result.stdout
    assert "ok      nmap: 7.93" in result.stdout
    assert "failed" not in result.stdout


@pytest.mark.parametrize(("interfaces", "privilege"), [((), True), ((ETH0,), False)])
def test_without_right_or_interface_it_ends_with_5(
    interfaces: tuple[Interface, ...], privilege: bool, machine: Callable[..., None], camcensus: Camcensus
) -> None:
    machine(*interfaces, privilege=privilege)

    assert camcensus("doctor").exit_code == 5


def test_a_missing_right_names_its_remedy(machine: Callable[..., None]) -> None:
    machine(ETH0, privilege=False)

    assert "setpriv --inh-caps +net_raw" in check("raw frames").finding


def test_a_missing_nmap_only_limits(machine: Callable[..., None], camcensus: Camcensus) -> None:
    machine(ETH0, nmap=None)

    result = camcensus("doctor")

    assert result.exit_code == 0
    assert "limited nmap: not installed; the built-in connect check finds open ports" in result.stdout


@pytest.mark.parametrize("year", [1970, 2025, 2040])
def test_a_clock_that_cannot_be_right_is_said(year: int, machine: Callable[..., None]) -> None:
    machine(ETH0, now=datetime(year, 1, 1, tzinfo=UTC))

    assert check("clock").outcome is Outcome.LIMITED
    assert "cannot be right" in check("clock").finding


def test_an_old_address_registry_is_said(
    machine: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(ETH0)
    (tmp_path / "old.gz").write_bytes(encode({"5850ED": "Hikvision"}, date(2024, 1, 1), "IEEE"))
    monkeypatch.setattr(Registry, "shipped", lambda: Registry(tmp_path / "old.gz"))

    found = check("address registry")

    assert (found.outcome, "days old" in found.finding) == (Outcome.LIMITED, True)


def test_signatures_that_cannot_be_used_are_a_failure(
    machine: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise UsageProblem("hikvision.toml:7: not TOML")

    machine(ETH0)
    monkeypatch.setattr(checkup, "load", broken)

    assert check("signatures") == Check("signatures", Outcome.FAILED, "hikvision.toml:7: not TOML")


def test_the_packages_of_the_distribution_are_listed(machine: Callable[..., None]) -> None:
    machine(ETH0)

    subjects = {found.subject for found in checkup.checks()}

    assert {"package click", "package google-re2", "package zeroconf"} <= subjects
    assert "package pytest" not in subjects
