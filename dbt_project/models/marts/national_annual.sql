{{ period_mart('national', 'year') }}
