"""How results look: tables and progress for people, JSON for machines."""
