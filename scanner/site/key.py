"""The form of a site file: every key of every table, what it holds and how to put it right."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from scanner.model.limits import PROFILES
from scanner.model.site import (
    DEFAULT_GONE_AFTER,
    DEFAULT_NOTIFY_REPEAT_HOURS,
    UTC_ZONE,
    NotifyOn,
    NotifyWay,
    Role,
)
from scanner.site import value
from scanner.site.value import Reader

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

SCHEMA_VERSION = 1
# IEEE 802.1Q keeps 0 and 4095 for itself.
MAX_VLAN = 4094
MAX_PORT = 65_535
# A device that stays away for a thousand nights was forgotten, not missed.
MAX_GONE_AFTER = 1000
# A month: what is not repeated by then is no longer news.
MAX_REPEAT_HOURS = 720
# RFC 5424, table 1, with the names that syslog daemons use; 12 to 15 are rarely named.
FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"),
    *("ntp", "audit", "alert", "clock"),
    *(f"local{number}" for number in range(8)),
)


class Needed(Enum):
    """Stands where a key has no default, because the file must say it."""

    NEEDED = "needed"


@dataclass(frozen=True, slots=True)
class Key(Generic[T_co]):
    """One key of a table: how it is read, how to put it right, and what holds where it is left out."""

    name: str
    read: Reader[T_co]
    remedy: str
    default: T_co | Needed = Needed.NEEDED


def _list_of(name: str, read: Reader[T], remedy: str) -> Key[tuple[T, ...]]:
    """Return a key that holds a list and may be left out."""
    return Key(name, value.each(read), remedy, ())


def _words(kind: type[Enum]) -> tuple[str, ...]:
    return tuple(str(member.value) for member in kind)


def _choice(words: tuple[str, ...]) -> str:
    return f"Write one of {', '.join(words)}."


_NAME = "Begin with a letter or digit; at most 64 letters, digits, spaces, dots and hyphens."
_SAID = f"Write at most {value.MAX_TEXT_CHARACTERS} characters in quotes, or leave the line out."
_ADDRESS = "Name it by host name or address; the port has a line of its own."
_VARIABLE = "Write the name of the environment variable that holds it, never the secret itself."
_PORT = f"Write a port from 1 to {MAX_PORT}."

SCHEMA = Key("schema", value.whole(SCHEMA_VERSION, SCHEMA_VERSION), "Write schema = 1 on the first line.")
EXCLUDE = _list_of(
    "exclude",
    value.exclusion,
    'List addresses, networks and ranges: ["10.0.0.5", "10.0.1.0/28", "10.0.2.5-9"].',
)
PUBLIC = _list_of("public", value.public_network, 'List networks: ["203.0.113.0/28"].')

SITE_NAME = Key("name", value.name, _NAME)
OWNER = Key("owner", value.text, _SAID, "")
LOCATION = Key("location", value.text, _SAID, "")
CONTACT = Key("contact", value.text, _SAID, "")
TIMEZONE = Key("timezone", value.zone, 'Write one such as "Europe/Berlin"; the default is UTC.', UTC_ZONE)
LABELS = _list_of("labels", value.word, 'List words such as "critical-site".')
GONE_AFTER = Key(
    "gone_after", value.whole(1, MAX_GONE_AFTER), "Write a number of sweeps.", DEFAULT_GONE_AFTER
)
PROFILE = Key("profile", value.one_of(tuple(PROFILES)), _choice(tuple(PROFILES)), "normal")
MAX_RATE: Key[float | None] = Key("max_rate", value.rate, "Write packets per second.", None)
REPEAT_HOURS = Key(
    "notify_repeat_hours",
    value.whole(1, MAX_REPEAT_HOURS),
    "Write a number of hours.",
    DEFAULT_NOTIFY_REPEAT_HOURS,
)

SEGMENT_NAME = Key("name", value.name, _NAME)
ROLE = Key("role", value.one_of(_words(Role)), _choice(_words(Role)), Role.OTHER.value)
NETWORKS = _list_of("networks", value.network, 'List networks: ["10.0.0.0/24"].')
VLAN: Key[int | None] = Key(
    "vlan", value.whole(1, MAX_VLAN), "Write the number, or leave the line out.", None
)

BY = Key("by", value.text, "Name who allowed the sweeps.")
UNTIL_DAY = Key("until", value.day, "Write the last day on which they are allowed: 2027-03-31.")
REFERENCE = Key("reference", value.text, _SAID, "")

EVERY_DAY = frozenset(range(len(value.DAYS)))
WEEKDAYS = Key("days", value.weekdays, f'Write "mon-fri" or a list of {", ".join(value.DAYS)}.', EVERY_DAY)
FROM_TIME = Key("from", value.time_of_day, 'Write it as "22:00".')
UNTIL_TIME = Key("until", value.end_of_hours, 'Write it as "06:00".')

NOTIFY_NAME = Key("name", value.name, _NAME)
WAY = Key("way", value.one_of(_words(NotifyWay)), _choice(_words(NotifyWay)))
ON = Key(
    "on",
    value.each(value.one_of(_words(NotifyOn))),
    f"List some of {', '.join(_words(NotifyOn))}.",
    _words(NotifyOn),
)
FLAGGED_ONLY = Key("flagged_only", value.flag, "Write true or false.", True)

URL = Key("url", value.url, "Write it as https://example.org/hook; what is secret goes into secret_env.")
SECRET_ENV = Key("secret_env", value.variable, _VARIABLE, "")
HOST = Key("host", value.host, _ADDRESS)
SYSLOG_PORT = Key("port", value.whole(1, MAX_PORT), _PORT, 514)  # RFC 5426
TRANSPORT = Key("transport", value.one_of(("udp", "tcp")), _choice(("udp", "tcp")), "udp")
FORMAT = Key("format", value.one_of(("rfc5424", "cef")), _choice(("rfc5424", "cef")), "rfc5424")
FACILITY = Key("facility", value.one_of(FACILITIES), _choice(FACILITIES), "local0")
# RFC 6409, RFC 8314 and RFC 5321 for the three kinds of TLS.
EMAIL_PORTS = {"starttls": 587, "implicit": 465, "none": 25}
EMAIL_PORT: Key[int | None] = Key("port", value.whole(1, MAX_PORT), _PORT, None)
TLS = Key("tls", value.one_of(tuple(EMAIL_PORTS)), _choice(tuple(EMAIL_PORTS)), "starttls")
SENDER = Key("from", value.mailbox, "Write the sender's address.")
RECEIVERS = Key("to", value.each(value.mailbox), 'List addresses: ["noc@example.org"].')
USER_ENV = Key("user_env", value.variable, _VARIABLE, "")
PASSWORD_ENV = Key("password_env", value.variable, _VARIABLE, "")
ARGV = Key(
    "argv", value.each(value.text), 'List the program and its arguments: ["/usr/local/bin/tell", "noc"].'
)

Keys = tuple[Key[Any], ...]

WAYS: dict[NotifyWay, Keys] = {
    NotifyWay.WEBHOOK: (URL, SECRET_ENV),
    NotifyWay.SYSLOG: (HOST, SYSLOG_PORT, TRANSPORT, FORMAT, FACILITY),
    NotifyWay.EMAIL: (HOST, EMAIL_PORT, TLS, SENDER, RECEIVERS, USER_ENV, PASSWORD_ENV),
    NotifyWay.COMMAND: (ARGV,),
}
NOTIFY: Keys = (NOTIFY_NAME, WAY, ON, FLAGGED_ONLY)
# The name of a table and its keys; "" is the top of the file.
TABLES: dict[str, Keys] = {
    "": (SCHEMA, EXCLUDE, PUBLIC),
    "site": (
        *(SITE_NAME, OWNER, LOCATION, CONTACT, TIMEZONE, LABELS, GONE_AFTER, PROFILE, MAX_RATE),
        REPEAT_HOURS,
    ),
    "segment": (SEGMENT_NAME, ROLE, NETWORKS, VLAN),
    "authorisation": (BY, UNTIL_DAY, REFERENCE),
    "hours": (WEEKDAYS, FROM_TIME, UNTIL_TIME),
    "notify": NOTIFY,
}
