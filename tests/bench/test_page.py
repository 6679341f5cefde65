"""Each section of the page of figures is rewritten by itself."""

from bench.page import intro, placed


def test_a_section_takes_the_place_of_its_older_self_and_touches_nothing_else() -> None:
    page = placed(placed(intro(), "sweep", ["first sweep"]), "matching", [r"first \1 matching"])

    again = placed(page, "sweep", ["second sweep"])

    assert again == page.replace("first sweep", "second sweep")
    assert again.index("second sweep") < again.index(r"first \1 matching")
    assert again.startswith("# Performance")


def test_what_stands_on_the_page_unmarked_stays() -> None:
    assert placed("# Old\n\nfigures\n", "sweep", ["new"]).startswith("# Old\n\nfigures\n\n<!-- sweep -->")
