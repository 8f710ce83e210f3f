"""Corruptions of what a delivery says: its numbers, and what is there at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

from tests.support.broken_files import Line, tidy_csv
from tests.support.corruptions import (
    BREAKDOWN,
    CATEGORY,
    CLIENTS,
    IN_NO_RULE,
    MEASURE,
    ORGANISATION,
    PARTS_OF,
    QUARTER,
    REGION,
    TRAJECTORY,
    Change,
    Corrupt,
    Made,
    Sent,
    counted_twice,
    everywhere,
    exceeded,
    fits_the_quarter_before,
    group_of,
    is_cell,
    kind,
    not_offered,
    odd,
    overlaps,
    pick,
    register,
    totals_of,
    with_field,
    with_number,
)
from tests.support.random_deliveries import standard_reference

# trajectories with the same cells
TWINS = {"wabz": "other", "other": "wabz", "uwv_werkfit": "uwv_naar_werk", "uwv_naar_werk": "uwv_werkfit"}


# A number that is none: every cell ---------------------------------------------------------------------

NOT_A_NUMBER: dict[str, tuple[str, Change]] = {
    "decimal_comma": ("A number has a decimal comma (12,5).", lambda rng, text: f"{text},{rng.randrange(10)}"),
    "decimal_point": ("A number has a decimal point (12.5).", lambda rng, text: f"{text}.{rng.randrange(10)}"),
    "thousands_point": ("A number has a point for the thousands (1.200).", lambda rng, text: f"{text}.000"),
    "thousands_blank": ("A number has a blank for the thousands (1 200).", lambda rng, text: f"{text} 000"),
    "thousands_hard_blank": (
        "A number has a hard blank for the thousands.",
        lambda rng, text: f"{text}\N{NO-BREAK SPACE}000",
    ),
    "negative_number": ("A number is negative.", lambda rng, text: f"-{text}"),
    "dash_for_a_minus": ("A number has a dash for a minus (–12).", lambda rng, text: f"–{text}"),
    "number_in_brackets": ("A number stands in brackets.", lambda rng, text: f"({text})"),
    "plus_sign": ("A number has a plus sign.", lambda rng, text: f"+{text}"),
    "no_number": ("A number is left out.", lambda rng, text: ""),
    "blanks_for_a_number": ("Blanks stand where a number should.", lambda rng, text: "   "),
    "word_for_a_number": (
        "A word stands where a number should.",
        lambda rng, text: rng.choice(["twaalf", "n.v.t.", "onbekend", "-", "NULL", "NaN", "?"]),
    ),
    "less_than_five": ("A small number is hidden (<5).", lambda rng, text: "<5"),
    "percentage_sign": ("A number is a percentage (12%).", lambda rng, text: f"{text}%"),
    "unit_behind_a_number": ("A number has its unit behind it.", lambda rng, text: f"{text} cliënten"),
    "footnote_behind_a_number": ("A number has a footnote mark (12*).", lambda rng, text: f"{text}*"),
    "exponent": ("A number is written with an exponent (1e3).", lambda rng, text: f"{text}e3"),
    "full_width_digits": (
        "A number has full-width digits.",
        lambda rng, text: "".join(chr(ord(digit) + 0xFEE0) for digit in text),
    ),
    "letter_for_a_digit": (
        "A number has a letter O or l for a digit.",
        lambda rng, text: text.replace("0", "O").replace("1", "l"),
    ),
    "formula_for_a_number": (
        "A formula stands where a number should.",
        lambda rng, text: rng.choice([f"={text}+1", "=SUM(H2:H9)", "@SUM(1)"]),
    ),
    "spreadsheet_error": ("A spreadsheet's error stands where a number should.", lambda rng, text: "#VERW!"),
    "date_for_a_number": ("A spreadsheet made a date of a number.", lambda rng, text: "12-jan"),
    "absurd_number": (
        "A number is above a million.",
        lambda rng, text: rng.choice(["1000001", "9" * 12, "20240331120000"]),
    ),
}


def _in_any_cell(change: Change) -> Corrupt:
    return lambda rng, sent: with_number(rng, sent, sent.where(is_cell), change)


for name, (what, change) in NOT_A_NUMBER.items():
    register(name, what, ["rejected"], _in_any_cell(change))


# A slip in a number: where it is counted twice, and where it is not ------------------------------------


def _transposed(rng: Random, text: str) -> str | None:
    return text[1] + text[0] + text[2:] if len(text) > 1 and text[1] != "0" else None


SLIPS: dict[str, tuple[str, Change]] = {
    "digit_typed_twice": ("A digit is typed twice (12 as 122)", lambda rng, text: text + text[-1]),
    "zero_typed_behind": ("A zero is typed behind (12 as 120)", lambda rng, text: text + "0"),
    "digit_left_out": ("A digit is left out (12 as 1)", lambda rng, text: text[:-1] or None),
    "digits_exchanged": ("Two digits are exchanged (12 as 21)", _transposed),
    "digit_mistyped": ("A digit is mistyped (12 as 17)", lambda rng, text: text[:-1] + str(rng.randrange(10))),
    "one_too_many": ("One client too many is counted", lambda rng, text: str(int(text) + 1)),
    "one_too_few": ("One client too few is counted", lambda rng, text: str(int(text) - 1) if text != "0" else None),
    "zero_for_a_number": ("A zero stands where a number should", lambda rng, text: "0"),
}


def _where_counted_twice(change: Change) -> Corrupt:
    def corrupt(rng: Random, sent: Sent) -> Made:
        made = with_number(rng, sent, counted_twice(sent), change)
        return made if made and _numbers(made) != _numbers(sent.rows) else None

    return corrupt


def _where_no_rule_looks(change: Change) -> Corrupt:
    def corrupt(rng: Random, sent: Sent) -> Made:
        made = with_number(rng, sent, sent.where(lambda row: row[MEASURE] in IN_NO_RULE), change)
        is_another = made is not None and _numbers(made) != _numbers(sent.rows)
        return made if made and is_another and _nothing_is_odd_there(made, sent) else None

    return corrupt


def _nothing_is_odd_there(made: list[Line], sent: Sent) -> bool:
    """Whether no warning stands, before or after, where a number was changed: it would show other numbers."""
    changed = [row for row, before in zip(made, sent.rows, strict=True) if row != before]
    blocks = {(row[REGION], row[TRAJECTORY]) for row in changed}
    return not any(key[:2] in blocks for key in odd(made) | odd(sent.rows))


def _numbers(rows: Iterable[Line]) -> list[str]:
    return [row[CLIENTS].lstrip("0") for row in rows]


for name, (what, change) in SLIPS.items():
    twice = f"{what}, where another breakdown gives the total too."
    register(f"{name}_where_counted_twice", twice, ["rejected", "warned"], _where_counted_twice(change))
    nowhere = f"{what}, in unpaid work, in education or among those who stopped, and stays within the clients there."
    register(f"{name}_where_no_rule_looks", nowhere, ["unseen"], _where_no_rule_looks(change))


# A number at odds with another one ---------------------------------------------------------------------


def _times_ten(sent: Sent, places: Iterable[int]) -> list[Line]:
    rows = sent.rows
    for place in places:
        rows = with_field(rows, place, CLIENTS, rows[place][CLIENTS] + "0")
    return rows


@kind("warned")
def part_above_its_whole(rng: Random, sent: Sent) -> Made:
    """Starts in paid work, or durations of jobs, with a zero too many and so above what they are a part of."""
    place = pick(rng, sent.where(lambda row: row[MEASURE] in PARTS_OF))
    rows = None if place is None else _times_ten(sent, [place])
    return rows if rows and odd(rows) - odd(sent.rows) else None


@kind("warned")
def activity_above_the_clients(rng: Random, sent: Sent) -> Made:
    """Unpaid work, education or stops with a zero too many, and so above those who are there."""
    place = pick(rng, sent.where(lambda row: row[MEASURE] in IN_NO_RULE))
    rows = None if place is None else _times_ten(sent, [place])
    return rows if rows and odd(rows) - odd(sent.rows) else None


@kind("warned")
def more_ended_than_there_were(rng: Random, sent: Sent) -> Made:
    """More than 5 clients more have ended than there are, by a slip that nothing else shows (500 on 6 clients)."""
    is_ended = ("work", "result")
    place = pick(rng, sent.where(lambda row: row[MEASURE] == "ended" and row[BREAKDOWN] in is_ended))
    rows = None if place is None else with_field(sent.rows, place, CLIENTS, sent.rows[place][CLIENTS] + "00")
    return rows if rows and any("W106" in key for key in odd(rows) - odd(sent.rows)) else None


@kind("warned")
def counted_since_january(rng: Random, sent: Sent) -> Made:
    """Who ended, started and stopped is counted since January, more than 10 clients in 5 cells of last quarter too."""
    last = {tuple(row[REGION:CLIENTS]): int(row[CLIENTS]) for row in sent.before if is_cell(row) and _is_flow(row)}
    now = {tuple(row[REGION:CLIENTS]): int(row[CLIENTS]) for row in sent.rows if is_cell(row) and _is_flow(row)}
    both = [key for key in now if key in last]
    before, since = sum(last[key] for key in both), sum(now[key] + last[key] for key in both)
    is_seen = before > 10 and sum(last[key] > 0 for key in both) > 5 and since > 1.25 * before
    is_same_year = sent.rows[0][QUARTER][:4] == sent.before[0][QUARTER][:4]
    if not (is_seen and is_same_year) or all(now[key] >= last[key] for key in both):
        return None
    return [
        [*row[:CLIENTS], str(int(row[CLIENTS]) + last.get(tuple(row[REGION:CLIENTS]), 0))]
        if is_cell(row) and _is_flow(row)
        else row
        for row in sent.rows
    ]


def _is_flow(row: Line) -> bool:
    is_counted_once = row[MEASURE] == "ended" and row[BREAKDOWN] in ("work", "result")
    is_education = row[MEASURE] == "education" and row[CATEGORY] != "following"
    return is_counted_once or is_education or row[MEASURE] in ("started_paid_work", "stopped_paid_work")


@kind("rejected")
def paid_work_above_the_clients(rng: Random, sent: Sent) -> Made:
    """Paid or durable work with a zero too many, and so above what it is a part of."""
    wholes = {"paid_work": "clients", "durable_paid_work": "paid_work"}
    place = pick(rng, sent.where(lambda row: row[MEASURE] in wholes and row[BREAKDOWN] == "funding"))
    if place is None:
        return None
    *block, measure, by = sent.rows[place][REGION:CATEGORY]
    totals = totals_of(rows := _times_ten(sent, [place]))
    return rows if totals[*block, measure, by] > totals[*block, wholes[measure], by] else None


def _newly_exceeded(sent: Sent, rows: list[Line], *rules: str) -> bool:
    new = exceeded(rows, sent.before) - exceeded(sent.rows, sent.before)
    return any(rule in rules for rule, _ in new)


@kind("warned")
def clients_far_from_last_quarter(rng: Random, sent: Sent) -> Made:
    """The clients of a trajectory have a zero too many: more than 10 above last quarter and more than 50 %."""
    trajectory = rng.choice(sent.blocks())[1]
    rows = _times_ten(sent, sent.where(lambda row: row[TRAJECTORY] == trajectory and row[MEASURE] == "clients"))
    return rows if _newly_exceeded(sent, rows, "W203") else None


@kind("warned")
def paid_work_at_end_beyond_last_quarter(rng: Random, sent: Sent) -> Made:
    """More clients ended in paid work than had paid work last quarter or found it since."""
    place = pick(rng, sent.where(lambda row: row[CATEGORY] == "paid_work_at_end" and row[CLIENTS] != "0"))
    rows = None if place is None else _times_ten(sent, [place])
    return rows if rows and _newly_exceeded(sent, rows, "W201") else None


@kind("warned")
def region_forgotten(rng: Random, sent: Sent) -> Made:
    """A region is forgotten in which more than 5 clients, and more than 10 % of the trajectory, were last quarter."""
    rows = _without_a_block(rng, sent)
    return rows if rows and _newly_exceeded(sent, rows, "W202") else None


@kind("unseen")
def small_region_forgotten(rng: Random, sent: Sent) -> Made:
    """A region is forgotten in which 5 clients or fewer were last quarter, or 10 % of the trajectory or less."""
    rows = _without_a_block(rng, sent)
    return rows if rows and overlaps(rows, sent.before) and not exceeded(rows, sent.before) else None


def _without_a_block(rng: Random, sent: Sent) -> list[Line] | None:
    region, trajectory = rng.choice(sent.blocks())
    rows = [row for row in sent.rows if row[REGION : TRAJECTORY + 1] != [region, trajectory]]
    return rows if any(is_cell(row) and row[TRAJECTORY] == trajectory for row in rows) else None


@kind("warned")
def trajectory_forgotten(rng: Random, sent: Sent) -> Made:
    """A trajectory of last quarter is forgotten."""
    return _without_a_trajectory(rng, sent, known=True)


@kind("unseen")
def new_trajectory_forgotten(rng: Random, sent: Sent) -> Made:
    """A trajectory is forgotten that was not delivered last quarter either."""
    return _without_a_trajectory(rng, sent, known=False)


def _without_a_trajectory(rng: Random, sent: Sent, known: bool) -> list[Line] | None:
    trajectory = rng.choice(sent.blocks())[1]
    rows = [row for row in sent.rows if not is_cell(row) or row[TRAJECTORY] != trajectory]
    is_known = any(row[TRAJECTORY] == trajectory for row in sent.before if is_cell(row))
    return rows if is_known == known and overlaps(rows, sent.before) else None


@kind("warned")
def group_forgotten(rng: Random, sent: Sent) -> Made:
    """A group of cells of last quarter (education, say) is forgotten in all regions."""
    return _without_a_group(rng, sent, known=True)


@kind("unseen")
def new_group_forgotten(rng: Random, sent: Sent) -> Made:
    """A group of cells is forgotten in all regions that was not delivered last quarter either."""
    return _without_a_group(rng, sent, known=False)


def _without_a_group(rng: Random, sent: Sent, known: bool) -> list[Line] | None:
    last = sent.groups(sent.before)
    groups = [group for group in sent.groups() if group[1] != "core" and (group in last) == known]
    if not groups:
        return None
    chosen = rng.choice(groups)
    return [row for row in sent.rows if not is_cell(row) or (row[TRAJECTORY], group_of(row)) != chosen]


@kind("warned")
def all_regions_mistaken(rng: Random, sent: Sent) -> Made:
    """All regions are others than those of last quarter."""
    if not overlaps(sent.rows, sent.before):
        return None
    served = {row[REGION] for row in [*sent.rows, *sent.before]}
    regions = sorted({row[REGION] for row in sent.rows if is_cell(row)})
    free = rng.sample(sorted(set(standard_reference().region_names) - served), len(regions))
    new = {"": "", **dict(zip(regions, free, strict=True))}
    return [[*row[:REGION], new[row[REGION]], *row[TRAJECTORY:]] for row in sent.rows]


@kind("warned")
def trajectory_under_another_ones_name(rng: Random, sent: Sent) -> Made:
    """A trajectory of last quarter is sent under the name of another one with the same cells."""
    trajectory = rng.choice(sent.blocks())[1]
    twin = TWINS.get(trajectory, trajectory)
    taken = {row[TRAJECTORY] for row in sent.rows}
    if twin in taken or not any(row[TRAJECTORY] == trajectory for row in sent.before if is_cell(row)):
        return None
    return [
        [*row[:TRAJECTORY], twin if row[TRAJECTORY] == trajectory else row[TRAJECTORY], *row[MEASURE:]]
        for row in sent.rows
    ]


@kind("warned")
def last_quarters_numbers_again(rng: Random, sent: Sent) -> Made:
    """Last quarter's numbers, nothing odd about them, are sent once more as this quarter's."""
    rows = [[*row[:QUARTER], sent.rows[0][QUARTER], *row[REGION:]] for row in sent.before]
    now = standard_reference().valid_rows
    quarters = (sent.rows[0][QUARTER], sent.before[0][QUARTER])
    same = all(now(trajectory, quarters[0]) == now(trajectory, quarters[1]) for trajectory in _trajectories(rows))
    is_another = sorted(rows) != sorted(sent.rows) and any(int(row[CLIENTS] or 0) for row in rows)
    return rows if same and is_another and not odd(rows) and not exceeded(rows, sent.before) else None


# What no check can see ---------------------------------------------------------------------------------


def _moved(rng: Random, sent: Sent, amount: Callable[[int, int], int]) -> list[Line] | None:
    """Clients moved from one category of a breakdown to another one."""
    place = rng.choice(sent.where(lambda row: row[MEASURE] not in IN_NO_RULE))
    row = sent.rows[place]
    others = sent.where(lambda other: other[REGION:CATEGORY] == row[REGION:CATEGORY] and other is not row)
    if not others:
        return None
    other = rng.choice(others)
    here, there = int(row[CLIENTS]), int(sent.rows[other][CLIENTS])
    moved = amount(here, there)
    rows = with_field(with_field(sent.rows, place, CLIENTS, str(here - moved)), other, CLIENTS, str(there + moved))
    return rows if moved and here - moved >= 0 and fits_the_quarter_before(sent, rows) else None


@kind("unseen")
def client_in_another_category(rng: Random, sent: Sent) -> Made:
    """A client is counted in another category of the same breakdown."""
    return _moved(rng, sent, lambda here, there: 1)


@kind("unseen")
def two_categories_exchanged(rng: Random, sent: Sent) -> Made:
    """The numbers of two categories of the same breakdown are exchanged."""
    return _moved(rng, sent, lambda here, there: here - there)


@kind("unseen")
def small_slip_where_counted_once(rng: Random, sent: Sent) -> Made:
    """One client too many or too few is counted, where nothing else gives the total and no threshold is passed."""
    places = sent.where(lambda row: row[TRAJECTORY] != "ips" and row[MEASURE] in ("clients", "ended"))
    rows = with_number(rng, sent, places, lambda rng, text: str(max(0, int(text) + rng.choice([-1, 1]))))
    return rows if rows and not odd(rows) and fits_the_quarter_before(sent, rows) else None


@kind("unseen")
def same_slip_in_every_breakdown(rng: Random, sent: Sent) -> Made:
    """The same client too many in every breakdown."""
    block = rng.choice(sent.blocks())
    places: dict[str, int] = {}
    for place in sent.where(lambda row: (row[REGION], row[TRAJECTORY]) == block and row[MEASURE] == "clients"):
        places[sent.rows[place][BREAKDOWN]] = place
    rows = sent.rows
    for place in places.values():
        rows = with_field(rows, place, CLIENTS, str(int(rows[place][CLIENTS]) + 1))
    agree = not any(key[:2] == block for key in odd(rows))
    return rows if agree and fits_the_quarter_before(sent, rows) else None


def _trajectories(rows: Iterable[Line]) -> set[str]:
    return {row[TRAJECTORY] for row in rows if is_cell(row)}


@kind("unseen")
def group_filled_in_with_zeros(rng: Random, sent: Sent) -> Made:
    """Zeros stand where nobody knows (education or unpaid work, in all regions)."""
    groups = [group for group in sent.groups() if group[1] in ("education", "unpaid_work")]
    if not groups:
        return None
    chosen = rng.choice(groups)
    rows = [
        [*row[:CLIENTS], "0" if is_cell(row) and (row[TRAJECTORY], group_of(row)) == chosen else row[CLIENTS]]
        for row in sent.rows
    ]
    return rows if rows != sent.rows else None


@kind("unseen")
def not_offered_by_mistake(rng: Random, sent: Sent) -> Made:
    """A trajectory is declared not offered by mistake, and left out."""
    trajectory = rng.choice(sent.blocks())[1]
    rows = [row for row in sent.rows if row[TRAJECTORY] != trajectory]
    if not overlaps(rows, sent.before):
        return None
    return [*rows, not_offered(sent.rows[0], trajectory)]


@kind("unseen")
def last_digit_of_the_file_lost(rng: Random, sent: Sent) -> Made:
    """The file stops within its very last number, where no rule looks."""
    place = pick(rng, sent.where(lambda row: row[MEASURE] in IN_NO_RULE and len(row[CLIENTS]) > 1))
    cut = None if place is None else with_field(sent.rows, place, CLIENTS, sent.rows[place][CLIENTS][:-1])
    if place is None or cut is None or not _nothing_is_odd_there(cut, sent):
        return None
    return tidy_csv([*sent.rows[:place], *sent.rows[place + 1 :], sent.rows[place]])[:-2]


# What is seen or not, as the numbers have it -----------------------------------------------------------


@kind("rejected", "warned", "asked again", "unseen")
def slip_where_counted_once(rng: Random, sent: Sent) -> Made:
    """Any slip in another number that is counted once."""
    twice = set(counted_twice(sent))
    read = sent.where(lambda row: row[MEASURE] not in IN_NO_RULE)
    _, change = rng.choice(list(SLIPS.values()))
    rows = with_number(rng, sent, [place for place in read if place not in twice], change)
    return rows if rows and _numbers(rows) != _numbers(sent.rows) else None


def _where_breakdowns_differ(sent: Sent) -> list[int]:
    differing = odd(sent.rows)
    return sent.where(lambda row: row[BREAKDOWN] in ("type", "stage") and tuple(row[REGION:CATEGORY]) in differing)


@kind("asked again")
def slip_where_breakdowns_differed(rng: Random, sent: Sent) -> Made:
    """Any slip in a breakdown of which the total was wrong already."""
    _, change = rng.choice(list(SLIPS.values()))
    rows = with_number(rng, sent, _where_breakdowns_differ(sent), change)
    is_another = rows is not None and totals_of(rows) != totals_of(sent.rows)
    return rows if rows and is_another and odd(rows) == odd(sent.rows) else None


@kind("unseen")
def slip_by_which_breakdowns_agree(rng: Random, sent: Sent) -> Made:
    """A slip by which breakdowns that differed add up to the same total, by accident."""
    place = pick(rng, _where_breakdowns_differ(sent))
    if place is None:
        return None
    *block, measure, by = sent.rows[place][REGION:CATEGORY]
    totals = totals_of(sent.rows)
    lacking = totals[*block, measure, "work" if measure == "ended" else "funding"] - totals[*block, measure, by]
    number = int(sent.rows[place][CLIENTS]) + lacking
    return with_field(sent.rows, place, CLIENTS, str(number)) if number >= 0 else None


@kind("warned", "asked again", "unseen")
def file_cut_short_behind_a_region(rng: Random, sent: Sent) -> Made:
    """The file stops right behind a region: what is left is complete."""
    ends = [
        place
        for place in sent.where(is_cell)
        if place + 1 < len(sent.rows) and sent.rows[place][REGION:MEASURE] != sent.rows[place + 1][REGION:MEASURE]
    ]
    place = pick(rng, ends)
    return None if place is None else sent.rows[: place + 1]


@kind("warned", "asked again", "unseen")
def two_regions_exchanged(rng: Random, sent: Sent) -> Made:
    """Two regions of a trajectory are exchanged."""
    blocks = sent.blocks()
    first, trajectory = rng.choice(blocks)
    others = [region for region, name in blocks if name == trajectory and region != first]
    if not others:
        return None
    second = rng.choice(others)
    new = {first: second, second: first}
    rows = [
        [*row[:REGION], new.get(row[REGION], row[REGION]), *row[TRAJECTORY:]] if row[TRAJECTORY] == trajectory else row
        for row in sent.rows
    ]
    return rows if sorted(rows) != sorted(sent.rows) else None


@kind("warned", "asked again", "unseen")
def region_under_another_ones_name(rng: Random, sent: Sent) -> Made:
    """A trajectory's region is sent under the name of another one."""
    region, trajectory = rng.choice(sent.blocks())
    taken = {row[REGION] for row in sent.rows}
    other = rng.choice(sorted(set(standard_reference().region_names) - taken))
    return [
        [*row[:REGION], other, *row[TRAJECTORY:]] if row[REGION : TRAJECTORY + 1] == [region, trajectory] else row
        for row in sent.rows
    ]


@kind("warned", "asked again", "unseen")
def file_under_another_organisations_code(rng: Random, sent: Sent) -> Made:
    """The whole file is under the code of another organisation."""
    return everywhere(sent, ORGANISATION, rng.choice(sorted(sent.others))) if sent.others else None


@kind("rejected", "warned", "asked again", "unseen")
def file_under_last_quarter(rng: Random, sent: Sent) -> Made:
    """The whole file is under the quarter before, and takes the place of what was delivered for it."""
    return everywhere(sent, QUARTER, sent.before[0][QUARTER])
