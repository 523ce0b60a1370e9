"""Fault plans: the file format and what its keys may say."""
