{{ breakdown_mart('half_year', national=true) }}
