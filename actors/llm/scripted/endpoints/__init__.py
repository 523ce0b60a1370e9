"""How a scripted server speaks each dialect: one module an endpoint, named by the end of the request's path."""
