"""The keys of the assets that more than one module names."""

from dagster import AssetKey

from orchestration.landing.raw.raw_tables import REFERENCE_LISTS, REPORT_TABLES, RULES

SUBMISSIONS = (
    "files",
    "deliveries",
    "cells",
    "findings",
    "year_closings",
    "year_counts",
    "year_deliveries",
    "acknowledgements",
    "ledger",
)
LANDED = tuple(AssetKey(["submissions", table]) for table in SUBMISSIONS)
LISTS = (
    *(AssetKey(["reference", table]) for table in (*REFERENCE_LISTS, RULES)),
    *(AssetKey(["reports", table]) for table in REPORT_TABLES),
)
DELIVERIES = AssetKey(["submissions", "deliveries"])
RUN_CONTEXT = AssetKey(["submissions", "run_context"])
REPORTING = AssetKey(["marts", "reporting_rates"])
COMPARED = AssetKey(["intermediate", "int_deliveries_compared"])
CANDIDATE = AssetKey(["published", "candidate"])
PUBLISHED = AssetKey(["published", "werkmonitor"])
SCHEMAS = {"submissions": "raw"}  # where the tables of a source stand, when its name is not the schema's


def table_of(key: AssetKey) -> tuple[str, str]:
    """Schema and table of an asset in the warehouse."""
    source, table = key.path
    return SCHEMAS.get(source, source), table
