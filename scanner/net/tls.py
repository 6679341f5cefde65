"""TLS: a handshake that shows the certificate, with devices of any age."""

import asyncio
import ssl
import warnings
from functools import lru_cache

from scanner.model.host import Endpoint
from scanner.model.probe import ProbeStatus
from scanner.net.exchange import Handshake
from scanner.net.gate import Gate
from scanner.net.tcp import status_of

# OP_LEGACY_SERVER_CONNECT: old devices renegotiate without RFC 5746, and OpenSSL 3 refuses that.
_LEGACY_SERVER_CONNECT = 0x4


@lru_cache(maxsize=1)
def permissive_context() -> ssl.SSLContext:
    """Return a context that talks to every TLS a camera may speak, and trusts nothing.

    Nothing secret is ever sent, and the certificate is evidence, not proof. Made once: building a
    context costs 34 to 60 ms. Source of the settings: handshakes with openssl s_server variants.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    context.options |= _LEGACY_SERVER_CONNECT
    return context


async def handshake(gate: Gate, endpoint: Endpoint) -> Handshake:
    """Complete a TLS handshake, keep the peer's certificate, and close."""
    async with gate.connection(endpoint.address, "tls handshake"):
        try:
            async with asyncio.timeout(gate.limits.probe_deadline_s):
                _, writer = await asyncio.open_connection(
                    str(endpoint.address), endpoint.port, ssl=permissive_context(), server_hostname=""
                )
        except TimeoutError:
            return Handshake(ProbeStatus.SILENT)
        except ssl.SSLError as error:
            return Handshake(ProbeStatus.NOT_UNDERSTOOD, detail=error.reason or "TLS failed")
        except OSError as error:
            return Handshake(status_of(error))
        shown: ssl.SSLObject = writer.get_extra_info("ssl_object")
        certificate, version = shown.getpeercert(binary_form=True), shown.version() or ""
        writer.transport.abort()
        return Handshake(ProbeStatus.ANSWERED, certificate, version)
