"""The invariants, and the evidence that they judge."""
