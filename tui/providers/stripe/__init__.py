"""Stripe, as far as a publishable key may go: making a payment method of card data, and confirming a setup intent."""
