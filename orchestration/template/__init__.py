"""The template: the Dutch workbook that an organisation fills in (CONTRACT § 1), written here and read in `reading`.

Where which cell stands is data (`orchestration/reading/form/editions/`), so that a workbook of an older edition still
lands.
"""
