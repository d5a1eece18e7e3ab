"""The tables of Product Factory's part: credits and cents as integers, Unix seconds."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS pf_users (
    id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, banned INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS pf_sessions (
    id TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS pf_transactions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, type TEXT NOT NULL,
    amount INTEGER NOT NULL, description TEXT NOT NULL, created_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS pf_transactions_of ON pf_transactions (user_id, created_at, number);
CREATE TABLE IF NOT EXISTS pf_plans (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT NOT NULL,
    price_monthly INTEGER NOT NULL, price_yearly INTEGER NOT NULL, credits_included INTEGER NOT NULL,
    features TEXT NOT NULL, stripe_price_id_monthly TEXT, stripe_price_id_yearly TEXT, creem_product_id TEXT,
    is_active INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS pf_orders (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, type TEXT NOT NULL,
    amount INTEGER NOT NULL, status TEXT NOT NULL, plan_id TEXT NOT NULL, channel TEXT NOT NULL, session_id TEXT,
    success_url TEXT, created_at INTEGER NOT NULL, completed_at INTEGER
);
CREATE TABLE IF NOT EXISTS pf_subscriptions (
    user_id TEXT PRIMARY KEY, plan_id TEXT NOT NULL, channel TEXT NOT NULL, period_end INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS pf_coupons (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, code TEXT NOT NULL UNIQUE, discount_type TEXT NOT NULL,
    discount_value INTEGER NOT NULL, max_uses INTEGER, used_count INTEGER NOT NULL, expires_at INTEGER,
    created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS pf_checkins (user_id TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (user_id, day));
CREATE TABLE IF NOT EXISTS pf_portals (
    token TEXT PRIMARY KEY, user_id TEXT NOT NULL, return_url TEXT NOT NULL, expires_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS pf_events (
    id TEXT PRIMARY KEY, channel TEXT NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL, status INTEGER
);
"""

TABLES = (
    "pf_users",
    "pf_sessions",
    "pf_transactions",
    "pf_plans",
    "pf_orders",
    "pf_subscriptions",
    "pf_coupons",
    "pf_checkins",
    "pf_portals",
    "pf_events",
)
