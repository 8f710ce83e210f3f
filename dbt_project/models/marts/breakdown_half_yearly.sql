{{ breakdown_mart('half_year') }}
