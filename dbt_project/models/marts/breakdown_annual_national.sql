{{ breakdown_mart('year', national=true) }}
