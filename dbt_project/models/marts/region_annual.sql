{{ period_mart('region', 'year') }}
