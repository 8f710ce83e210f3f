"""Deliveries changed at random where it matters: in the zip, in the XML, in the cells, in the lines of a CSV.

And what a second reader sees in them: openpyxl, or the csv module. Which of the two is right is for the test.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.reading.form import editions
from orchestration.reading.tidy import COLUMNS
from tests.support import broken_files, shapes
from tests.support.parts import Parts, sheets, taken_apart, together

Seen = dict[tuple[str, ...], str]
"""Numbers, as whole numbers where they are, by region, trajectory, measure, breakdown and category."""

CELLS = ("xl/worksheets/sheet", "xl/workbook.xml", "xl/_rels")
ODD_VALUES = (
    *("", " ", "0", "-1", "1e3", "1E-400", "1e400", "12.5", "11.999999999999998", "0x10", "1_0", "１２", "NaN", "INF"),
    *("1,5", "1.000", "+7", "007", "9" * 400, "TRUE", "#N/A", "2024-01-01", "&#49;", "<![CDATA[3]]>", "<!--4-->5"),
    *("<?p 6?>7", " 8 ", "\n9\n", "\u00a010", "<n>11</n>", "12</v><v>13", "&amp;", "_x0031_"),
)
ODD_PLACES = ("A1", "H2", "D10", "XFD1048576", "ZZZ1", "A0", "a1", "$D$10", "D010", "10", "D", "", "D10:E11", "R1C1")
ODD_ATTRIBUTES = ("4000000000", "-1", "", "1:5", "true", "x", "0", "1", "preserve", "hidden")
KINDS = ("n", "s", "str", "inlineStr", "b", "e", "d", "x", "")


def mutated(number: int, folder: Path) -> Path:
    """One of the mutated files: a template, a tidy workbook or a CSV with up to three changes."""
    random = Random(number)
    kind = random.choice(("template", "template", "tidy", "csv"))
    if kind == "csv":
        path = folder / f"{number:05}.csv"
        path.write_bytes(_mutated_csv(random))
        return path
    path = folder / f"{number:05}.xlsx"
    parts = dict(_base(kind))
    packed = random.random() < 0.2
    for _ in range(0 if packed else random.choice((1, 1, 2, 3))):
        random.choice((_change_xml, _change_xml, _change_cell, _change_cell, _change_cell, _change_parts))(
            random, parts
        )
    together(parts, path)
    if packed:
        path.write_bytes(_packed_otherwise(random, path.read_bytes()))
    return path


@cache
def _base(kind: str) -> Parts:
    if kind == "template":
        return shapes.base()
    return taken_apart(broken_files.tidy_workbook(broken_files.good_rows()))


# The zip -----------------------------------------------------------------------------------------------


def _packed_otherwise(random: Random, content: bytes) -> bytes:
    """Bytes of the zip changed, cut off, repeated; or a field of its directory that lies."""
    broken = bytearray(content)
    place = random.randrange(len(broken))
    match random.randrange(6):
        case 0:
            broken[place] = random.randrange(256)
        case 1:
            del broken[place:]
        case 2:
            del broken[place : place + random.randrange(1, 40)]
        case 3:
            broken[place:place] = broken[place : place + random.randrange(1, 400)]
        case 4:
            entry = random.choice([found.start() for found in re.finditer(b"PK\x01\x02", content)])
            field = entry + random.choice((8, 10, 16, 20, 24, 42))  # flags, method, CRC, sizes, where
            broken[field : field + 2] = random.randbytes(2)
        case _:
            broken[:0] = random.randbytes(20)
    return bytes(broken)


def _change_parts(random: Random, parts: Parts) -> None:
    name, other = random.choice(list(parts)), random.choice(list(parts))
    match random.randrange(5):
        case 0:
            del parts[name]
        case 1:
            parts[name], parts[other] = parts[other], parts[name]
        case 2:
            parts[name.upper()] = parts.pop(name)
        case 3:
            parts[name] = random.randbytes(30) + parts[name][30:]
        case _:
            parts[f"xl/extra{random.randrange(9)}.xml"] = parts[other]


# The XML -----------------------------------------------------------------------------------------------


def _change_xml(random: Random, parts: Parts) -> None:
    """An element of any part taken away, doubled, moved, wrapped or renamed; or an attribute that says otherwise."""
    name = random.choice([name for name in parts if name.lower().endswith((".xml", ".rels"))] or list(parts))
    text = parts[name].decode("utf-8", "replace")
    elements = list(re.finditer(r"<([a-zA-Z:]+)(?: [^<>]*)?(?:/>|>[^<>]*</\1>)", text))
    if not elements:
        return
    one, other = random.choice(elements), random.choice(elements)
    whole = one[0]
    attributes = list(re.finditer(r'="[^"]*"', whole))
    new = {
        0: lambda: "",
        1: lambda: whole + whole,
        2: lambda: other[0],
        3: lambda: f"<wrapped>{whole}</wrapped>",
        4: lambda: whole.replace(one[1], random.choice(("c", "v", "f", "row", "x", "t", "is", "sheetData")), 1),
        5: lambda: f"<!-- {random.randrange(99)} -->{whole}{random.choice(('', ' ', '5'))}",
        6: lambda: f"<extLst><ext>{whole}</ext></extLst>",
    }.get(random.randrange(12))
    if new:
        changed = new()
    elif attributes:
        chosen = random.choice(attributes)
        changed = f'{whole[: chosen.start()]}="{random.choice(ODD_ATTRIBUTES)}"{whole[chosen.end() :]}'
    else:
        changed = whole
    parts[name] = (text[: one.start()] + changed + text[one.end() :]).encode()


def _change_cell(random: Random, parts: Parts) -> None:
    """A cell with a number, written otherwise, elsewhere, twice, as another kind, as a formula, or not at all."""
    names = [name for name in sheets(parts) if re.search(rb"<v>", parts[name])]
    if not names:
        return
    name = random.choice(names)
    text = parts[name].decode("utf-8", "replace")
    cells = list(re.finditer(r'<c r="([^"]*)"([^>]*)><v>([^<]*)</v></c>', text))
    if not cells:
        return
    one = random.choice(cells)
    place, rest, value = one[1], one[2], one[3]
    odd = random.choice(ODD_VALUES)
    changed = {
        0: f'<c r="{place}"{rest}><v>{odd}</v></c>',
        1: f'<c r="{random.choice(ODD_PLACES)}"{rest}><v>{value}</v></c>',
        2: f'{one[0]}<c r="{place}"><v>{random.randrange(50)}</v></c>',
        3: f'<c r="{place}" t="{random.choice(KINDS)}"><v>{value}</v></c>',
        4: f'<c r="{place}" t="inlineStr"><is><t>{odd}</t></is></c>',
        5: f'<c r="{place}"><f>1+1</f><v>{random.choice(("0", "", value))}</v></c>',
        6: f'{one[0]}<c r="{place}"/>',
        7: f"<c{rest}><v>{value}</v></c>",
        8: f'<c r="{place}"{rest}/>',
        9: f'<c r="{place}" s="{random.randrange(60)}"><v>{value}</v></c>',
        10: f'<c r="{place}" t="{random.choice(KINDS)}"><v>{odd}</v><is><t>{value}</t></is></c>',
        11: f"{one[0]}{random.choice(('5', '<v>5</v>', '<row/>', '<c><v>5</v></c>'))}",
    }[random.randrange(12)]
    parts[name] = (text[: one.start()] + changed + text[one.end() :]).encode()


# The lines ---------------------------------------------------------------------------------------------


def _mutated_csv(random: Random) -> bytes:
    delimiter = random.choice(",;")
    lines = broken_files.tidy_csv(broken_files.good_rows(), delimiter).splitlines()
    for _ in range(random.choice((1, 1, 2, 3))):
        number = random.randrange(len(lines))
        if random.random() < 0.4:
            _change_lines(random, lines, number, delimiter)
        else:
            lines[number] = delimiter.join(_changed_fields(random, lines[number].split(delimiter), delimiter))
    text = random.choice(("\n", "\r\n", "\n", "\r")).join(lines)
    content = text.encode(random.choice(("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16")), "replace")
    if random.random() < 0.2:
        place = random.randrange(len(content))
        content = content[:place] + random.randbytes(1) + content[place + random.randrange(2) :]
    return content


def _change_lines(random: Random, lines: list[str], number: int, delimiter: str) -> None:
    odd = random.choice(("", delimiter * 7, delimiter, "Levering", f"sep={delimiter}", "\ufeff", random.choice(lines)))
    if random.random() < 0.3:
        del lines[number]
    else:
        lines.insert(number, odd)


def _changed_fields(random: Random, fields: list[str], delimiter: str) -> list[str]:
    odd = random.choice((*ODD_VALUES, "\u200b", "\ufeff", '"', '""', delimiter, "\t", "ips ", "\x1f"))
    number = random.randrange(len(fields))
    match random.randrange(6):
        case 0:
            fields[number] = odd
        case 1:
            fields[number] += odd
        case 2:
            fields[number] = f'"{fields[number]}"'
        case 3:
            fields[-1] = odd
        case 4:
            fields.append(random.choice(("", "", "x")))
        case _:
            random.shuffle(fields)
    return fields


# The second reader -------------------------------------------------------------------------------------


def seen(path: Path) -> Seen | None:
    """The numbers that the second reader sees; None where it cannot read the file."""
    if path.suffix == ".csv":
        with suppress(Exception):  # whatever it is that the other reader chokes on
            return dict(_seen_in_csv(path))
        return None
    for read in (lambda: path, lambda: _with_plain_neighbours(path)):
        with suppress(Exception):
            return dict(_seen_in_workbook(read()))
    return None


def _with_plain_neighbours(path: Path) -> Path:
    """A copy in which the parts without cells are those of an untouched workbook, and no cell has a style."""
    with zipfile.ZipFile(path) as archive:
        parts = {name.lower(): archive.read(name) for name in archive.namelist() if name.lower().startswith(CELLS)}
    parts = {name: re.sub(rb' (s|state)="[^"]*"', b"", part) for name, part in parts.items()}
    kind = "template" if "xl/worksheets/sheet2.xml" in parts else "tidy"
    copy = path.with_name(f"_{path.name}")
    together({**{name: part for name, part in _base(kind).items() if not name.startswith(CELLS)}, **parts}, copy)
    return copy


def untouched(path: Path) -> Seen:
    """The numbers of the file that this one was made from, whatever its kind."""
    return {tuple(row[2:7]): row[7] for row in broken_files.good_rows()}


def _seen_in_workbook(path: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    with zipfile.ZipFile(path) as archive:
        if any(name.isupper() for name in archive.namelist() if not path.name.startswith("_")):
            raise ValueError("it does not find parts by another case")
    book = load_workbook(path, data_only=True)
    edition = editions.newest()
    if edition.cover.sheet not in book.sheetnames:
        rows = [[_text(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True)]
        yield from _tidy(rows)
        return
    codes = {_text(name): _text(code) for name, code in book[edition.lists].iter_rows(max_col=2, values_only=True)}
    for trajectory, name in edition.sheets.items():
        if name in book.sheetnames:
            yield from _seen_on_sheet(book[name], trajectory, codes)


def _seen_on_sheet(sheet: Worksheet, trajectory: str, codes: dict[str, str]) -> Iterator[tuple[tuple[str, ...], str]]:
    edition = editions.newest()
    for row in range(edition.rows.first, sheet.max_row + 1):
        region = codes.get(_text(sheet[f"{edition.columns.region}{row}"].value), "")
        for cell in edition.by_sheet[trajectory]:
            value = _text(sheet[f"{cell.column}{row}"].value)
            if value:
                yield (region, *cell.key), value


def _seen_in_csv(path: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    text = re.sub("[\u200b\ufeff]", "", text)
    delimiter = ";" if text.count(";") > text.count(",") else ","
    lines = re.split("\r\n|\r|\n", text)
    yield from _tidy([[field.strip() for field in row] for row in csv.reader(lines, delimiter=delimiter)])


def _tidy(rows: list[list[str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    found = False
    for row in rows:
        names = [field.lower() for field in row[: len(COLUMNS)]]
        if tuple(names) == COLUMNS:
            found = True
        elif found and any(row):
            yield tuple(row[2:7]), _text(row[7])


def _text(value: Any) -> str:
    """A value as a whole number where it is one, but for the noise of computing in fractions."""
    if value is None:
        return ""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value).strip()
    return str(round(number)) if abs(number) < 1e15 and abs(number - round(number)) < 1e-9 else str(value).strip()
