"""Lets ``python -m dbtool`` do what the ``dbtool`` command does."""

from dbtool.cli.main import main

if __name__ == "__main__":
    main()
