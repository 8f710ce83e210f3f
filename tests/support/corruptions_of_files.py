"""Corruptions of how a delivery is written: its rows, codes, columns, lines and bytes."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random

from orchestration.reading.tidy import COLUMNS
from tests.support.broken_files import Line, tidy_csv, tidy_workbook
from tests.support.corruptions import (
    BREAKDOWN,
    CATEGORY,
    CLIENTS,
    MEASURE,
    ORGANISATION,
    QUARTER,
    REGION,
    TRAJECTORY,
    Corrupt,
    Made,
    Sent,
    everywhere,
    group_of,
    is_cell,
    is_required,
    kind,
    misspelt,
    not_offered,
    register,
    with_field,
)
from tests.support.random_deliveries import QUARTERS, standard_reference

# Rows --------------------------------------------------------------------------------------------------


@kind("rejected")
def row_dropped(rng: Random, sent: Sent) -> Made:
    """A row is left out."""
    place = rng.choice(sent.where(is_cell))
    return sent.rows[:place] + sent.rows[place + 1 :]


@kind("rejected")
def category_dropped(rng: Random, sent: Sent) -> Made:
    """A category is left out in every region."""
    cell = sent.rows[rng.choice(sent.where(is_cell))][TRAJECTORY:CLIENTS]
    return [row for row in sent.rows if row[TRAJECTORY:CLIENTS] != cell]


@kind("rejected")
def breakdown_dropped(rng: Random, sent: Sent) -> Made:
    """A breakdown is left out in one region."""
    key = sent.rows[rng.choice(sent.where(lambda row: row[BREAKDOWN] not in ("activity", "status", "duration")))]
    return [row for row in sent.rows if row[REGION:CATEGORY] != key[REGION:CATEGORY]]


@kind("rejected")
def core_dropped(rng: Random, sent: Sent) -> Made:
    """The clients and the ended are left out in one region, with other cells still there."""
    block = rng.choice(sent.blocks())
    rows = [row for row in sent.rows if (row[REGION], row[TRAJECTORY]) != block or group_of(row) != "core"]
    return rows if any((row[REGION], row[TRAJECTORY]) == block for row in rows) else None


@kind("rejected")
def group_dropped_in_one_region(rng: Random, sent: Sent) -> Made:
    """A group of cells is left out in one region of a trajectory, and delivered in the others."""
    row = sent.rows[rng.choice(sent.where(is_cell))]
    region, trajectory, group = row[REGION], row[TRAJECTORY], group_of(row)
    if group == "core" or sum(one[1] == trajectory for one in sent.blocks()) < 2:
        return None
    return [
        one
        for one in sent.rows
        if one[REGION : TRAJECTORY + 1] != [region, trajectory] or not is_cell(one) or group_of(one) != group
    ]


@kind("rejected")
def row_doubled(rng: Random, sent: Sent) -> Made:
    """A row stands there twice."""
    row = sent.rows[rng.choice(sent.where(is_cell))]
    place = rng.randrange(len(sent.rows) + 1)
    return [*sent.rows[:place], row, *sent.rows[place:]]


@kind("rejected")
def row_twice_with_two_numbers(rng: Random, sent: Sent) -> Made:
    """A cell stands there twice, with two numbers."""
    row = sent.rows[rng.choice(sent.where(is_cell))]
    return [*sent.rows, [*row[:CLIENTS], str(int(row[CLIENTS]) + 1)]]


@kind("rejected")
def total_row_appended(rng: Random, sent: Sent) -> Made:
    """A row with a total stands below."""
    key = sent.rows[rng.choice(sent.where(is_cell))]
    total = str(sum(int(row[CLIENTS]) for row in sent.rows if row[TRAJECTORY:CATEGORY] == key[TRAJECTORY:CATEGORY]))
    totals = [
        [*key[:REGION], "totaal", *key[TRAJECTORY:CLIENTS], total],
        [*key[:CATEGORY], "totaal", total],
        [*key[:REGION], *["totaal"] * 5, total],
        [*[""] * 7, total],
    ]
    return [*sent.rows, rng.choice(totals)]


@kind("rejected")
def remark_below(rng: Random, sent: Sent) -> Made:
    """A remark stands below the rows."""
    return tidy_csv(sent.rows) + rng.choice(["* voorlopige cijfers\n", "Bron: EPD, peildatum 31-3\n", "\x1a\n"])


@kind("rejected")
def withdrawn_by_mistake(rng: Random, sent: Sent) -> Made:
    """The quarter is declared withdrawn above its numbers."""
    return [[*sent.rows[0][:REGION], "", "", "declaration", "", "withdrawn", ""], *sent.rows]


@kind("rejected")
def not_offered_yet_delivered(rng: Random, sent: Sent) -> Made:
    """A trajectory is declared not offered, and delivered."""
    return [*sent.rows, not_offered(sent.rows[0], rng.choice(sent.blocks())[1])]


@kind("rejected")
def another_organisations_rows_below(rng: Random, sent: Sent) -> Made:
    """The rows of another organisation stand below."""
    return [*sent.rows, *sent.others[rng.choice(sorted(sent.others))]] if sent.others else None


@kind("rejected")
def last_quarters_rows_below(rng: Random, sent: Sent) -> Made:
    """The rows of last quarter stand below."""
    return [*sent.rows, *sent.before]


@kind("rejected")
def file_pasted_behind_itself(rng: Random, sent: Sent) -> Made:
    """The whole file is pasted behind itself."""
    return tidy_csv(sent.rows) * 2


# Codes -------------------------------------------------------------------------------------------------


def _in_a_code(column: int, change: Callable[[Random, str], str]) -> Corrupt:
    def corrupt(rng: Random, sent: Sent) -> Made:
        place = rng.choice(sent.where(is_cell))
        code = change(rng, sent.rows[place][column])
        return with_field(sent.rows, place, column, code) if code != sent.rows[place][column] else None

    return corrupt


def _in_capitals(rng: Random, code: str) -> str:
    return code.upper()


def _with_a_blank(rng: Random, code: str) -> str:
    return rng.choice([f" {code}", f"{code} ", f"{code}\N{NO-BREAK SPACE}", f"{code}\t"])


CODES = {"region": REGION, "trajectory": TRAJECTORY, "measure": MEASURE, "breakdown": BREAKDOWN, "category": CATEGORY}
for name, column in CODES.items():
    register(f"{name}misspelt", f"A {name} is misspelt.", ["rejected"], _in_a_code(column, misspelt))
    register(f"{name}_in_capitals", f"A {name} is in capitals.", ["rejected"], _in_a_code(column, _in_capitals))
    register(f"{name}_left_out", f"A {name} is left out.", ["rejected"], _in_a_code(column, lambda rng, code: ""))
    blank = f"A blank stands before or behind a {name}."
    register(f"blank_at_a_{name}", blank, ["harmless"], _in_a_code(column, _with_a_blank))


@kind("rejected")
def region_by_its_name(rng: Random, sent: Sent) -> Made:
    """A region is written by its name in place of its code."""
    return _in_a_code(REGION, lambda _, code: standard_reference().region_names[code])(rng, sent)


@kind("rejected")
def region_of_another_row(rng: Random, sent: Sent) -> Made:
    """A row has another region than it should."""
    return _in_a_code(REGION, lambda rng, _: rng.choice(sorted(standard_reference().region_names)))(rng, sent)


@kind("rejected")
def trajectory_of_another_row(rng: Random, sent: Sent) -> Made:
    """A row has another trajectory than it should."""
    return _in_a_code(TRAJECTORY, lambda rng, _: rng.choice(sorted(standard_reference().trajectory_names)))(rng, sent)


@kind("rejected")
def category_of_its_neighbour(rng: Random, sent: Sent) -> Made:
    """A row has the category of another row of its breakdown."""
    place = rng.choice(sent.where(is_cell))
    key = sent.rows[place][REGION:CATEGORY]
    others = [row[CATEGORY] for row in sent.rows if row[REGION:CATEGORY] == key and row != sent.rows[place]]
    return with_field(sent.rows, place, CATEGORY, rng.choice(others)) if others else None


@kind("rejected")
def combination_of_another_time(rng: Random, sent: Sent) -> Made:
    """A row stands there that is asked in other quarters only."""
    row = sent.rows[rng.choice(sent.where(is_cell))]
    valid = standard_reference().valid_rows(row[TRAJECTORY], row[QUARTER])
    others = [one for one in standard_reference().dictionary if one.trajectory == row[TRAJECTORY] and one not in valid]
    if not others:
        return None
    other = rng.choice(others)
    return [*sent.rows, [*row[:MEASURE], other.measure, other.breakdown, other.category, "3"]]


@kind("rejected")
def another_quarter_in_one_row(rng: Random, sent: Sent) -> Made:
    """A row is of another quarter."""
    return _in_a_code(QUARTER, lambda rng, _: rng.choice(QUARTERS))(rng, sent)


@kind("rejected")
def quarter_written_otherwise(rng: Random, sent: Sent) -> Made:
    """The quarter is written in another way (2024Q1, Q1 2024, 2024-K1, 2024-03-31)."""
    year, number = sent.rows[0][QUARTER].split("-Q")
    ways = ["{0}Q{1}", "{0}-K{1}", "{0}-q{1}", "Q{1} {0}", "{0}-0{1}", "{0}", "{0}-03-31", "{0}-Q5", " {0}-Q{1}"]
    return everywhere(sent, QUARTER, rng.choice(ways).format(year, number))


@kind("rejected")
def quarter_out_of_reach(rng: Random, sent: Sent) -> Made:
    """The quarter has not ended yet, or lies before the register."""
    return everywhere(sent, QUARTER, rng.choice(["2022-Q3", "2021-Q1", "2026-Q3", "2030-Q4", "2204-Q1"]))


@kind("rejected")
def unknown_organisation(rng: Random, sent: Sent) -> Made:
    """The organisation is none that we know."""
    code = sent.rows[0][ORGANISATION]
    ways = ["org_999", code.upper(), code.removeprefix("org_"), "Voorbeeldorganisatie", "", "../../etc"]
    return everywhere(sent, ORGANISATION, rng.choice(ways))


@kind("rejected")
def another_organisation_in_one_row(rng: Random, sent: Sent) -> Made:
    """A row is of another organisation."""
    return _in_a_code(ORGANISATION, lambda rng, _: rng.choice(["org_040", "org_41", ""]))(rng, sent)


# Columns and header ------------------------------------------------------------------------------------


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    return "".join(f"{delimiter.join(row)}\n" for row in [header, *rows])


def _rearranged(sent: Sent, columns: Sequence[int]) -> str:
    return _table([COLUMNS[one] for one in columns], [[row[one] for one in columns] for row in sent.rows])


@kind("rejected")
def column_dropped(rng: Random, sent: Sent) -> Made:
    """A column is left out."""
    gone = rng.randrange(8)
    return _rearranged(sent, [one for one in range(8) if one != gone])


@kind("rejected")
def column_doubled(rng: Random, sent: Sent) -> Made:
    """A column stands there twice."""
    return _rearranged(sent, sorted([*range(8), rng.randrange(8)]))


@kind("rejected")
def column_added(rng: Random, sent: Sent) -> Made:
    """A column of one's own stands behind."""
    return _table([*COLUMNS, "opmerking"], [[*row, ""] for row in sent.rows])


@kind("rejected")
def columns_exchanged(rng: Random, sent: Sent) -> Made:
    """Two columns are exchanged, with their headings."""
    first, second = rng.sample(range(8), 2)
    exchanged = {first: second, second: first}
    return _rearranged(sent, [exchanged.get(one, one) for one in range(8)])


@kind("rejected")
def columns_exchanged_under_their_headings(rng: Random, sent: Sent) -> Made:
    """Two columns are exchanged, and their headings are not."""
    first, second = rng.sample(range(8), 2)
    exchanged = {first: second, second: first}
    return [[row[exchanged.get(one, one)] for one in range(8)] for row in sent.rows]


@kind("rejected")
def header_left_out(rng: Random, sent: Sent) -> Made:
    """There is no header."""
    return tidy_csv(sent.rows).partition("\n")[2]


@kind("rejected")
def header_renamed(rng: Random, sent: Sent) -> Made:
    """A heading is another word, misspelt or left out."""
    place = rng.randrange(8)
    word = COLUMNS[place]
    ways = [f"{word}s", misspelt(rng, word), ""]
    return _table([*COLUMNS[:place], rng.choice(ways), *COLUMNS[place + 1 :]], sent.rows)


@kind("harmless")
def header_in_capitals(rng: Random, sent: Sent) -> Made:
    """A heading is in capitals or has a blank before or behind it."""
    place = rng.randrange(8)
    word = COLUMNS[place]
    ways = [word.upper(), word.title(), f" {word}", f"{word} "]
    return _table([*COLUMNS[:place], rng.choice(ways), *COLUMNS[place + 1 :]], sent.rows)


@kind("rejected")
def header_halfway(rng: Random, sent: Sent) -> Made:
    """The header stands there once more, halfway."""
    place = rng.randrange(1, len(sent.rows) + 1)
    return [*sent.rows[:place], list(COLUMNS), *sent.rows[place:]]


@kind("harmless")
def title_above_the_header(rng: Random, sent: Sent) -> Made:
    """A title, or a spreadsheet's remark on the delimiter, stands above the header."""
    return rng.choice(["Levering werkmonitor\n", "sep=,\n", ",,,,,,,kwartaalcijfers\n"]) + tidy_csv(sent.rows)


@kind("rejected")
def other_delimiter(rng: Random, sent: Sent) -> Made:
    """The fields are parted by tabs, bars or colons."""
    return _table(COLUMNS, sent.rows, rng.choice(["\t", "|", ":"]))


@kind("harmless")
def blank_behind_each_delimiter(rng: Random, sent: Sent) -> Made:
    """Each delimiter has a blank behind it."""
    return _table(COLUMNS, sent.rows, rng.choice([", ", "; "]))


# Lines -------------------------------------------------------------------------------------------------


def _in_a_line(rng: Random, sent: Sent, change: Callable[[str], str]) -> str:
    """The file with one line that is a cell changed."""
    written = tidy_csv(sent.rows).splitlines()
    place = rng.choice(sent.where(is_cell)) + 1
    written[place] = change(written[place])
    return "\n".join([*written, ""])


@kind("rejected")
def line_cut_in_two(rng: Random, sent: Sent) -> Made:
    """A line is cut in two."""

    def cut(line: str) -> str:
        place = rng.randrange(1, len(line))
        return f"{line[:place]}\n{line[place:]}"

    return _in_a_line(rng, sent, cut)


@kind("rejected")
def two_lines_in_one(rng: Random, sent: Sent) -> Made:
    """Two lines stand on one."""
    written = tidy_csv(sent.rows).splitlines(keepends=True)
    place = rng.choice(sent.where(is_cell)[:-1]) + 1
    return "".join([*written[:place], written[place].rstrip("\n"), *written[place + 1 :]])


@kind("rejected")
def field_too_few(rng: Random, sent: Sent) -> Made:
    """A line has a field too few."""
    gone = rng.randrange(8)
    return _in_a_line(rng, sent, lambda line: ",".join(t for n, t in enumerate(line.split(",")) if n != gone))


@kind("rejected")
def field_too_many(rng: Random, sent: Sent) -> Made:
    """A line has a delimiter too many, or a decimal comma without quotes."""
    return _in_a_line(rng, sent, lambda line: line + rng.choice([",", ",5", ",opmerking"]))


@kind("rejected")
def another_delimiter_in_one_line(rng: Random, sent: Sent) -> Made:
    """A line is parted by semicolons and the others are not."""
    return _in_a_line(rng, sent, lambda line: line.replace(",", ";"))


@kind("rejected")
def stray_quote(rng: Random, sent: Sent) -> Made:
    """A stray quote stands somewhere in the file."""
    return _with_a_byte(rng, sent, b'"')


@kind("rejected")
def letter_typed_in_between(rng: Random, sent: Sent) -> Made:
    """A letter was typed somewhere in the file, unnoticed."""
    return _with_a_byte(rng, sent, rng.choice(b"abcxyz").to_bytes())


def _with_a_byte(rng: Random, sent: Sent, byte: bytes) -> bytes:
    """The file with a byte more, anywhere before its last line break."""
    content = tidy_csv(sent.rows).encode()
    place = rng.randrange(len(content))
    return content[:place] + byte + content[place:]


# The file ----------------------------------------------------------------------------------------------


@kind("rejected")
def file_cut_short(rng: Random, sent: Sent) -> Made:
    """The file stops at any byte before a group of cells of a region is complete."""
    whole = Counter((row[REGION], row[TRAJECTORY], group_of(row)) for row in sent.rows if is_required(row))
    place = rng.choice(sent.where(is_cell))
    row, above = sent.rows[place], sent.rows[:place]
    group = (row[REGION], row[TRAJECTORY], group_of(row))
    so_far = sum(is_required(one) and (one[REGION], one[TRAJECTORY], group_of(one)) == group for one in above)
    if so_far == 0 or so_far + 1 == whole[group]:
        return None
    kept, line = tidy_csv(above), ",".join(row)
    return kept + line[: rng.randrange(len(line) + 1)]


@kind("rejected")
def file_cut_short_in_its_header(rng: Random, sent: Sent) -> Made:
    """The file stops in or right behind its header."""
    return tidy_csv(sent.rows)[: rng.randrange(len(",".join(COLUMNS)) + 2)]


@kind("rejected")
def nul_byte(rng: Random, sent: Sent) -> Made:
    """A NUL byte stands somewhere in the file."""
    return _with_a_byte(rng, sent, b"\0")


@kind("rejected")
def undefined_byte(rng: Random, sent: Sent) -> Made:
    """A byte that is in no encoding stands somewhere in the file."""
    return _with_a_byte(rng, sent, rng.choice([b"\x81", b"\x9d", b"\x8f"]))


@kind("rejected")
def utf_16(rng: Random, sent: Sent) -> Made:
    """The file is UTF-16, with or without its mark."""
    return tidy_csv(sent.rows).encode(rng.choice(["utf-16", "utf-16-le", "utf-16-be"]))


@kind("harmless")
def old_line_ends(rng: Random, sent: Sent) -> Made:
    """The lines end as on an old Macintosh."""
    return tidy_csv(sent.rows, end="\r")


@kind("rejected")
def html_under_a_csv_name(rng: Random, sent: Sent) -> Made:
    """The file is HTML under the name of a CSV."""
    rows = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>\n" for row in [COLUMNS, *sent.rows])
    return f"<html><table>\n{rows}</table></html>\n"


@kind("rejected")
def archive_under_a_csv_name(rng: Random, sent: Sent) -> Made:
    """The file is an archive (ZIP) with the CSV in it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("levering.csv", tidy_csv(sent.rows))
    return content.getvalue()


@kind("rejected")
def workbook_cut_short(rng: Random, sent: Sent) -> Made:
    """The file is a workbook that stops halfway."""
    content = _workbook(sent.rows)
    return content[: rng.randrange(10, len(content) - 30)]


def _workbook(rows: list[Line]) -> bytes:
    content = io.BytesIO()
    tidy_workbook(rows).save(content)
    return content.getvalue()


@kind("rejected")
def fraction_in_a_workbook(rng: Random, sent: Sent) -> Made:
    """The file is a workbook with a fraction in it."""
    place = rng.choice(sent.where(is_cell))
    workbook = tidy_workbook(sent.rows)
    workbook.worksheets[0].cell(place + 2, 8).value = int(sent.rows[place][CLIENTS]) + 0.5
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


# Harmless ----------------------------------------------------------------------------------------------


@kind("harmless")
def rows_shuffled(rng: Random, sent: Sent) -> Made:
    """The rows are in another order."""
    return rng.sample(sent.rows, len(sent.rows))


@kind("harmless")
def blank_lines(rng: Random, sent: Sent) -> Made:
    """Blank lines stand anywhere, or lines of delimiters alone."""
    written = tidy_csv(sent.rows).splitlines(keepends=True)
    for _ in range(rng.randint(1, 5)):
        written.insert(rng.randrange(1, len(written) + 1), rng.choice(["\n", "  \n", "\t\n", ",,,,,,,\n"]))
    return rng.choice(["", "\n", "\r\n\n"]) + "".join(written)


@kind("harmless")
def quotes_around_fields(rng: Random, sent: Sent) -> Made:
    """Fields stand in quotes."""
    quoted = [[f'"{text}"' if rng.random() < 0.5 else text for text in row] for row in [list(COLUMNS), *sent.rows]]
    return _table(quoted[0], quoted[1:])


@kind("harmless")
def semicolons(rng: Random, sent: Sent) -> Made:
    """The fields are parted by semicolons."""
    return tidy_csv(sent.rows, ";")


@kind("harmless")
def windows_line_ends(rng: Random, sent: Sent) -> Made:
    """The lines end as on Windows, all or some."""
    return "".join(line + rng.choice(["\r\n", "\r\n", "\n"]) for line in tidy_csv(sent.rows).splitlines())


@kind("harmless")
def byte_order_mark(rng: Random, sent: Sent) -> Made:
    """The file begins with the mark of UTF-8."""
    return b"\xef\xbb\xbf" + tidy_csv(sent.rows).encode()


@kind("harmless")
def no_last_line_end(rng: Random, sent: Sent) -> Made:
    """The last line has no end."""
    return tidy_csv(sent.rows).rstrip("\n")


@kind("harmless")
def zeros_before_numbers(rng: Random, sent: Sent) -> Made:
    """Numbers have zeros before them."""
    return [[*row[:CLIENTS], "00" + row[CLIENTS] if is_cell(row) else ""] for row in sent.rows]


@kind("harmless")
def blanks_around_numbers(rng: Random, sent: Sent) -> Made:
    """Blanks stand around numbers."""
    return [[*row[:CLIENTS], f" {row[CLIENTS]}  "] for row in sent.rows]


@kind("harmless")
def workbook_under_a_csv_name(rng: Random, sent: Sent) -> Made:
    """The file is a workbook with the same table."""
    return _workbook(sent.rows)
