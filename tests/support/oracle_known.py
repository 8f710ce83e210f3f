"""Of whom a measure is known in a quarter, and what the periods are called; `oracle_compared` compares them."""

from tests.support.oracle import HEADLINES, UNPAID, Book, quarter_before

ALL = "all"
ALL_NAME = "Alle trajecten"
PERIOD_TYPES = {"quarterly": "quarter", "half_yearly": "half_year", "annual": "year"}

REGISTERED_AS = {
    "clients_active": "clients",
    "clients_ended": "ended",
    "ended_with_result": "ended",
    "ended_without_result": "ended",
    "in_education": "education",
    "started_education": "education",
    "stopped_education": "education",
    **dict.fromkeys(UNPAID, "unpaid_work"),
}
"""The measure of the dictionary behind a measure of the marts, where their names differ."""

Pair = tuple[str, str]
"""organisation, trajectory."""


def known_in_quarter(book: Book, pair: Pair, measure: str, quarter: str) -> bool:
    """Whether the pair knows the measure in the quarter (METHOD, changes and comparisons)."""
    organisation, trajectory = pair
    delivered = book.delivered
    if not delivered.trajectory(organisation, trajectory, quarter):
        return False
    if measure in HEADLINES and trajectory in ("jobcoaching", "uwv_naar_werk"):
        return True
    if measure == "clients_started":
        return delivered.trajectory(organisation, trajectory, quarter_before(quarter))
    if measure in ("clients_lost", "clients_left_uncounted"):
        return any(
            delivered.trajectory(organisation, trajectory, quarter_before(quarter, back)) for back in (1, 2, 3, 4)
        )
    registered = measure.removesuffix("_all_trajectories")
    group = delivered.group_in_which(REGISTERED_AS.get(registered, registered), trajectory, quarter)
    return group is not None and delivered.group(organisation, trajectory, quarter, group)
