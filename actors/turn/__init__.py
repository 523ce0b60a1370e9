"""The turn loop: a pure state machine, and the actor around it."""
