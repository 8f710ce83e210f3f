{{ period_mart('national', 'half_year') }}
