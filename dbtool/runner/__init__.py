"""The run: what is due, decided once, and how it is carried out."""
