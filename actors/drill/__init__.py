"""Drills: the shipped actors in a simulated world, under faults, checked against the invariants they promise."""
