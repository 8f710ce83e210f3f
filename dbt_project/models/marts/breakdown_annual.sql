{{ breakdown_mart('year') }}
