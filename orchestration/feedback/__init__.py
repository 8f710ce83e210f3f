"""What is told to whoever sent a delivery: a page, and a copy of what was sent with the places coloured.

It stands with the findings, not with the reports: it says what was found of one file, and shows no
figure of the monitor.
"""
