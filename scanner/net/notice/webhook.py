"""Webhook: one JSON document by HTTP POST, signed so that the receiver knows who wrote it, and when.

Cannot tell whether anybody read it: any 2xx answer counts as delivered.
"""

import asyncio
import hashlib
import hmac
import ssl
from datetime import datetime

import httpx

from scanner import USER_AGENT
from scanner.model.traffic import Reach, Traffic
from scanner.net.notice.contract import Rejected, Undelivered, Way

WEBHOOK = Way(
    "webhook",
    (Traffic(Reach.UNICAST, "the URL in the site file", "POST, one JSON document per sweep", "RFC 9110"),),
)

# Chat services answer within 3 s; the sweep's own end waits for this.
DEADLINE_S = 10.0
TIMESTAMP_HEADER = "X-Camcensus-Timestamp"
SIGNATURE_HEADER = "X-Camcensus-Signature"
ID_HEADER = "X-Camcensus-Id"

_TOO_MANY = 429


async def post(
    url: str, body: bytes, message_id: str, secret: bytes, at: datetime, deadline_s: float = DEADLINE_S
) -> None:
    """Post a document; signed unless the secret is empty.

    Raises Undelivered for network errors, 5xx and 429, and Rejected for any other answer but 2xx: a
    redirect is not followed, because the operator has not named where it leads.
    """
    headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT, ID_HEADER: message_id}
    if secret:
        headers |= signed(body, secret, at)
    try:
        async with asyncio.timeout(deadline_s):
            status, retry_after = await _status(url, body, headers)
    except TimeoutError as error:
        raise Undelivered(f"it did not answer within {deadline_s:g} seconds") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Undelivered(f"it could not be reached ({error or type(error).__name__})") from error
    _judge(status, retry_after)


def signed(body: bytes, secret: bytes, at: datetime) -> dict[str, str]:
    """Return the headers that prove a body: HMAC-SHA256 (RFC 2104) over the Unix time, a dot and the body."""
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: f"sha256={digest}"}


async def _status(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """Return the status and Retry-After; what the answer says beyond its head is never read."""
    context = ssl.create_default_context()
    async with (
        httpx.AsyncClient(verify=context, trust_env=False, follow_redirects=False, timeout=None) as client,
        client.stream("POST", url, content=body, headers=headers) as answer,
    ):
        return answer.status_code, answer.headers.get("Retry-After", "")


def _judge(status: int, retry_after: str) -> None:
    if status // 100 == 2:
        return
    if status == _TOO_MANY or status >= 500:
        raise Undelivered(f"it answered with status {status}", _seconds(retry_after))
    if status // 100 == 3:
        raise Rejected(f"it redirects (status {status}), which is not followed: name the new URL")
    raise Rejected(f"it refuses the message (status {status})")


def _seconds(retry_after: str) -> float | None:
    """Return Retry-After where it counts seconds; a date (RFC 9110, 10.2.3) is left to our own pace."""
    is_count = retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 8
    return float(retry_after) if is_count else None
