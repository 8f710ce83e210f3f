"""The monitor: deliveries in, published figures out. Each folder is a room: docs/house.md."""

import gc

# Dagster, dbt and Great Expectations make hundreds of thousands of objects that last. At Python's own setting its
# collector looks through them all so often that it takes a tenth of a run.
gc.set_threshold(10_000, 50, 10)
