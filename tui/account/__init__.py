"""What the dashboard and the command line share of an account: its session, its state, its payments and its ledger."""
