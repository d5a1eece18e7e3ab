"""Product Factory's billing wire: a gateway with a session cookie, credits, orders, checkouts, webhooks, admin."""
