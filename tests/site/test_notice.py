"""The receivers of a site file: settings of their way, checked before anything is to be told."""

import pytest

from scanner.errors import UsageProblem
from scanner.model.site import NotifyOn, NotifyTarget
from scanner.site.file import read

HEAD = 'schema = 1\n[site]\nname = "depot"\n[[notify]]\nname = "noc"\n'


def told(lines: str) -> NotifyTarget:
    (target,) = read(HEAD + lines).notify
    return target


def refusal(lines: str) -> str:
    with pytest.raises(UsageProblem) as refused:
        read(HEAD + lines)
    return str(refused.value)


def test_a_receiver_hears_of_everything_flagged_unless_it_says_otherwise() -> None:
    target = told('way = "command"\nargv = ["/usr/bin/page"]')

    assert target.on == frozenset(NotifyOn)
    assert target.flagged_only


def test_a_command_keeps_its_arguments_in_order() -> None:
    target = told('way = "command"\nargv = ["/usr/bin/page", "--group", "noc", "noc"]')

    assert target.entries("argv") == ("/usr/bin/page", "--group", "noc", "noc")


def test_syslog_has_the_usual_settings() -> None:
    target = told('way = "syslog"\nhost = "siem.example.org"')

    assert target.settings == (
        ("host", "siem.example.org"),
        ("port", "514"),
        ("transport", "udp"),
        ("format", "rfc5424"),
        ("facility", "local0"),
    )


@pytest.mark.parametrize(("tls", "port"), [("starttls", "587"), ("implicit", "465"), ("none", "25")])
def test_the_port_of_a_mail_server_follows_from_its_tls(tls: str, port: str) -> None:
    target = told(
        f'way = "email"\nhost = "10.0.0.9"\ntls = "{tls}"\nfrom = "a@example.org"\n'
        'to = ["b@example.org", "c@example.org"]'
    )

    assert (target.setting("tls"), target.setting("port")) == (tls, port)
    assert target.entries("to") == ("b@example.org", "c@example.org")


MAIL = 'way = "email"\nhost = "mail"\nfrom = "a@example.org"\nto = ["b@example.org"]\n'


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('url = "https://x"', "line 4: [[notify]] 1: way is missing"),
        ('way = "fax"', "line 6: [[notify]] 1: way is 'fax', which is not known here"),
        ('way = "webhook"', "line 4: [[notify]] 1: url is missing"),
        ('way = "webhook"\nurl = "ftp://x"', "line 7: [[notify]] 1: url is not an address"),
        ('way = "webhook"\nurl = "https://a:b@x/"', "line 7: [[notify]] 1: url holds a name or a password"),
        ('way = "webhook"\nurl = "https://[::1/"', "line 7: [[notify]] 1: url"),
        (
            'way = "webhook"\nurl = "https://x"\nsecret = "hunter2"',
            "line 8: [[notify]] 1: secret is not known",
        ),
        (
            'way = "webhook"\nurl = "https://x"\nsecret_env = "not a name"',
            "line 8: [[notify]] 1: secret_env is not the name of an environment variable",
        ),
        ('way = "webhook"\nurl = "https://x"\nhost = "y"', "line 8: [[notify]] 1: host is not known here"),
        ('way = "syslog"\nhost = "a b"', "line 7: [[notify]] 1: host is neither a host name nor an address"),
        ('way = "syslog"\nhost = "a"\nport = 0', "line 8: [[notify]] 1: port is not a whole number"),
        ('way = "syslog"\nhost = "a"\nfacility = "local9"', "line 8: [[notify]] 1: facility is 'local9'"),
        ('way = "command"\nargv = "/bin/true"', "line 7: [[notify]] 1: argv is not a list"),
        ('way = "command"\nargv = []', "line 7: [[notify]] 1: argv is not a list with at least one"),
        ('way = "command"\nargv = ["x"]\non = ["news"]', "line 8: [[notify]] 1: on holds an entry that is"),
        (
            'way = "command"\nargv = ["x"]\nflagged_only = 1',
            "line 8: [[notify]] 1: flagged_only is neither true nor false",
        ),
        (MAIL + 'user_env = "U"', "line 4: [[notify]] 1: password_env is missing beside user_env"),
        (MAIL + 'password_env = "P"', "line 4: [[notify]] 1: user_env is missing beside password_env"),
        (
            MAIL + 'user_env = "U"\npassword_env = "P"\ntls = "none"',
            "line 12: [[notify]] 1: tls is none, which would show the password to the network",
        ),
        (MAIL.replace("a@example.org", "a"), "line 8: [[notify]] 1: from is not an address"),
        (
            MAIL.replace('["b@', '["x\\r\\nBcc: b@'),
            "line 9: [[notify]] 1: to holds an entry that holds characters",
        ),
        (
            'way = "command"\nargv = ["x"]\n[[notify]]\nname = "noc"\nway = "command"\nargv = ["y"]',
            "line 9: [[notify]] 2: name says noc, which [[notify]] 1 says already",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused_with_their_line(lines: str, message: str) -> None:
    assert refusal(lines).startswith(message)
