"""Everything that moves money: checkout sessions, their journal and their poller."""
