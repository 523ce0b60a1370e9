"""The simulated world: the shipped actors in virtual time, with simulated ports and person."""
