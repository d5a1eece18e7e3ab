"""Product Factory: credits, orders, plans, a daily check-in, and checkout by Stripe or Creem."""
