{{ breakdown_mart('quarter', national=true) }}
