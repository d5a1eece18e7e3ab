"""Cards, the billing profile and the automatic recharge."""
