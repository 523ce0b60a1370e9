"""A command line as its shell reads it: which commands it would run. Pure; never runs anything."""
