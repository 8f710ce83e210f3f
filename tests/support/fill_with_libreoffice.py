"""Run by the Python that knows `uno`: opens a workbook in LibreOffice, types into cells, saves it as .xlsx.

Reads from standard input, as JSON: source, targets (the files to save, by what is done besides typing), profile (a
folder for LibreOffice's own files) and entries, by "Sheet!A1": a number, a text, or a formula that starts with "=".
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.awt import Point, Rectangle, Size
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.table import CellRangeAddress

order = json.load(sys.stdin)
pipe = f"werkmonitor_{os.getpid()}_{time.time_ns()}"


def option(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connect():
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            time.sleep(0.25)
    raise SystemExit("LibreOffice did not start")


def enter(document, entries):
    for location, value in entries.items():
        name, _, reference = location.rpartition("!")
        sheet = document.Sheets.getByName(name)
        cell = sheet.getCellRangeByName(reference)
        if isinstance(value, str) and value.startswith("="):
            cell.Formula = value
        elif isinstance(value, str):
            cell.String = value
        else:
            cell.Value = value


def second(document):
    """The first sheet with numbers."""
    return document.Sheets.getByIndex(1)


def header_with_a_logo(document):
    style = document.StyleFamilies.getByName("PageStyles").getByName(second(document).PageStyle)
    style.HeaderIsOn = True
    content = style.RightPageHeaderContent
    content.CenterText.String = "Onze organisatie & partners"
    style.RightPageHeaderContent = content
    picture_on_the_sheet(document)


def picture_on_the_sheet(document):
    shape = document.createInstance("com.sun.star.drawing.EllipseShape")
    shape.Size, shape.Position = Size(3000, 1000), Point(500, 200)
    second(document).DrawPage.add(shape)


def comments(document):
    sheet = second(document)
    for row in range(9, 12):
        place = sheet.getCellByPosition(3, row).CellAddress
        sheet.Annotations.insertNew(place, f"Gecontroleerd op rij {row}: 12 cliënten")


def frozen_panes(document):
    controller = document.CurrentController
    controller.setActiveSheet(second(document))
    controller.freezeAtPosition(2, 9)


def hidden_rows_and_columns(document):
    sheet = second(document)
    sheet.Rows.getByIndex(10).IsVisible = False
    sheet.Columns.getByIndex(4).IsVisible = False


def another_locale(document):
    document.CharLocale = uno.createUnoStruct("com.sun.star.lang.Locale", "de", "CH", "")
    formats = document.NumberFormats
    locale = uno.createUnoStruct("com.sun.star.lang.Locale", "fr", "FR", "")
    key = formats.queryKey("# ##0,00 €", locale, False)
    key = formats.addNew("# ##0,00 €", locale) if key == -1 else key
    second(document).getCellRangeByName("D10:F12").NumberFormat = key


def own_sheet_in_front(document):
    document.Sheets.insertNewByName("Eigen notities", 0)
    document.Sheets.getByIndex(0).getCellRangeByName("B2").String = "Ter controle: 12"


def names_and_chart(document):
    sheet = second(document)
    where = sheet.getCellRangeByName("D10").CellAddress
    document.NamedRanges.addNewByName("Totaal", "$" + sheet.Name + ".$D$10", where, 0)
    area = CellRangeAddress(1, 3, 9, 5, 11)
    sheet.Charts.addNewByName("Grafiek", Rectangle(1000, 1000, 8000, 6000), (area,), False, False)


def colours_and_columns(document):
    cells = second(document).getCellRangeByName("A10:H12")
    cells.CellBackColor, cells.CharWeight, cells.CharHeight = 0xFFEE00, 150.0, 14
    second(document).Columns.getByIndex(3).Width = 9000


def outline_and_filter(document):
    sheet = second(document)
    sheet.group(CellRangeAddress(1, 0, 10, 0, 11), 1)
    document.DatabaseRanges.addNewByName("Filter", CellRangeAddress(1, 0, 8, 5, 11))
    document.DatabaseRanges.getByName("Filter").AutoFilter = True


def copied_sheet_away(document):
    """A copy was made to try something on, and removed again."""
    name = second(document).Name
    document.Sheets.copyByName(name, f"{name} (2)", 2)
    document.Sheets.removeByName(f"{name} (2)")


SHAPES = {
    "plain": lambda document: None,
    **{
        done.__name__: done
        for done in (
            header_with_a_logo,
            picture_on_the_sheet,
            comments,
            frozen_panes,
            hidden_rows_and_columns,
            another_locale,
            own_sheet_in_front,
            names_and_chart,
            colours_and_columns,
            outline_and_filter,
            copied_sheet_away,
        )
    },
}

office = subprocess.Popen(
    [
        "soffice",
        f"-env:UserInstallation={Path(order['profile']).absolute().as_uri()}",
        f"--accept=pipe,name={pipe};urp;",
        *("--headless", "--norestore", "--nologo", "--nodefault"),
    ],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
desktop = connect()
try:
    source = Path(order["source"]).absolute().as_uri()
    for shape, target in order["targets"].items():
        document = desktop.loadComponentFromURL(source, "_blank", 0, (option("Hidden", shape != "frozen_panes"),))
        enter(document, order["entries"])
        SHAPES[shape](document)
        document.calculateAll()
        document.storeToURL(Path(target).absolute().as_uri(), (option("FilterName", "Calc MS Excel 2007 XML"),))
        document.close(True)
finally:
    with contextlib.suppress(Exception):  # it hangs up while it says goodbye
        desktop.terminate()
    office.wait(60)
