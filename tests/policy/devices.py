"""For each shipped advisory: a device just inside what it lists, one just outside, one that cannot be told.

Firmware is written as devices write it; a Dahua version shows its build date only where one stands behind it.
"""

from dataclasses import dataclass

from scanner.policy.advisory import Result

AFFECTED, POSSIBLE, FIXED, NOT_LISTED = Result


@dataclass(frozen=True, slots=True)
class Device:
    """What a device shows, and the result that this must give."""

    model: str | None
    firmware: str | None
    expected: Result
    device_class: str | None = None

    def __str__(self) -> str:
        return f"{self.model} {self.firmware} {self.expected.value}"


@dataclass(frozen=True, slots=True)
class Trio:
    """The three devices of one advisory."""

    inside: Device
    outside: Device
    untold: Device


def built(model: str | None, day: str, expected: Result, device_class: str | None = None) -> Device:
    return Device(model, f"2.800.0000000.13.R, Build Date: {day}", expected, device_class)


def undated(model: str) -> Device:
    """Return a device as DHIP shows it: a version without a build date."""
    return Device(model, "2.800.0000000.13.R", POSSIBLE)


def trio(model: str, inside: str, outside: str, after: Result = FIXED) -> Trio:
    return Trio(Device(model, inside, AFFECTED), Device(model, outside, after), Device(model, None, POSSIBLE))


def days(model: str, last: str, first_fixed: str) -> Trio:
    return Trio(built(model, last, AFFECTED), built(model, first_fixed, FIXED), undated(model))


# No version was given: a listed model is a possible case whatever it runs.
def versionless(listed: str, unlisted: str, firmware: str) -> Trio:
    return Trio(
        Device(listed, firmware, POSSIBLE),
        Device(unlisted, firmware, NOT_LISTED),
        Device(listed, None, POSSIBLE),
    )


HIKVISION = {
    "CVE-2013-4975": versionless("DS-2CD7153-E", "DS-2CD7253-E", "V4.1.0 build 130111"),
    "CVE-2017-7921": trio("DS-2CD2142FWD-IS", "V5.4.4build 161125", "V5.4.5build 170124"),
    # No fixed version was published with this one: outside is what is earlier.
    "CVE-2017-7923": trio("DS-2CD2032F-I", "V5.4.0 build 160530", "V5.2.0 build 140720", NOT_LISTED),
    "CVE-2021-36260": Trio(
        Device("DS-2CD2385G1-I", "V5.5.160 build 210416", AFFECTED),
        Device("DS-2CD2385G1-I", "V5.5.800 build 210628", FIXED),
        Device("DS-2CD2385G1-I", "V5.6.2build 190701", POSSIBLE),
    ),
    "CVE-2022-28173": trio("DS-3WF01C-2N/O", "V1.0.3", "V1.0.4"),
    "CVE-2023-28808": trio("DS-A71024R", "V2.3.8", "V2.3.9"),
    "CVE-2023-28810": trio("DS-K1T341AMF", "V3.2.30_build221222", "V3.2.30_build221223"),
    "CVE-2023-28811": trio("iDS-7208HQHI-M1/S", "V4.71.130 build 230820", "V4.71.140 build 230821"),
    "CVE-2024-29949": trio("DS-7616NXI-I2/4S", "V5.02.005 build 230101", "V5.02.006 build 230401"),
    "CVE-2025-66173": trio("DS-7104HGHI-F1", "V4.30.122_201107", "V4.30.122_201108"),
    "CVE-2025-66174": trio("DS-7204HGHI-F1", "V4.30.122_201107", "V4.30.123_201107"),
    "CVE-2025-66176": trio("DS-K1T671TM-3XF", "V3.7.79 build 250101", "V3.7.80 build 251201"),
    "CVE-2025-66177": trio("DS-2CD2955G0-ISU", "V5.7.21_240814", "V5.7.21_240815"),
}

DAHUA = {
    # Only two exact versions are listed: later ones are a possible case, earlier ones are not listed.
    "CVE-2013-6117": Trio(
        Device("DH-DVR3104", "2.608.GV00.0", AFFECTED),
        Device("DH-IPC-HDW1200S", "2.608.GV00.0", NOT_LISTED),
        Device("DH-DVR3104", "2.609.GV00.0", POSSIBLE),
    ),
    "CVE-2017-7925": versionless("DH-IPC-HDBW23A0RN-ZS", "IPC-HDBW5231E-Z", "2.400.0.8"),
    "CVE-2017-7927": versionless("DH-NVR1104", "NVR4108HS", "3.200.0.0"),
    # The higher number is the older firmware.
    "CVE-2019-3948": Trio(
        Device("IP2M-841B", "V2.520.AC00.18.R", AFFECTED),
        Device("IP2M-841B", "V2.420.AC00.18.R", FIXED),
        Device("IP2M-841B", "2.620.AC00.1.R", POSSIBLE),
    ),
    "CVE-2019-9680": days("IPC-HFW2221S-SA", "2019-08-17", "2019-08-18"),
    "CVE-2020-5735": Trio(
        Device("IP2M-841B", "2.420.AC00.18.R.20200216", AFFECTED),
        Device("IP2M-841B", "2.420.AC00.18.R.20200217", FIXED),
        Device("IP2M-841B", "2.420.AC00.18.R", POSSIBLE),
    ),
    "CVE-2021-33044": days("IPC-HFW3441E", "2021-05-31", "2021-06-01"),
    "CVE-2021-33045": days("DHI-NVR5464", "2019-11-30", "2019-12-01"),
    "CVE-2022-30560": days("IPC-HFW2231S-S-S2", "2022-03-31", "2022-04-01"),
    "CVE-2022-30563": days("DHI-ASI7213X", "2022-03-31", "2022-04-01"),
    "CVE-2024-13130": Trio(
        built("IPC-HFW1200S", "2024-12-22", AFFECTED),
        built("IPC-HFW1431S", "2024-12-22", NOT_LISTED),
        built("IPC-HFW1200S", "2024-12-23", POSSIBLE),
    ),
    "CVE-2024-39944": days("IPC-HFW8232E-Z", "2024-02-01", "2024-02-02"),
    "CVE-2024-39945": days("NVR4108HS-8P-4KS2", "2023-12-12", "2023-12-13"),
    "CVE-2024-39946": days("NVR4108HS-8P-4KS2", "2023-12-12", "2023-12-13"),
    "CVE-2024-39947": days("NVR4108HS-8P-4KS2", "2023-12-12", "2023-12-13"),
    "CVE-2024-39948": days("NVR4108HS-8P-4KS2", "2023-12-12", "2023-12-13"),
    "CVE-2024-39949": days("NVR4108HS-8P-4KS2", "2023-12-12", "2023-12-13"),
    "CVE-2024-39950": days("NVR4108HS-8P-4KS2", "2024-01-21", "2024-01-22"),
    "CVE-2025-31700": days("DH-SD3A405-GN-PV1", "2025-04-15", "2025-04-16"),
    "CVE-2025-31701": days("DH-SD2A500HB-GN", "2025-04-15", "2025-04-16"),
    "CVE-2025-31702": days("DH-SDT2A405-2F", "2025-06-30", "2025-07-01"),
}
TRIOS = {"hikvision": HIKVISION, "dahua": DAHUA}
