with

findings as (select * from {{ source('submissions', 'findings') }}),

files as (select * from {{ ref('stg_submissions__files') }})

select
    findings.receipt,
    findings.rule,
    findings.level,
    findings.location,
    findings.found,
    findings.expected,
    findings.message,
    nullif(findings.region_code, '') as region_code,
    nullif(findings.trajectory, '') as trajectory,
    nullif(findings.measure, '') as measure,
    nullif(findings.breakdown, '') as breakdown,
    nullif(findings.category, '') as category,
    findings.figures
from findings
inner join files using (receipt)
