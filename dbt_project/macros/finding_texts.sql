{#-
    What makes a finding the same one in the next delivery: a digest of organisation, quarter, rule, the codes of what it is
    about, and the values found. So is known what can be closed, a warning on an accepted file; of anything else the file and
    the place are part of what it is. docs/decisions/0009.
-#}
{% macro finding_id() -%}
    left(md5(concat_ws(
        '|',
        {%- for part in ['organisation_id', 'quarter', 'rule', 'region_code', 'trajectory', 'measure_group', 'measure', 'breakdown', 'category'] %}
        coalesce({{ part }}, '-'),
        {%- endfor %}
        case when level = 'warning' and file_status = 'accepted' then figures else concat_ws('|', receipt, location, found, message) end
    )), 12)
{%- endmacro %}

{#- A text of the catalogue with the facts of a finding filled in. -#}
{% macro told(template) -%}
    {%- set facts = {
        'found_value': 'found_value',
        'at_most': 'cast(at_most as bigint)',
        'value': 'value',
        'last_value': 'last_value',
        'started': 'started',
        'last_quarter': 'last_quarter',
        'missing_quarter': 'missing_quarter',
        'region_name': 'region_name',
        'group_name': group_name('measure_group'),
        'trajectory_name': 'trajectory_name',
        'above_clients': 'above_clients',
        'above_pct': 'cast(above_pct as bigint)',
    } -%}
    {%- set names = ['last_quarter', 'missing_quarter', 'region_name', 'group_name', 'trajectory_name'] -%}
    {%- set written = {} -%}
    {%- for name, fact in facts.items() -%}
    {%- set text = 'cast(' ~ fact ~ ' as varchar)' -%}
    {#- numbers as they are written in Dutch: 1.234 -#}
    {%- set number = "replace(format('{:,}', try_cast(" ~ fact ~ " as bigint)), ',', '.')" -%}
    {%- do written.update({name: text if name in names else 'coalesce(' ~ number ~ ', ' ~ text ~ ')'}) -%}
    {%- endfor -%}
    {{ filled_in(template, written) }}
{%- endmacro %}

{#- What a group of cells is called in the template. The door says the same (orchestration/findings/dutch.py, GROUPS). -#}
{% macro group_name(measure_group) -%}
    case {{ measure_group }}
        when 'core' then 'Cliënten en beëindigingen'
        when 'work' then 'Betaald werk'
        when 'education' then 'Opleiding'
        when 'unpaid_work' then 'Andere bezigheden'
        when 'time_to_first_job' then 'Duur tot de eerste baan'
        when 'job_duration' then 'Duur van het dienstverband'
        else {{ measure_group }}
    end
{%- endmacro %}
