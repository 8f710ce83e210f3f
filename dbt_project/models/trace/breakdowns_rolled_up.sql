select * replace ({{ named_measure('measure') }} as measure) from {{ ref('int_breakdowns_rolled_up') }}
