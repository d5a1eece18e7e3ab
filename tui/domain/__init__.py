"""The provider-neutral vocabulary of billing: frozen, pure, no input or output."""
