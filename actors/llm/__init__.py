"""Talking to models: dialects without I/O, one file each, and the one door to HTTP."""
