"""Everything that talks to Postgres, through psycopg only."""
