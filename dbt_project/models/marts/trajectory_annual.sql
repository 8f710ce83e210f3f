{{ period_mart('trajectory', 'year') }}
