"""Talking to models: dialects without I/O, one file each, and the only module that uses HTTP."""
