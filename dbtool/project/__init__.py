"""The checkout: its settings, and its SQL files as values."""
