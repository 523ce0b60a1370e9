"""Model servers over HTTP: the only place that knows requests and urllib3."""
