"""Units for systemd: the daemon as a service, or one timer per site, each in a sandbox of its own.

Directives: systemd.exec(5), systemd.service(5), systemd.timer(5), as of systemd 252.
"""

from dataclasses import dataclass
from pathlib import Path

SERVICE_USER = "camcensus"
STATE_DIRECTORY = Path("/var/lib/camcensus")
DATABASE = STATE_DIRECTORY / "inventory.sqlite3"
# Where a password for PostgreSQL belongs: readable by root alone, never on a command line.
ENVIRONMENT_FILE = Path("/etc/camcensus/environment")
# What ProtectHome and PrivateTmp hide from a service.
HIDDEN_DIRECTORIES = tuple(map(Path, ("/home", "/root", "/run/user", "/tmp", "/var/tmp")))

# Why not stricter: PrivateNetwork, IPAddressDeny and PrivateUsers would part it from the network that it
# examines; ProcSubset=pid would hide /proc/net/arp; capset is how the capture program gives up its rights.
_SANDBOX = f"""\
User={SERVICE_USER}
StateDirectory={STATE_DIRECTORY.name}
StateDirectoryMode=0700
UMask=0077
Environment=HOME={STATE_DIRECTORY} CAMCENSUS_DB={DATABASE}
EnvironmentFile=-{ENVIRONMENT_FILE}

AmbientCapabilities=CAP_NET_RAW
CapabilityBoundingSet=CAP_NET_RAW
NoNewPrivileges=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_PACKET AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallFilter=capset
SystemCallErrorNumber=EPERM

ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateMounts=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
KeyringMode=private
RemoveIPC=yes
"""

_DAEMON = """\
[Unit]
Description=camcensus: sweeps of the scheduled sites
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=notify
NotifyAccess=main
ExecStart={program} schedule run
ExecReload=/bin/kill -HUP $MAINPID
KillMode=mixed
TimeoutStopSec=10
WatchdogSec=60
Restart=on-failure
RestartSec=10

{sandbox}
[Install]
WantedBy=multi-user.target
"""

_SWEEP = """\
[Unit]
Description=camcensus: a sweep of the site %I
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=oneshot
ExecStart={program} --quiet scan --site %I
StandardOutput=null
KillMode=mixed
TimeoutStopSec=10
# 3: --fail-on was met; 4: part of the site was not examined. Both sweeps have done their work.
SuccessExitStatus=3 4

{sandbox}"""

_TIMER = """\
[Unit]
Description=camcensus: the time of the sweep of the site %I

[Timer]
OnCalendar=*-*-* 02:00:00
RandomizedDelaySec=10min
FixedRandomDelay=yes
Persistent=yes

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit file."""

    name: str
    text: str


def daemon_units(program: Path) -> tuple[Unit, ...]:
    """Return the service that keeps the schedules of the inventory; ``program`` is camcensus."""
    return (Unit("camcensus.service", _filled(_DAEMON, program)),)


def timer_units(program: Path) -> tuple[Unit, ...]:
    """Return the service and the timer that sweep the site which their instance names."""
    return (
        Unit("camcensus-sweep@.service", _filled(_SWEEP, program)),
        Unit("camcensus-sweep@.timer", _filled(_TIMER, program)),
    )


def is_hidden(path: Path) -> bool:
    """Whether the sandbox hides a file from the service."""
    return any(path.is_relative_to(directory) for directory in HIDDEN_DIRECTORIES)


def _filled(template: str, program: Path) -> str:
    return template.format(program=_word(str(program)), sandbox=_SANDBOX)


def _word(text: str) -> str:
    """Return a text as one word of a command line (systemd.service(5), "Command lines")."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if set(text) & set(" \t;'\"\\") else escaped
