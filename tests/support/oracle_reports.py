"""Every mart the reports are written from, by the naive second implementation."""

from collections.abc import Callable, Mapping

from tests.support.oracle import Book, Row
from tests.support.oracle_breakdowns import breakdown_marts
from tests.support.oracle_changes import changes
from tests.support.oracle_figures import figures
from tests.support.oracle_regions import region_overview_annual, region_rankings_annual
from tests.support.oracle_sensitivity import method_sensitivity_annual, method_sensitivity_quarterly

_MARTS: dict[str, Callable[[Book, Mapping[str, list[Row]]], list[Row]]] = {
    "changes": changes,
    "figures": figures,
    "region_overview_annual": region_overview_annual,
    "region_rankings_annual": region_rankings_annual,
    "method_sensitivity_annual": method_sensitivity_annual,
    "method_sensitivity_quarterly": method_sensitivity_quarterly,
}


def report_marts(book: Book, published: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """The marts upon the marts, by name; ``published`` are those of ``marts_of``."""
    return breakdown_marts(book) | {name: mart(book, published) for name, mart in _MARTS.items()}
