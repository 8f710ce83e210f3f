select
    inflow.organisation_id,
    inflow.region_code,
    inflow.trajectory,
    inflow.quarter,
    contributions.clients_active,
    inflow.clients_active_preceding,
    contributions.clients_ended,
    inflow.clients_started
from {{ ref('int_inflow_derived') }} as inflow
inner join {{ ref('int_contributions_quarterly') }} as contributions using (organisation_id, region_code, trajectory, quarter)
