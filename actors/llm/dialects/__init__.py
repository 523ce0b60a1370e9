"""The wire formats of model servers, without I/O: one module or package each."""
