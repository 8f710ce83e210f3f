{{ period_mart('national', 'quarter') }}
