{{ period_mart('trajectory', 'half_year') }}
