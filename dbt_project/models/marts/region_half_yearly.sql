{{ period_mart('region', 'half_year') }}
