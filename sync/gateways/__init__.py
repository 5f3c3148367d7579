"""One module per counterpart machine; gateways do not know each other."""
