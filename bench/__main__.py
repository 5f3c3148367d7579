"""`python -m bench`: every benchmark, one table, and `bench/results.json`."""

from bench import durable_save, first_copy, order_upload, search_keys, start_window
from bench.figures import Figure, save, size_asked, table

MEASURES = (
    durable_save.measure,
    search_keys.measure,
    order_upload.measure,
    first_copy.measure,
    start_window.measure,
)


def main() -> None:
    """Run one after the other, so that none disturbs another."""
    size = size_asked(__doc__ or "")
    figures: list[Figure] = []
    for measure in MEASURES:
        print(f"{measure.__module__} ...", flush=True)
        figures += measure(size)
    save(figures)
    print(f"\n{table(figures)}")


if __name__ == "__main__":
    main()
