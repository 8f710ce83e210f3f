{{ period_mart('region', 'quarter') }}
