"""Whether a kind of device is a product that an instrument speaks of."""

from dataclasses import dataclass

from scanner.policy.known import Answer, Known, either
from scanner.policy.policy import Product

# Instruments speak of "visual surveillance systems": what takes, keeps or shows pictures. Whether a door
# terminal without a picture counts is for its reader to say.
_VIDEO = frozenset(
    {
        "camera",
        "ptz_camera",
        "thermal_camera",
        "recorder",
        "encoder",
        "decoder",
        "intercom",
        "management_software",
    }
)
_PERHAPS_VIDEO = frozenset({"access_terminal", "alarm_panel", "sensor", "other"})
_TELECOM = frozenset({"router", "switch", "access_point", "bridge", "phone"})
_PERHAPS_TELECOM = frozenset({"other"})
# A camera that does not show its model may be a thermal one.
_PERHAPS_THERMAL = frozenset({"camera", "ptz_camera", "access_terminal", "sensor", "other"})

_WORDS = {
    Product.VIDEO: "video surveillance",
    Product.THERMAL: "thermal cameras",
    Product.TELECOM: "telecommunications equipment",
    Product.ICT: "information technology of any kind",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of a device's kind: its class, and whether it shows its model."""

    device_class: str | None = None
    has_model: bool = False

    @property
    def product(self) -> Product | None:
        """The product that it is counted as, network gear never as a camera; None where that is open."""
        if self.device_class in _VIDEO:
            return Product.VIDEO
        return Product.TELECOM if self.device_class in _TELECOM else None


def in_scope(products: tuple[Product, ...], kind: Kind) -> Answer:
    """Return whether a device is of any of the products; no products are no condition."""
    known = Known.NO if products else Known.YES
    for product in products:
        known = either(known, _is(product, kind))
    means = " or ".join(_WORDS[product] for product in products)
    if known is Known.NO:
        return Answer(known, f"It means {means}; the device is of the class {kind.device_class}.")
    if known is Known.UNCLEAR:
        reason = f"It means {means}, and what was seen does not show whether the device is that."
        return Answer(known, reason, "Find out which kind of device it is, by its model for example.")
    return Answer(known)


def _is(product: Product, kind: Kind) -> Known:
    """Return whether a device is a product; of a device without a class only that it is of some kind."""
    if product is Product.ICT:
        return Known.YES
    if kind.device_class is None:
        return Known.UNCLEAR
    if product is Product.THERMAL:
        return _is_thermal(kind)
    sure, perhaps = (_VIDEO, _PERHAPS_VIDEO) if product is Product.VIDEO else (_TELECOM, _PERHAPS_TELECOM)
    if kind.device_class in sure:
        return Known.YES
    return Known.UNCLEAR if kind.device_class in perhaps else Known.NO


def _is_thermal(kind: Kind) -> Known:
    if kind.device_class == "thermal_camera":
        return Known.YES
    is_open = not kind.has_model and kind.device_class in _PERHAPS_THERMAL
    return Known.UNCLEAR if is_open else Known.NO
