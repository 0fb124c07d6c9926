"""dbtool: applies, verifies and audits the Foundations database."""

__version__ = "0.1.0"
