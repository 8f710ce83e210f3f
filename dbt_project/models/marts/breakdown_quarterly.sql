{{ breakdown_mart('quarter') }}
