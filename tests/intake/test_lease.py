"""What is common to the lease files of all servers."""

import pytest

from scanner.intake.lease import identifier
from scanner.intake.lease_dnsmasq import KIND
from scanner.intake.line import BadLine
from tests.intake.telling import incidents, sightings, told


@pytest.mark.parametrize("text", ["01:58:50:ed:1f:e3:85", "015850ed1fe385", "01:58:50:ED:1F:E3:85"])
def test_a_client_identifier_is_hex_however_it_is_written(text: str) -> None:
    assert identifier(text) == "015850ed1fe385"


# Found by fuzzing: damaged files gave such texts as identifiers.
@pytest.mark.parametrize("text", ["never", "01:9c:8\x01", "01:4", "01:44)b6", "٠١"])
def test_what_is_not_hex_is_no_client_identifier(text: str) -> None:
    with pytest.raises(BadLine, match="is not a client identifier in hex"):
        identifier(text)


def test_a_lease_with_a_damaged_identifier_is_said_to_be_left_out() -> None:
    seen = told(
        KIND,
        "1795359600 58:50:ed:1f:e3:85 10.0.0.5 * *\n"
        "1795359600 9c:8e:cd:0f:0b:1c 10.0.0.6 * 01:9c:8e:cd:0f:0b:1c\\x00\n",
    )

    assert [str(met.host.address) for met in sightings(seen)] == ["10.0.0.5"]
    assert incidents(seen) == [
        "the-file, line 2: '01:9c:8e:cd:0f:0b:1c\\\\x00' is not a client identifier in hex; "
        "what it told was left out."
    ]
