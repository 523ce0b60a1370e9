"""The command line: reads the arguments and starts the command that they name."""
