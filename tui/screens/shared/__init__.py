"""What all screens build on: the base view and dialog, forms, confirmations, help and links."""
