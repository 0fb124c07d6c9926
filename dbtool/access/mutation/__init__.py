"""Mutants of access: mistakes put in on purpose, which the matrix must notice."""
