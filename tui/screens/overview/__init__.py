"""The overview: balance, runway, spending, subscriptions, cards and what needs attention."""
