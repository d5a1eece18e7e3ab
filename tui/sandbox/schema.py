"""The tables of the sandbox's state: integer cents, Unix seconds."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY, scopes TEXT NOT NULL, device_name TEXT NOT NULL, expires_at INTEGER
);
CREATE TABLE IF NOT EXISTS wallet (
    id INTEGER PRIMARY KEY CHECK (id = 1), credited INTEGER NOT NULL, used INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS transactions (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, transaction_id TEXT, type TEXT NOT NULL,
    amount INTEGER NOT NULL, status TEXT NOT NULL, usecase TEXT NOT NULL, created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS payment_intents (
    id TEXT PRIMARY KEY, status TEXT NOT NULL, amount INTEGER NOT NULL, decline_code TEXT,
    client_secret TEXT NOT NULL, payment_method_id TEXT, created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS charges (
    id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, unit TEXT NOT NULL, path TEXT NOT NULL,
    idempotency_key TEXT, time INTEGER NOT NULL, payment_intent_id TEXT NOT NULL, payment_method_id TEXT
);
CREATE TABLE IF NOT EXISTS cards (
    id TEXT PRIMARY KEY, brand TEXT NOT NULL, last4 TEXT NOT NULL, exp_month INTEGER NOT NULL,
    exp_year INTEGER NOT NULL, behaviour TEXT NOT NULL, attached INTEGER NOT NULL, is_default INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS setup_intents (
    id TEXT PRIMARY KEY, client_secret TEXT NOT NULL, status TEXT NOT NULL, payment_method_id TEXT,
    created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS checkouts (
    id TEXT PRIMARY KEY, purpose TEXT NOT NULL, amount INTEGER NOT NULL, plan_id INTEGER, status TEXT NOT NULL,
    payment_status TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, fragment TEXT NOT NULL,
    payment_intent_id TEXT, challenge_card TEXT, fulfilled INTEGER
);
CREATE TABLE IF NOT EXISTS subscriptions (
    category TEXT NOT NULL, id INTEGER NOT NULL, plan_id INTEGER NOT NULL, status TEXT NOT NULL,
    stripe_id TEXT NOT NULL, period_start INTEGER NOT NULL, period_end INTEGER NOT NULL, payment_method_id TEXT,
    created_at INTEGER NOT NULL, PRIMARY KEY (category, id)
);
CREATE TABLE IF NOT EXISTS invoices (
    id TEXT PRIMARY KEY, number TEXT NOT NULL, status TEXT NOT NULL, amount INTEGER NOT NULL,
    created_at INTEGER NOT NULL, period_start INTEGER NOT NULL, period_end INTEGER NOT NULL,
    subscription TEXT, lines TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS redemptions (code TEXT PRIMARY KEY, redeemed_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS coupons (
    code TEXT PRIMARY KEY, description TEXT NOT NULL, cents INTEGER NOT NULL, percent INTEGER NOT NULL,
    reusable INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER, body TEXT, created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS olostep_lots (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, allocated INTEGER NOT NULL, remaining INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, issued_at INTEGER NOT NULL
);
"""

INDEXES = """
CREATE INDEX IF NOT EXISTS transactions_by_type ON transactions (type, id);
"""

TABLES = (
    "meta",
    "tokens",
    "wallet",
    "transactions",
    "payment_intents",
    "charges",
    "cards",
    "setup_intents",
    "checkouts",
    "subscriptions",
    "invoices",
    "redemptions",
    "coupons",
    "idempotency",
    "olostep_lots",
)
