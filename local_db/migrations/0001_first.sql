-- Schema 1: the first.

CREATE TABLE calls (
    call_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    digits TEXT,
    rang_at INTEGER NOT NULL,
    answered_at INTEGER,
    returned_at INTEGER,
    customer_id TEXT,
    PRIMARY KEY (call_id)
);

CREATE INDEX calls_line ON calls (line, rang_at);

CREATE TABLE clerks (
    username TEXT NOT NULL,
    display_name TEXT NOT NULL,
    role VARCHAR(24) NOT NULL,
    password_hash TEXT NOT NULL,
    signed_in_at INTEGER NOT NULL,
    PRIMARY KEY (username)
);

CREATE TABLE counters (
    register INTEGER NOT NULL,
    business_date DATE NOT NULL,
    serial INTEGER NOT NULL,
    PRIMARY KEY (register, business_date)
);

CREATE TABLE documents (
    order_uid TEXT NOT NULL,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    printed_at INTEGER,
    PRIMARY KEY (order_uid, kind)
);

CREATE TABLE drafts (
    uid TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    body BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (uid)
);

CREATE TABLE lanes (
    lane TEXT NOT NULL,
    last_seq INTEGER NOT NULL,
    PRIMARY KEY (lane)
);

CREATE TABLE orders (
    order_uid TEXT NOT NULL,
    order_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    business_date DATE NOT NULL,
    customer_id TEXT NOT NULL,
    status VARCHAR(24) NOT NULL,
    payment_method VARCHAR(24) NOT NULL,
    credit_outcome VARCHAR(24) NOT NULL,
    body BLOB NOT NULL,
    payable INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    printed_at INTEGER,
    PRIMARY KEY (order_uid),
    UNIQUE (order_id)
);

CREATE INDEX orders_business_date ON orders (business_date);

CREATE INDEX orders_customer ON orders (customer_id, taken_at);

CREATE TABLE outbox (
    msg_id TEXT NOT NULL,
    lane TEXT NOT NULL,
    lane_seq INTEGER NOT NULL,
    kind VARCHAR(24) NOT NULL,
    order_uid TEXT NOT NULL,
    message BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    state VARCHAR(24) NOT NULL,
    attempts INTEGER NOT NULL,
    first_error TEXT NOT NULL,
    last_error TEXT NOT NULL,
    next_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    server_pos INTEGER,
    answer BLOB,
    acknowledged_at INTEGER,
    PRIMARY KEY (msg_id),
    CONSTRAINT outbox_lane UNIQUE (lane, lane_seq)
);

CREATE INDEX outbox_order ON outbox (order_uid);

CREATE INDEX outbox_state ON outbox (state, last_error);

CREATE TABLE preferences (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE reference_file (
    k INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (k)
);

CREATE TABLE register (
    k INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    register INTEGER,
    install_epoch INTEGER,
    shop_name TEXT NOT NULL,
    shop_tax_id TEXT NOT NULL,
    shop_address TEXT NOT NULL,
    shop_phone TEXT NOT NULL,
    PRIMARY KEY (k)
);
