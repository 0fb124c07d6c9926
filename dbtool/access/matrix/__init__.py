"""The expectations, executed as everybody."""
