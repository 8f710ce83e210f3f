{#- What the register writes as key=value;key=value in its column `breakdown`: the value of one key, NULL where it is not there. -#}
{% macro register_part(keys) -%}
    nullif(regexp_extract(breakdown, '(?:^|;)(?:{{ keys | join('|') }})=([^;]*)', 1), '')
{%- endmacro %}

{#- A period of the register (2025Q1, 2023H2, 2024) as the marts write it. -#}
{% macro register_period(period) -%}
    regexp_replace({{ period }}, '([QH])', '-\1')
{%- endmacro %}

{#- The measures that a reading adds up or takes off ("paid_work - durable_paid_work"), as a list of terms with their sign. -#}
{% macro signed_terms(expression) -%}
    regexp_extract_all({{ expression }}, '-? ?[a-z_]+')
{%- endmacro %}

{#-
    A number as a report prints it: rounded half away from zero. What differs from a half by no more than the marts promise
    for an estimate (1e-9) is that half.
-#}
{% macro as_printed(number, decimals) -%}
    (round({{ number }} + sign({{ number }}) * 1e-9, {{ decimals }}) + 0.0)
{%- endmacro %}

{#- A number in words: with its decimals (at most two), thousands apart and its unit; Dutch or English. -#}
{% macro in_words(number, decimals, unit, language) -%}
{%- set numeral -%}
    case {{ decimals }}
            when 0 then format('{:,.0f}', {{ as_printed(number, 0) }})
            when 1 then format('{:,.1f}', {{ as_printed(number, 1) }})
            else format('{:,.2f}', {{ as_printed(number, 2) }})
        end
{%- endset -%}
    case
        when {{ number }} is null then '{{ 'geen waarde' if language == 'nl' else 'no value' }}'
        else {{ "translate(" ~ numeral ~ ", ',.', '.,')" if language == 'nl' else "replace(" ~ numeral ~ ", ',', ' ')" }} || case {{ unit }}
            when 'percent' then '{{ '%' if language == 'nl' else ' %' }}'
            when 'pp' then '{{ ' procentpunt' if language == 'nl' else ' percentage points' }}'
            else ''
        end
    end
{%- endmacro %}

{#- How many half-years lie between two of them, written 2023-H2. -#}
{% macro half_years_between(earlier, later) -%}
    (
        (cast({{ later }}[:4] as integer) - cast({{ earlier }}[:4] as integer)) * 2
        + cast({{ later }}[7:] as integer) - cast({{ earlier }}[7:] as integer)
    )
{%- endmacro %}

{#- A sentence with its {placeholders} filled in. -#}
{% macro filled_in(sentence, values) -%}
{%- set filled = namespace(sql=sentence) -%}
{%- for name, value in values.items() -%}
    {%- set filled.sql = "replace(" ~ filled.sql ~ ", '{" ~ name ~ "}', coalesce(" ~ value ~ ", ''))" -%}
{%- endfor -%}
    {{ filled.sql }}
{%- endmacro %}

{#- The documents as a Dutch reader calls them. -#}
{% macro document_nl(source) -%}
    case {{ source }}
            when 'annual_2024' then 'jaarrapport 2024'
            when 'quarterly_2025q1' then 'kwartaalrapport 2025-Q1'
            when 'quarterly_2022q4' then 'kwartaalrapport 2022-Q4'
            when 'infographic_2024' then 'infographic 2024'
            when 'interpretation_2026' then 'duidingssessies 2026'
            else {{ source }}
        end
{%- endmacro %}
