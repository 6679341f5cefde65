"""Every error that a person can meet, each with the exit code that the command ends with.

    CamcensusError            1  storage, output or internal trouble
    ├── UsageProblem          2  a target, option, file or signature that cannot be used
    │   └── NotThisKind       2  a file of another kind than it was said to be
    ├── StorageProblem        1  the inventory cannot be opened, read or written
    ├── Incomplete            4  part of the scope was not examined
    ├── NoAccess              5  no privilege, or no usable interface
    └── Locked                6  another sweep of the same site is running

A message says what happened, what it means for the audit, and what to do.
"""


class CamcensusError(Exception):
    """Something went wrong that a person must hear about."""

    exit_code = 1


class UsageProblem(CamcensusError):
    """What was asked for cannot be done as it was asked."""

    exit_code = 2


class Incomplete(CamcensusError):
    """Part of the scope was not examined."""

    exit_code = 4


class NoAccess(CamcensusError):
    """The network cannot be reached with these rights or interfaces."""

    exit_code = 5


class OutOfScope(CamcensusError):
    """The gate refused to send: the destination is not in the authorised scope."""

    exit_code = 4


class NotThisKind(UsageProblem):
    """A file is not of the kind that it was said to be; nothing of it was used."""


class StorageProblem(CamcensusError):
    """The inventory cannot be opened, read or written; what was acknowledged before is still in it."""


class Locked(CamcensusError):
    """Another process is at work on the same site."""

    exit_code = 6
