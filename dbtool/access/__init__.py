"""Who may do what: expectations as data, and the database held to them by execution."""
