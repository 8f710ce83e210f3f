"""The template: the Dutch workbook that an organisation fills in (CONTRACT § 1), written here and read here.

Where which cell stands is data (`editions/`), so that a workbook of an older edition still lands.
"""
