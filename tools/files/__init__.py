"""Files: opened, read, written, searched without surprises."""
