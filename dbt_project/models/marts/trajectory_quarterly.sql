{{ period_mart('trajectory', 'quarter') }}
