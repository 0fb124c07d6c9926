"""One module a command. Each returns a dataclass; showing it is for render."""
