"""`python -m bench`: every benchmark, one table, and `bench/results.json`."""

from bench import (
    durable_save,
    event_latency,
    first_copy,
    order_intake,
    order_upload,
    report_year,
    route_plan,
    search_keys,
    start_window,
)
from bench.commands import command
from bench.figures import save

MEASURES = (
    durable_save.measure,
    order_upload.measure,
    order_intake.measure,
    event_latency.measure,
    start_window.measure,
    search_keys.measure,
    first_copy.measure,
    route_plan.measure,
    report_year.measure,
)

if __name__ == "__main__":
    save(command(__doc__, *MEASURES))
