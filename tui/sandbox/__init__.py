"""A local server that speaks the providers' wire, with a hosted checkout page."""
