"""Dagster's view of the monitor: assets, checks, jobs and schedules on one home. No logic worth a unit test."""
