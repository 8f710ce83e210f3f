"""Some two hundred small deliveries of kinds that people report of workbooks and tables: each with its siblings.

A sibling is good, and then every cell of it counts; or it is not, and then it is refused or left where it is. None may
harm another file. Nothing is checked here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.support import broken_files, broken_workbooks, shapes
from tests.support.parts import BOOK, FIRST_SHEET, Change, Parts, added, all_of, replaced, taken_apart, together

CELLS = len(broken_files.good_rows())
NUMBER = r'(<c r="H2"[^>]*?)( t="n")?><v>12</v></c>'
TEXTS = "xl/sharedStrings.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = f"<worksheet {MAIN}><sheetData>%s</sheetData></worksheet>"
LIES = ("4000000000", "18446744073709551616", "-1", "", "x", "1e9", "0")
DIMENSIONS = (
    "1:5",
    "A:H",
    "A0:H5",
    "$A$1:$H$5",
    "",
    "A1",
    "A1:XFD1048576",
    "H5:A1",
    "ZZZZ1:ZZZZ9",
    "Blad1!A1:H5",
    "5:1",
)
OTHER_NAMES = (".xls", ".ods", ".xlsb", ".xla", ".xlsm", ".csv", ".txt", ".zip", "", ".XLSX", ".pdf", ".x y")
TEXT_NAMES = (".csv", ".txt", ".xls", ".xlsx", "", ".CSV", ".tsv", ".json")
UNFINISHED = ("a.csv.part", "a.csv.filepart", "a.csv.crdownload", "a.xlsx.tmp", "~$a.xlsx", ".a.csv", "Thumbs.db")
FOREIGN = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"<?xml", b"<a>", b"PK\x03\x04", b"\x00", b"\xff\xfe<\x00?\x00")
PLACES = ("xl/model/item.data", "xl/media/image1.emf", "customXml/item1.xml", "xl/drawings/vmlDrawing1.vml", "x.xml")
NOISE = ("12.000000000000002", "11.999999999999998", "1.2000000000000002E1", "12.0", "12.", "+12", "012", "1.2e+1")
BLANKS = (" 12 ", "\n12\n", "\t12", "12\r\n", "\n      12\n    ")
ON_TOP = (
    ";;;;;;;",
    ",,,,,,,",
    ";",
    "   ",
    "\t",
    '"";"";""',
    "sep=;",
    "Levering over 2024-Q1",
    "\ufeff",
    ";;;;;;;\n;;;;;;;",
)
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252")


@dataclass(frozen=True)
class Sibling:
    """A file for the inbox; `outcome`: accepted (with all cells), rejected, either of the two, or left."""

    name: str
    outcome: str
    write: Callable[[Path], object]


def siblings() -> list[Sibling]:
    """All of them, each kind one after another."""
    made = [
        *_texts(),
        *_parts(),
        *_names(),
        *_hints(),
        *_numbers(),
        *_tables(),
        *_formulas(),
        *_heavy(),
        *_unfinished(),
    ]
    made += [Sibling(f"vorm_{name}.xlsx", "accepted", write) for name, write in shapes.FILES.items()]
    made += [Sibling(f"fout_{name}", "rejected", write) for name, _, write in broken_workbooks.WRONG]
    return made


def _texts() -> Iterator[Sibling]:
    """What is said of the shared texts, and is not so."""
    for nth, lie in enumerate(LIES):
        yield _workbook(f"teksten_{nth}", _shared(f'count="{lie}" uniqueCount="{lie}"'))
        yield _workbook(f"teksten_uniek_{nth}", _shared(f'uniqueCount="{lie}"'))


def _parts() -> Iterator[Sibling]:
    for number, name in enumerate(PLACES):
        for nth, start in enumerate(FOREIGN):
            content = start + b"\x01 no xml <v:f/>"
            yield _workbook(
                f"deel_{number}_{nth}", lambda book, name=name, content=content: book.update({name: content})
            )


def _names() -> Iterator[Sibling]:
    for nth, extension in enumerate(OTHER_NAMES):
        yield Sibling(f"werkmap_{nth}{extension}", "accepted", partial(_write, _nothing))
    for nth, extension in enumerate(TEXT_NAMES):
        yield Sibling(f"tabel_{nth}{extension}", "accepted", _csv(broken_files.good_delivery()))
    for nth, separator in enumerate(("\\", "//", "/./")):
        yield Sibling(
            f"zip_{nth}.xlsx", "accepted" if separator == "\\" else "either", partial(_packed_with, separator)
        )


def _hints() -> Iterator[Sibling]:
    for nth, reference in enumerate(DIMENSIONS):
        new = reference.replace("$", r"$")
        yield _workbook(f"omvang_{nth}", replaced('<dimension ref="[^"]*"', f'<dimension ref="{new}"', FIRST_SHEET))


def _numbers() -> Iterator[Sibling]:
    for nth, number in enumerate((*NOISE, *BLANKS)):
        yield _workbook(f"getal_{nth}", replaced(NUMBER, rf"\1><v>{number}</v></c>", FIRST_SHEET))


def _tables() -> Iterator[Sibling]:
    for delimiter in ",;":
        text = broken_files.tidy_csv(broken_files.good_rows(), delimiter)
        for nth, line in enumerate(ON_TOP):
            yield Sibling(f"boven_{ord(delimiter)}_{nth}.csv", "accepted", _csv(f"{line}\n{text}"))
        for nth, end in enumerate(("\r\n", "\r", "\n\n", ";;;;\n" if delimiter == ";" else ",,,\n")):
            outcome = "either" if nth == len("\r\n\n") else "accepted"
            yield Sibling(f"einde_{ord(delimiter)}_{nth}.csv", outcome, _csv(text.replace("\n", end)))
        for encoding in ENCODINGS:
            yield Sibling(f"tekens_{ord(delimiter)}_{encoding}.csv", "accepted", _csv(text, encoding))
        quoted = re.sub(rf"[^{delimiter}\n]+", r'"\g<0>"', text)
        yield Sibling(f"aangehaald_{ord(delimiter)}.csv", "accepted", _csv(quoted))
        yield Sibling(f"half_{ord(delimiter)}.csv", "rejected", _csv(text[: len(text) // 2]))
        yield Sibling(f"utf16_{ord(delimiter)}.csv", "rejected", _csv(text, "utf-16"))
    for line in range(3):
        rows = [[""] * 8] * line + broken_files.good_rows()
        yield Sibling(f"lege_rijen_{line}.xlsx", "accepted", partial(_save, rows))


def _formulas() -> Iterator[Sibling]:
    for nth, formula in enumerate(("6+6", "SUM(A1:A2)", "1=1", "A1", "[1]Blad1!A1")):
        yield _workbook(
            f"formule_{nth}", replaced(NUMBER, rf"\1><f>{formula}</f><v>0</v></c>", FIRST_SHEET), "rejected"
        )
        empty = replaced(NUMBER, rf"\1><f>{formula}</f></c>", FIRST_SHEET)
        yield _workbook(f"formule_leeg_{nth}", empty, "rejected")


def _heavy() -> Iterator[Sibling]:
    """Small files of which much can be made, and what lies far away."""
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    yield _workbook("ver_weg_in_de_tabel", replaced("</sheetData>", f"{far}</sheetData>", FIRST_SHEET), "either")
    yield _workbook("ver_weg_zonder_waarde", replaced("</sheetData>", '<row r="1048576"/></sheetData>', FIRST_SHEET))
    bytes_of = {
        "lange_tekst_vaak": _repeated(3_000, 40_000),
        "korte_tekst_vaak": _repeated(5, 900_000),
        "diep": added(xl__worksheets__sheet1_dot_xml=b"<worksheet>" + b"<a>" * 2_000_000),
        "lege_rijen": added(xl__worksheets__sheet1_dot_xml=(SHEET % ("<row/>" * 3_000_000)).encode()),
        "lege_cellen": added(xl__worksheets__sheet1_dot_xml=(SHEET % f"<row>{'<c/>' * 4_000_000}</row>").encode()),
        "veel_teksten": _shared("", "<si><t>x</t></si>" * 1_500_000),
        "veel_stukken": _shared("", f"<si>{'<r><t>x</t></r>' * 1_500_000}</si>"),
        "bom": added(xl__sharedStrings_dot_xml=broken_files.ENTITY_BOMB),
        "duizend_bladen": _many_sheets,
    }
    for name, change in bytes_of.items():
        yield _workbook(f"zwaar_{name}", change, "either")
    header = ",".join(broken_files.COLUMNS)
    yield Sibling("zwaar_aangehaald.csv", "rejected", _csv(header + "\n" + '"","","","","","","",""\n' * 90_000))
    yield Sibling("zwaar_losse_tekens.csv", "rejected", _csv(header + "\n" + '"' * 4_000_000))
    yield Sibling("zwaar_velden.csv", "rejected", _csv(header + "\n" + "," * 4_000_000))
    yield Sibling("zwaar_regels.csv", "either", _csv(broken_files.good_delivery() + "\n" * 4_000_000))
    words = "|".join(map(str, range(450)))
    yield Sibling("zwaar_woorden.csv", "rejected", _csv(broken_files.good_delivery()[:4_000] + f"\n{words}" * 999))


def _unfinished() -> Iterator[Sibling]:
    for name in UNFINISHED:
        yield Sibling(name, "left", _csv(broken_files.good_delivery()))


def _workbook(name: str, change: Change, outcome: str = "accepted") -> Sibling:
    return Sibling(f"{name}.xlsx", outcome, partial(_write, change))


def _write(change: Change, path: Path) -> None:
    """A tidy workbook, calculated by a program that calculates."""
    parts = taken_apart(broken_files.tidy_workbook(broken_files.good_rows()))
    change(parts)
    together(parts, path)


def _save(rows: list[list[str]], path: Path) -> None:
    broken_files.tidy_workbook(rows).save(path)


def _nothing(_: Parts) -> None:
    """A workbook as it is."""


def _shared(counts: str, more: str = "") -> Change:
    """The texts of the first sheet among the shared ones, after which come more."""

    def change(parts: Parts) -> None:
        texts: dict[str, int] = {}

        def share(found: re.Match[str]) -> str:
            return f' t="s"><v>{texts.setdefault(found[1], len(texts))}</v></c>'

        sheet = parts[FIRST_SHEET].decode()
        parts[FIRST_SHEET] = re.sub(shapes.TEXT, share, sheet).encode()
        said = "".join(f"<si><t>{text}</t></si>" for text in texts)
        parts[TEXTS] = f"<sst {MAIN} {counts}>{said}{more}</sst>".encode()

    return change


def _repeated(length: int, times: int) -> Change:
    """One text in very many cells."""
    cells = '<c t="s"><v>0</v></c>' * 8
    return all_of(
        added(xl__sharedStrings_dot_xml=f"<sst {MAIN}><si><t>{'x' * length}</t></si></sst>".encode()),
        added(xl__worksheets__sheet1_dot_xml=(SHEET % (f"<row>{cells}</row>" * (times // 8))).encode()),
    )


def _many_sheets(parts: Parts) -> None:
    one = '<sheet name="Blad{0}" sheetId="{0}" r:id="rId1"/>'
    replaced("</sheets>", "".join(map(one.format, range(100, 20_100))) + "</sheets>", BOOK)(parts)


def _packed_with(separator: str, path: Path) -> None:
    parts = taken_apart(broken_files.tidy_workbook(broken_files.good_rows()))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("/", separator), part)
    path.write_bytes(content.getvalue())


def _csv(text: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(text.encode(encoding))
