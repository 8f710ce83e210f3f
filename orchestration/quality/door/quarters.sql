-- Made by `make docs` from dbt_project/macros/periods.sql: change it there.
create or replace temp macro within(quarter, valid_from, valid_to) as
    (quarter >= coalesce(valid_from, quarter) and quarter <= coalesce(valid_to, quarter));
