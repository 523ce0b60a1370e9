"""The embedded model: a fixed grammar that turns phrases into tool calls."""
