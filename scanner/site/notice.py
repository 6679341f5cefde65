"""The receivers that a site file names, each with the settings of its way."""

from collections.abc import Iterator

from scanner.model.site import NotifyOn, NotifyTarget, NotifyWay
from scanner.site import key
from scanner.site.table import Table


def receiver(table: Table) -> NotifyTarget:
    """Return what one ``[[notify]]`` says. Raises UsageProblem."""
    way = NotifyWay(table.take(key.WAY))
    table.check_known((*key.NOTIFY, *key.WAYS[way]))
    target = NotifyTarget(
        name=table.take(key.NOTIFY_NAME),
        way=way,
        on=frozenset(NotifyOn(word) for word in table.take(key.ON)),
        settings=tuple(_settings(table, way)),
        flagged_only=table.take(key.FLAGGED_ONLY),
    )
    if way is NotifyWay.EMAIL:
        _check_login(table, target)
    return target


def _settings(table: Table, way: NotifyWay) -> Iterator[tuple[str, str]]:
    for one in key.WAYS[way]:
        said = table.take(one)
        if one is key.EMAIL_PORT and said is None:
            said = key.EMAIL_PORTS[table.take(key.TLS)]
        yield from ((one.name, str(entry)) for entry in (said if isinstance(said, tuple) else (said,)))


def _check_login(table: Table, target: NotifyTarget) -> None:
    user, password = target.setting(key.USER_ENV.name), target.setting(key.PASSWORD_ENV.name)
    if bool(user) is not bool(password):
        missing, present = (key.PASSWORD_ENV, key.USER_ENV) if user else (key.USER_ENV, key.PASSWORD_ENV)
        raise table.problem(missing.name, f"is missing beside {present.name}", missing.remedy)
    if password and target.setting(key.TLS.name) == "none":
        remedy = "Use starttls or implicit, or leave user_env and password_env out."
        raise table.problem(key.TLS.name, "is none, which would show the password to the network", remedy)
