"""Hashes of a site's icon: the same file on many brands tells whose web interface they run."""

import base64
import hashlib

import mmh3

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols.opening import Opening, looks_like

# An icon of 256 by 256 pixels without compression takes 264 KiB; no camera needs one four times as large.
MAX_ICON_BYTES = 1024 * 1024


def read(icon: bytes) -> tuple[Fact, ...]:
    """Return the icon's hashes, or () when it is empty, too large, or an HTML page in an icon's place.

    The MurmurHash3 is the one that Shodan indexes and fingerprint lists hold: 32-bit, signed, of the
    base64 text with a line end after every 76 characters (RFC 2045). An icon that was cut short has
    the hash of no icon: pass whole files only.
    """
    if not icon or len(icon) > MAX_ICON_BYTES or looks_like(icon) is Opening.HTML:
        return ()
    murmur = mmh3.hash(base64.encodebytes(icon))
    md5 = hashlib.md5(icon, usedforsecurity=False).hexdigest()
    return Fact(Field.FAVICON_MMH3, str(murmur), icon), Fact(Field.FAVICON_MD5, md5, icon)
