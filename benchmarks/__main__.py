"""Runs every benchmark: ``python -m benchmarks``."""

from benchmarks import migrate

if __name__ == "__main__":
    migrate.main()
