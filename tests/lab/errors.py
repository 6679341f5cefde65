"""What can go wrong with the lab itself."""


class LabError(Exception):
    """The lab cannot do what was asked; the message says why and what would help."""


class NamespacesRefused(LabError):
    """This machine does not let this user make network namespaces."""
