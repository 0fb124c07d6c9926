"""What can be known of SQL text without a database. pglast's parser is Postgres' own."""
