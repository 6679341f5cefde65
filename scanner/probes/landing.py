"""The landing page: status, headers, challenges, title, scripts and icon of a web interface."""

from urllib.parse import urljoin, urlsplit

from scanner.model.field import Field
from scanner.model.host import Endpoint, Host
from scanner.model.observation import Fact
from scanner.model.probe import ProbeResult, ProbeStatus
from scanner.model.traffic import Reach, Traffic
from scanner.net.exchange import Exchange
from scanner.net.http import Request
from scanner.net.network import Network
from scanner.probes.contract import HTTP_PORTS, TLS_PORTS, Findings
from scanner.protocols import favicon, http, rtsp

# "/" often sends to a login page, and that once more to a language; a third hop is a loop.
MAX_HOPS = 2
ICON_PATH = "/favicon.ico"
# What a login lives under is never requested, not even to look at: the promise is easier to check so.
LOGIN_WORDS = ("login", "logon", "signin", "auth")


class LandingProbe:
    """GET / as a browser would, following redirects on the same host and port only.

    Sees nothing when the web interface is switched off, or is drawn by scripts that it does not run.
    """

    name = "landing"
    ports = HTTP_PORTS | TLS_PORTS
    is_follow_up = False
    traffic = (
        Traffic(
            Reach.UNICAST,
            "tcp 80 and the other web ports",
            "GET / (and its redirect on the same host)",
            "RFC 9110",
        ),
        Traffic(Reach.UNICAST, "tcp 80 and the other web ports", "GET /favicon.ico", "WHATWG HTML, rel=icon"),
    )

    async def run(self, host: Host, endpoint: Endpoint, network: Network) -> ProbeResult:
        """Fetch the page, up to ``MAX_HOPS`` redirects, then the icon."""
        findings = Findings(self.name, host, endpoint, network)
        tls = endpoint.port in TLS_PORTS
        path, exchange = "/", await network.fetch(endpoint, Request("/"), tls=tls)
        for _ in range(MAX_HOPS):
            facts = read_reply(exchange)
            findings.add(facts)
            following = same_host_path(facts, endpoint, path, tls)
            if following is None:
                break
            path, exchange = following, await network.fetch(endpoint, Request(following), tls=tls)
        else:
            findings.add(read_reply(exchange))
        if not exchange.data:
            return findings.result(exchange.status, exchange.detail)
        if http.parse(exchange.data) is None:
            return findings.result(ProbeStatus.NOT_UNDERSTOOD, "the port does not speak HTTP")
        findings.add(await _icon(endpoint, network, tls))
        return findings.result(exchange.status, exchange.detail)


def read_reply(exchange: Exchange) -> tuple[Fact, ...]:
    """Return the facts of a reply, in whatever protocol the port turned out to speak."""
    return http.read(exchange.data) or rtsp.read(exchange.data)


def same_host_path(facts: tuple[Fact, ...], endpoint: Endpoint, path: str, tls: bool) -> str | None:
    """Return where a redirect leads on the same host, scheme and port, else None.

    A Location is evidence from the device; it never widens the scope. Login pages are not followed.
    """
    location = next((f.value for f in facts if f.field is Field.HTTP_LOCATION), None)
    if location is None:
        return None
    scheme = "https" if tls else "http"
    origin = f"{scheme}://{endpoint.address}:{endpoint.port}"
    try:
        target = urlsplit(urljoin(origin + path, location))
        port = target.port or (443 if target.scheme == "https" else 80)
    except ValueError:
        return None
    is_same = target.scheme == scheme and target.hostname == str(endpoint.address) and port == endpoint.port
    following = target.path or "/"
    is_plain = following.isascii() and following.isprintable() and " " not in following
    is_login = any(word in following.lower() for word in LOGIN_WORDS)
    return following if is_same and is_plain and not is_login and following != path else None


async def _icon(endpoint: Endpoint, network: Network, tls: bool) -> tuple[Fact, ...]:
    exchange = await network.fetch(endpoint, Request(ICON_PATH), tls=tls)
    reply = http.parse(exchange.data)
    if reply is None or reply.status != 200 or reply.is_partial:
        return ()
    return favicon.read(reply.body)
