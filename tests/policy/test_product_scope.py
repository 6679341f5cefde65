"""Which kinds of device each product is, for every device class there is."""

import pytest

from scanner.policy.known import Known
from scanner.policy.policy import Product
from scanner.policy.scope import Kind, in_scope
from tests.policy.books import database

YES, UNCLEAR, NO = Known

VIDEO = {
    "camera",
    "ptz_camera",
    "thermal_camera",
    "recorder",
    "encoder",
    "decoder",
    "intercom",
    "management_software",
}
TELECOM = {"router", "switch", "access_point", "bridge", "phone"}
OPEN = {
    Product.VIDEO: {"access_terminal", "alarm_panel", "sensor", "other"},
    Product.TELECOM: {"other"},
    Product.THERMAL: set(),
    Product.ICT: set(),
}
SURE = {
    Product.VIDEO: VIDEO,
    Product.TELECOM: TELECOM,
    Product.THERMAL: {"thermal_camera"},
    Product.ICT: set(database().vocabulary.device_classes),
}


@pytest.mark.parametrize("product", Product)
def test_every_class_is_a_product_or_not_or_open(product: Product) -> None:
    for name in database().vocabulary.device_classes:
        expected = YES if name in SURE[product] else UNCLEAR if name in OPEN[product] else NO
        assert in_scope((product,), Kind(name, has_model=True)).known is expected, name


def test_a_device_of_an_unknown_class_may_be_anything() -> None:
    found = {product: in_scope((product,), Kind()).known for product in Product}

    assert found == dict.fromkeys(Product, UNCLEAR) | {Product.ICT: YES}


def test_no_products_are_no_condition() -> None:
    assert in_scope((), Kind("printer")).known is YES


def test_one_of_several_products_is_enough() -> None:
    assert in_scope((Product.VIDEO, Product.TELECOM), Kind("switch")).known is YES


@pytest.mark.parametrize(
    ("device_class", "product"),
    [("recorder", Product.VIDEO), ("switch", Product.TELECOM), ("nas", None), (None, None)],
)
def test_a_device_is_counted_as_one_product(device_class: str | None, product: Product | None) -> None:
    assert Kind(device_class).product is product
