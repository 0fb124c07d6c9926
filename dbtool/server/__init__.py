"""The embedded Postgres: for a laptop, for tests, and for scratch databases."""
