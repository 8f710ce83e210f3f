"""dbt's unit tests hold each rule of the method on hand-computed rows; here they run, and prove that they can fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from orchestration.home.paths import DBT_PROJECT, REPOSITORY, Home
from orchestration.landing import raw_tables, run_context
from tests.support.warehouse import NOW


@dataclass(frozen=True)
class Mutant:
    """A rule, how to break it, and the unit test that must notice."""

    caught_by: str
    file: str
    rule: str
    broken: str


@dataclass(frozen=True)
class Project:
    """A copy of the dbt project that may be broken, on a warehouse without deliveries (unit tests bring their rows)."""

    root: Path
    target: Path

    def dbt(self, *arguments: str) -> dict[str, str]:
        """Run dbt in this process; the status of each node by name."""
        options = ["--project-dir", self.root, "--profiles-dir", self.root, "--target-path", self.target]
        quiet = ["--log-path", self.target, "--quiet", "--log-level", "none", "--log-level-file", "none"]
        outcome = dbtRunner().invoke([*arguments, *map(str, options), *map(str, quiet)])
        DuckDBConnectionManager.close_all_connections()
        if outcome.exception:
            raise outcome.exception
        return {result.node.name: str(result.status) for result in outcome.result.results}

    @contextmanager
    def broken(self, mutants: Sequence[Mutant]) -> Iterator[None]:
        """The project with these rules broken, whole again afterwards."""
        whole = {mutant.file: (self.root / mutant.file).read_text(encoding="utf-8") for mutant in mutants}
        texts = dict(whole)
        for mutant in mutants:
            assert mutant.rule in texts[mutant.file], f"{mutant.file} reads differently now: say how to break it"
            texts[mutant.file] = texts[mutant.file].replace(mutant.rule, mutant.broken)
        try:
            self._write(texts)
            yield
        finally:
            self._write(whole)

    def _write(self, texts: Mapping[str, str]) -> None:
        for file, text in texts.items():
            (self.root / file).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("dbt")
    home = Home(folder / "home").create()
    with duckdb.connect(str(home.warehouse)) as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, home)
        raw_tables.load_report_lists(connection)
    run_context.write(home, NOW)
    shutil.copytree(DBT_PROJECT, folder / "project", ignore=shutil.ignore_patterns("target", "logs"))
    shutil.copyfile(REPOSITORY / "profiles.yml.example", folder / "project" / "profiles.yml")
    copy = Project(folder / "project", folder / "target")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "WERKMONITOR_HOME", str(home.root))
        copy.dbt("run")  # a unit test takes the types of its input from the relation that it replaces
        yield copy


def test_every_dbt_unit_test_passes(project: Project) -> None:
    statuses = project.dbt("test", "--select", "test_type:unit")
    assert len(statuses) > 0
    assert {name: status for name, status in statuses.items() if status != "pass"} == {}


# Broken together to save time: within a round no rule has a hand in another one's unit test.
ROUNDS = [
    [
        Mutant(
            "what_the_register_writes_in_one_column_is_taken_apart",
            "models/staging/stg_reports__figures.sql",
            "replace(parsed.geography, ' & ', ' en ')",
            "parsed.geography",
        ),
        Mutant(
            "groups_of_trajectories_add_up_what_is_known_and_its_clients",
            "models/intermediate/int_scopes_measured.sql",
            "cast(sum(clients) as double) as base",
            "cast(max(clients) as double) as base",
        ),
        Mutant(
            "a_reading_for_these_trajectories_goes_before_one_for_all_and_units_tell_counts_from_shares",
            "models/intermediate/int_figures_read.sql",
            "order by readings.scope nulls last",
            "order by readings.scope nulls first",
        ),
        Mutant(
            "a_figure_needs_its_periods_delivered_in_whole_and_its_trajectories_there",
            "models/intermediate/int_figure_operands_checked.sql",
            "measure_group = 'core' and trajectory is null",
            "measure_group = 'core'",
        ),
        Mutant(
            "the_terms_of_a_reading_are_measured_where_the_figure_is_of",
            "models/intermediate/int_figure_terms_measured.sql",
            "starts_with(measure, 'all_') then 'all'",
            "false then 'all'",
        ),
        Mutant(
            "counts_shares_changes_and_ranks_follow_from_their_terms",
            "models/intermediate/int_figures_computed.sql",
            "when 'base' then numerator_base",
            "when 'base' then value",
        ),
        Mutant(
            "two_years_are_ranked_by_their_mean_among_regions_with_enough_clients_in_both_together",
            "models/intermediate/int_rankings_paired.sql",
            "(earlier.value + later.value) / 2",
            "later.value",
        ),
        Mutant(
            "each_verdict_has_its_rule_and_the_first_that_holds_counts",
            "models/intermediate/int_figures_judged.sql",
            "when contradictions is not null then 'contradicted'",
            "when contradictions is null and false then 'contradicted'",
        ),
        Mutant(
            "a_difference_is_explained_by_the_printed_counts_under_it",
            "models/intermediate/int_differences_explained.sql",
            " and not coalesce(list_contains(printed_at, keyed.figure_id), false)",
            "",
        ),
        Mutant(
            "the_explanation_holds_the_numbers_as_the_language_writes_them",
            "models/marts/published_reconciliation.sql",
            "split_part(concluded.contradictions, ' ', 1)",
            "concluded.contradictions",
        ),
        Mutant(
            "the_delivery_that_landed_last_is_in_force",
            "models/staging/stg_submissions__deliveries.sql",
            "order by receipt desc",
            "order by version",
        ),
        Mutant(
            "only_cells_of_the_delivery_in_force_count_and_declarations_are_not_cells",
            "models/staging/stg_submissions__cells.sql",
            "where cells.measure <> 'declaration'",
            "",
        ),
        Mutant(
            "not_offered_holds_for_the_delivery_in_force_only",
            "models/staging/stg_submissions__declarations.sql",
            " and cells.category = 'not_offered'",
            "",
        ),
        Mutant(
            "the_newest_closing_of_a_year_counts",
            "models/staging/stg_submissions__year_closings.sql",
            "order by closed_at desc",
            "order by closed_at",
        ),
        Mutant(
            "the_grid_is_every_region_ever_served_times_every_quarter_delivered",
            "models/intermediate/int_quarters_gridded.sql",
            "left join regions_filled",
            "inner join regions_filled",
        ),
        Mutant(
            "a_cell_outside_its_valid_quarters_has_no_row",
            "models/intermediate/int_cells_filled.sql",
            "and {{ within('grid.quarter', 'dictionary.valid_from', 'dictionary.valid_to') }}",
            "",
        ),
        Mutant(
            "a_measure_without_cells_is_unknown_and_never_zero",
            "models/intermediate/int_measures_pivoted.sql",
            "then clients else 0 end) filter (where measure = '{{ item.measure }}')",
            "and measure = '{{ item.measure }}' then clients else 0 end)",
        ),
        Mutant(
            "the_worked_example_with_a_gap_before_q1_starts_seven",
            "models/intermediate/int_inflow_derived.sql",
            "last_quarter_index = quarter_index - 1",
            "last_quarter_index < quarter_index",
        ),
        Mutant(
            "durable_flows_take_the_durable_share_of_paid_work",
            "models/intermediate/int_durable_flows_estimated.sql",
            "case when paid_work = 0 then 0 else durable_paid_work / paid_work end",
            "durable_paid_work / nullif(paid_work, 0)",
        ),
        Mutant(
            "each_stock_has_its_own_inflow_and_outflow_and_an_unknown_stock_no_row",
            "models/intermediate/int_stocks_unpivoted.sql",
            "coalesce(clients_started, 0)",
            "clients_started",
        ),
        Mutant(
            "the_last_delivery_lies_at_most_four_quarters_back",
            "models/intermediate/int_administrative_differences_split.sql",
            "quarters_since_last <= 4",
            "quarters_since_last <= 5",
        ),
        Mutant(
            "the_worked_example_with_a_gap_before_q1_counts_64_clients",
            "models/intermediate/int_stock_flows_rolled_up.sql",
            "is_first and not follows_directly then lost * 0",
            "is_first and false then lost * 0",
        ),
        Mutant(
            "flows_are_summed_and_unpaid_work_is_averaged_over_the_quarters_anyone_delivered",
            "models/intermediate/int_contributions_rolled_up.sql",
            "sum({{ measure }}) as sum_{{ measure }}",
            "avg({{ measure }}) * 3 as sum_{{ measure }}",
        ),
        Mutant(
            "lost_and_left_uncounted_are_those_of_the_clients",
            "models/intermediate/int_contributions_quarterly.sql",
            "where stock = 'clients_active'",
            "",
        ),
        Mutant(
            "a_quarter_is_covered_when_anyone_nationwide_delivered_the_group",
            "models/intermediate/int_quarters_covered.sql",
            "count(distinct groups_delivered.quarter)",
            "count(groups_delivered.quarter)",
        ),
        Mutant(
            "whoever_delivered_in_the_four_quarters_before_is_expected",
            "models/intermediate/int_deliveries_expected.sql",
            "quarters.quarter_index - 4",
            "quarters.quarter_index - 5",
        ),
        Mutant(
            "a_period_is_provisional_until_the_day_after_its_last_deadline",
            "models/intermediate/int_period_statuses.sql",
            "deadline >= ",
            "deadline > ",
        ),
        Mutant(
            "a_year_is_open_then_closed_and_revised_when_its_values_change",
            "models/intermediate/int_year_statuses.sql",
            "closings.values_digest = digests.values_digest",
            "closings.year = digests.year",
        ),
        Mutant(
            "a_digest_is_of_the_values_of_the_year_alone_in_a_fixed_order",
            "models/intermediate/int_year_digests.sql",
            "string_agg(line, chr(10) order by line)",
            "string_agg(line, chr(10) order by line desc)",
        ),
        Mutant(
            "a_percentage_leaves_out_who_withheld_its_numerator",
            "macros/unknown.sql",
            " filter (where {{ numerator }} is not null)",
            "",
        ),
        Mutant(
            "the_headline_counts_jobcoaching_and_uwv_naar_werk_as_paid_work",
            "macros/mart_columns.sql",
            "when 'uwv_naar_werk'",
            "when 'uwv_werkfit'",
        ),
        Mutant(
            "a_year_of_a_trajectory_has_its_own_quarters_and_status",
            "models/marts/trajectory_annual.sql",
            "and aggregated.trajectory = statuses.trajectory",
            "and statuses.trajectory is null",
        ),
        Mutant(
            "the_nation_sums_the_means_of_unpaid_work_and_takes_the_quarters_of_any_trajectory",
            "models/marts/national_annual.sql",
            "and quarters_covered.trajectory is null",
            "",
        ),
        Mutant(
            "a_withdrawn_quarter_is_no_delivery_in_force",
            "models/marts/published_state.sql",
            " where not is_withdrawn",
            "",
        ),
        Mutant(
            "paid_and_durable_work_stand_beside_the_clients_of_the_same_category",
            "models/intermediate/int_breakdowns_quarterly.sql",
            "cells.measure in ('paid_work', 'durable_paid_work')",
            "true",
        ),
        Mutant(
            "clients_of_a_year_are_shared_out_by_the_funding_of_its_quarters",
            "models/intermediate/int_fundings_estimated.sql",
            " and clients_active > 0",
            "",
        ),
        Mutant(
            "a_breakdown_is_summed_over_the_quarters_unpaid_work_is_averaged_and_funding_estimated",
            "models/intermediate/int_breakdowns_rolled_up.sql",
            "where not (measure = 'clients' and breakdown = 'funding')",
            "",
        ),
        Mutant(
            "shares_are_of_those_whose_category_is_known",
            "macros/breakdowns.sql",
            "filter (where category <> 'unknown') over",
            "over",
        ),
        Mutant(
            "a_category_without_clients_is_published_where_anyone_has_cells",
            "macros/breakdowns.sql",
            "clients <> 0 or (period",
            "(period",
        ),
        Mutant(
            "a_region_counts_ips_and_the_other_five_apart",
            "models/intermediate/int_regions_totalled.sql",
            "trajectory = 'ips' then \" ~ measure ~ \" end",
            "trajectory = 'ips' then \" ~ measure ~ \" else 0 end",
        ),
        Mutant(
            "every_region_stands_beside_its_year_before",
            "models/intermediate/int_regions_compared.sql",
            "left join totals using",
            "inner join totals using",
        ),
        Mutant(
            "rankings_leave_out_regions_below_the_minimum_and_say_why",
            "models/intermediate/int_regions_ranked.sql",
            "compared_value < ranking_minimum",
            "compared_value <= ranking_minimum",
        ),
        Mutant(
            "each_period_is_compared_with_the_one_before_and_a_quarter_with_the_year_before_too",
            "models/intermediate/int_periods_compared.sql",
            "where measure_group = 'core'",
            "",
        ),
        Mutant(
            "wabz_of_2023_holds_two_quarters_and_2024_four_so_it_is_not_like_for_like",
            "models/intermediate/int_pairs_compared.sql",
            " and count(distinct places) = 1",
            "",
        ),
        Mutant(
            "a_region_new_to_a_continuing_organisation_comes_from_who_is_present_in_both",
            "models/intermediate/int_contributions_compared.sql",
            "contributions.period = periods_compared.measured_period",
            "contributions.period = periods_compared.period",
        ),
        Mutant(
            "a_pair_counts_once_over_its_regions_and_periods",
            "models/intermediate/int_pairs_counted.sql",
            "count(distinct (organisation_id, trajectory))",
            "count(*)",
        ),
        Mutant(
            "a_change_of_1481_is_77_7_percent_of_the_previous_and_43_7_percent_of_the_current",
            "models/marts/changes.sql",
            "change_pct('changed.change', 'changed.compared_value')",
            "change_pct('changed.change', 'changed.value')",
        ),
        Mutant(
            "the_worked_example_reads_64_59_59_or_71_in_place_of_71",
            "models/intermediate/int_clients_active_reread.sql",
            " - coalesce(first_lost, 0) as",
            "  as",
        ),
        Mutant(
            "starts_are_floored_per_part_per_region_or_nationally",
            "models/intermediate/int_inflow_floored.sql",
            "{{ total(floored('started_signed')) }}",
            "{{ floored(total('started_signed')) }}",
        ),
        Mutant(
            "the_residual_is_what_the_floor_adds_to_the_starts",
            "models/marts/method_sensitivity_quarterly.sql",
            "inflow.clients_started - inflow.started_signed",
            "inflow.clients_started - inflow.started_floored_by_region",
        ),
        Mutant(
            "every_reading_of_a_year_is_summed_over_the_organisations_of_the_region",
            "models/marts/method_sensitivity_annual.sql",
            "having {{ worth_a_row(period_counts()) }}",
            "",
        ),
        Mutant(
            "clients_may_change_by_ten_or_by_half",
            "models/intermediate/int_deliveries_compared.sql",
            "on thresholds.rule = 'W203'",
            "on thresholds.rule = 'W203' where false",
        ),
        Mutant(
            "a_trajectory_of_last_quarter_is_there_again",
            "models/intermediate/int_deliveries_compared.sql",
            "from groups_continued",
            "from groups_continued where measure_group <> 'core'",
        ),
        Mutant(
            "not_all_regions_are_new",
            "models/intermediate/int_deliveries_compared.sql",
            "from regions\n)",
            "from regions where false\n)",
        ),
        Mutant(
            "a_trajectory_is_held_beside_its_last_delivery_at_most_four_quarters_back",
            "models/intermediate/int_trajectories_compared.sql",
            "quarters_since_last <= 4",
            "quarters_since_last <= 5",
        ),
        Mutant(
            "what_was_delivered_last_quarter_and_is_absent_now_is_absent_unless_declared",
            "models/intermediate/int_groups_continued.sql",
            "not_offered.declaration is null and ",
            "",
        ),
        Mutant(
            "nothing_is_absent_from_a_quarter_that_was_taken_back",
            "models/intermediate/int_groups_continued.sql",
            " where not is_withdrawn",
            "",
        ),
        Mutant(
            "the_regions_of_a_delivery_are_held_beside_those_of_the_last_one",
            "models/intermediate/int_region_overlaps_counted.sql",
            "and deliveries.last_quarter = served_before.quarter",
            "",
        ),
        Mutant(
            "one_above_the_limit_is_a_finding_and_at_the_limit_is_none",
            "models/intermediate/int_findings_across_quarters_located.sql",
            "found > at_most",
            "found >= at_most",
        ),
        Mutant(
            "one_cell_of_a_group_delivers_it_also_when_it_is_zero",
            "models/intermediate/int_groups_delivered.sql",
            "select distinct",
            "select",
        ),
    ],
    [
        Mutant(
            "a_withdrawal_is_in_force_until_the_quarter_is_delivered_again",
            "models/staging/stg_submissions__deliveries.sql",
            " and category = 'withdrawn'",
            "",
        ),
        Mutant(
            "what_a_delivered_group_does_not_hold_is_zero_and_a_group_not_delivered_has_no_row",
            "models/intermediate/int_cells_filled.sql",
            "coalesce(cells.clients, 0)",
            "cells.clients",
        ),
        Mutant(
            "the_worked_example_starts_seven_and_seven",
            "macros/unknown.sql",
            "case when ({{ expression }}) is not null then greatest(0, {{ expression }}) end",
            "greatest(0, {{ expression }})",
        ),
        Mutant(
            "an_unknown_lost_of_the_first_quarter_stays_unknown",
            "models/intermediate/int_stock_flows_rolled_up.sql",
            "then lost * 0 else lost",
            "then 0 else lost",
        ),
        Mutant(
            "nothing_is_expected_of_who_has_stopped_declared_otherwise_or_left_the_list",
            "models/intermediate/int_deliveries_expected.sql",
            "and not_offered.declaration is null",
            "",
        ),
        Mutant(
            "a_period_is_provisional_while_an_expected_delivery_is_missing",
            "models/intermediate/int_period_statuses.sql",
            "count(distinct expected.organisation_id)",
            "count(expected.organisation_id)",
        ),
        Mutant(
            "a_row_of_zeros_without_organisations_is_not_published",
            "macros/mart_columns.sql",
            "count(distinct organisation_id) filter (where has_cells)",
            "count(distinct organisation_id)",
        ),
        Mutant(
            "a_share_of_the_category_leaves_out_who_withheld_the_work",
            "macros/breakdowns.sql",
            "nullif({{ clients_in_category }}, 0)",
            "{{ clients_in_category }}",
        ),
        Mutant(
            "the_nation_takes_the_shares_of_the_sums_of_its_regions",
            "macros/breakdowns.sql",
            "sum(clients_in_category)",
            "max(clients_in_category)",
        ),
        Mutant(
            "equal_regions_share_a_rank_and_without_a_minimum_nothing_divides_by_zero",
            "models/intermediate/int_regions_ranked.sql",
            "then rank()",
            "then row_number()",
        ),
        Mutant(
            "an_organisation_that_stops_reporting_is_no_longer_delivering",
            "models/intermediate/int_pairs_compared.sql",
            " + 1 - quarter(period_start)",
            "",
        ),
        Mutant(
            "what_is_published_of_one_period_alone_is_said_as_known_zero_or_unknown_in_the_other",
            "models/marts/changes.sql",
            "having bool_or(measures.is_published)",
            "having bool_and(measures.is_published)",
        ),
        Mutant(
            "paid_work_at_the_end_was_there_last_quarter_or_started_since",
            "models/intermediate/int_deliveries_compared.sql",
            "where quarters_since_last = 1 and",
            "where false and",
        ),
        Mutant(
            "five_clients_or_ten_percent_may_leave_uncounted",
            "models/intermediate/int_deliveries_compared.sql",
            "where left_uncounted is not null",
            "where false",
        ),
        Mutant(
            "a_group_of_last_quarter_is_there_again",
            "models/intermediate/int_deliveries_compared.sql",
            "from groups_continued",
            "from groups_continued where measure_group = 'core'",
        ),
        Mutant(
            "a_trajectory_is_held_beside_its_last_delivery_at_most_four_quarters_back",
            "models/intermediate/int_trajectories_compared.sql",
            " and category = 'paid_work_at_end'",
            "",
        ),
        Mutant(
            "what_was_delivered_last_quarter_and_is_absent_now_is_absent_unless_declared",
            "models/intermediate/int_groups_continued.sql",
            "(delivered_before.measure_group = 'core' or core.quarter is not null)",
            "true",
        ),
        Mutant(
            "the_regions_of_a_delivery_are_held_beside_those_of_the_last_one",
            "models/intermediate/int_region_overlaps_counted.sql",
            "partition by organisation_id order by",
            "order by",
        ),
        Mutant(
            "one_above_the_limit_is_a_finding_and_at_the_limit_is_none",
            "models/intermediate/int_findings_across_quarters_located.sql",
            "and coalesce(exceeding.category, cells.category) = cells.category",
            "",
        ),
        Mutant(
            "a_vanished_region_leaves_its_clients_uncounted",
            "models/intermediate/int_administrative_differences_split.sql",
            "floored('-difference')",
            "floored('difference')",
        ),
    ],
    [
        Mutant(
            "a_new_region_starts_all_a_vanished_region_none_and_a_negative_inflow_is_floored",
            "macros/unknown.sql",
            "then greatest(0, {{ expression }}) end",
            "then {{ expression }} end",
        ),
        Mutant(
            "each_stock_starts_at_the_first_quarter_in_which_its_group_was_delivered",
            "models/intermediate/int_stock_flows_rolled_up.sql",
            "trajectory, stock, periods.period",
            "trajectory, periods.period",
        ),
        Mutant(
            "each_measure_adds_up_its_own_breakdown",
            "macros/measures.sql",
            "{'column': 'clients_active', 'measure': 'clients', 'cells': \"breakdown = 'funding'\"}",
            "{'column': 'clients_active', 'measure': 'clients', 'cells': 'true'}",
        ),
        Mutant(
            "a_region_for_all_trajectories_follows_the_rules_of_the_marts",
            "models/intermediate/int_measures_totalled.sql",
            "not ends_with(measure, '_headline') or",
            "true or",
        ),
        Mutant(
            "like_for_like_sums_the_same_pairs_on_both_sides",
            "models/intermediate/int_changes_matched.sql",
            " where is_like_for_like",
            "",
        ),
        Mutant(
            "a_fall_that_is_an_organisation_that_stopped_reporting_says_so",
            "models/intermediate/int_changes_decomposed.sql",
            "headline_of=headline_total",
            "headline_of=headline",
        ),
        Mutant(
            "a_percentage_is_as_large_as_what_it_is_taken_of",
            "models/intermediate/int_series_stepped.sql",
            "bases.measure = watched.base",
            "bases.measure = 'clients_active'",
        ),
        Mutant(
            "paid_work_at_the_end_was_there_last_quarter_or_started_since",
            "models/intermediate/int_deliveries_compared.sql",
            "quarters_since_last = 1 and ",
            "",
        ),
        Mutant(
            "five_clients_or_ten_percent_may_leave_uncounted",
            "models/intermediate/int_deliveries_compared.sql",
            "left_uncounted as found, greatest(",
            "left_uncounted as found, least(",
        ),
        Mutant(
            "not_all_regions_are_new",
            "models/intermediate/int_deliveries_compared.sql",
            "regions - 1 as at_most",
            "regions as at_most",
        ),
        Mutant(
            "a_trajectory_is_held_beside_its_last_delivery_at_most_four_quarters_back",
            "models/intermediate/int_trajectories_compared.sql",
            "partition by organisation_id, trajectory order by",
            "partition by organisation_id order by",
        ),
        Mutant(
            "what_was_delivered_last_quarter_and_is_absent_now_is_absent_unless_declared",
            "models/intermediate/int_groups_continued.sql",
            "inner join asked",
            "left join asked",
        ),
        Mutant(
            "the_regions_of_a_delivery_are_held_beside_those_of_the_last_one",
            "models/intermediate/int_region_overlaps_counted.sql",
            "where deliveries.last_quarter is not null\n",
            "",
        ),
        Mutant(
            "one_above_the_limit_is_a_finding_and_at_the_limit_is_none",
            "models/intermediate/int_findings_across_quarters_located.sql",
            "coalesce(located.location, 'bestand')",
            "located.location",
        ),
    ],
    # by itself: it would break the others' tests with it
    [
        Mutant(
            "a_category_stands_beside_the_quarter_before_and_keeps_its_size_when_nobody_works",
            "macros/levels.sql",
            "filter (where sign = -1)",
            "filter (where sign = 1)",
        ),
    ],
]


@pytest.mark.parametrize("mutants", ROUNDS, ids=lambda mutants: f"{len(mutants)} rules")
def test_a_broken_rule_fails_its_unit_test(mutants: Sequence[Mutant], project: Project) -> None:
    tests = [mutant.caught_by for mutant in mutants]
    with project.broken(mutants):
        statuses = project.dbt("test", "--select", *(f"{test},test_type:unit" for test in tests))
    assert statuses == dict.fromkeys(tests, "fail")
