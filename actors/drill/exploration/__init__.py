"""Many runs of one plan: choosing, shrinking, keeping and reporting them."""
