"""Providers and models as data: the built-in tables, addresses, and what is needed to ask one."""
