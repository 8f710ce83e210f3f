"""Reconstructs deliveries that could have been the real ones: run through the method they give the published tables.

The raw deliveries of the monitor are not public, its results are. `python -m reconstruction` writes
`seeds/sample_deliveries/` afresh. What belongs here: who delivers what (structure), what must come out (targets) and
finding whole numbers in between (sketch, core, work, breakdowns). What does not: the method itself, which lives in
`dbt_project/`; here it only stands as constraints.
"""
