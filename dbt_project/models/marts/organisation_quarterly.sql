{{ period_mart('organisation', 'quarter') }}
