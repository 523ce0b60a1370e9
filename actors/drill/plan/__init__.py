"""What is tried: scenarios, faults, and the request that a level answers. Data."""
