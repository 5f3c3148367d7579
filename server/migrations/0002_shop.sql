-- Amounts are whole 元, unit prices integers of 0.01 元 (…_cents), as app.domain.money keeps them.

CREATE TABLE server_keys (
    name text PRIMARY KEY,
    value bytea NOT NULL
);
CREATE TABLE shop (
    k smallint PRIMARY KEY CHECK (k = 1),
    name text NOT NULL,
    tax_id text NOT NULL,
    address text NOT NULL,
    phone text NOT NULL
);
INSERT INTO shop VALUES (1, '', '', '', '');
CREATE TABLE users (
    username text PRIMARY KEY,
    display_name text NOT NULL,
    role text NOT NULL CHECK (role IN ('clerk', 'dispatcher', 'supervisor', 'admin')),
    password_hash text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- One row per sign-in; its refresh tokens form a chain, kept as hashes only.
CREATE TABLE sessions (
    session_id uuid PRIMARY KEY,
    username text NOT NULL REFERENCES users ON DELETE CASCADE,
    started_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE TABLE refresh_tokens (
    token_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    parent_hash bytea,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    replaced_at timestamptz
);
CREATE INDEX refresh_tokens_parent ON refresh_tokens (parent_hash);
CREATE TABLE registers (
    register smallint PRIMARY KEY CHECK (register BETWEEN 1 AND 99),
    device_id uuid NOT NULL UNIQUE,
    name text NOT NULL,
    install_epoch integer NOT NULL DEFAULT 1,
    enrolled_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE lanes (
    device_id uuid NOT NULL,
    install_epoch integer NOT NULL,
    lane text NOT NULL,
    last_seq bigint NOT NULL,
    PRIMARY KEY (device_id, install_epoch, lane)
);
CREATE TABLE idempotency (
    msg_id uuid PRIMARY KEY,
    device_id uuid NOT NULL,
    sha256 bytea NOT NULL,
    answer bytea,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE customers (
    customer_id text PRIMARY KEY,
    name text NOT NULL,
    nickname text NOT NULL DEFAULT '',
    customer_type text NOT NULL,
    status text NOT NULL,
    payment_terms text NOT NULL,
    tax_id text,
    email text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    version bigint NOT NULL DEFAULT 1
);
CREATE TABLE customer_phones (
    customer_id text NOT NULL REFERENCES customers ON DELETE CASCADE,
    position smallint NOT NULL,
    digits text NOT NULL,
    label text NOT NULL DEFAULT '',
    extension text NOT NULL DEFAULT '',
    PRIMARY KEY (customer_id, position)
);
CREATE INDEX customer_phones_digits ON customer_phones (digits);
CREATE TABLE customer_addresses (
    customer_id text NOT NULL REFERENCES customers ON DELETE CASCADE,
    address_id integer NOT NULL,
    address_type text NOT NULL,
    full_address text NOT NULL,
    postal_code text NOT NULL DEFAULT '',
    zone text NOT NULL,
    is_default boolean NOT NULL,
    note text NOT NULL DEFAULT '',
    PRIMARY KEY (customer_id, address_id)
);
CREATE TABLE customer_special_prices (
    customer_id text NOT NULL REFERENCES customers ON DELETE CASCADE,
    position smallint NOT NULL,
    product_id text NOT NULL,
    price_cents bigint NOT NULL,
    valid_from date,
    valid_until date,
    PRIMARY KEY (customer_id, position)
);
CREATE TABLE customer_statistics (
    customer_id text PRIMARY KEY REFERENCES customers ON DELETE CASCADE,
    last_order_date date NOT NULL,
    total_orders_count integer NOT NULL,
    total_order_value bigint NOT NULL,
    average_order_value_cents bigint NOT NULL,
    favorite_products text[] NOT NULL DEFAULT '{}',
    version bigint NOT NULL DEFAULT 1
);
-- `reserved` is what open orders hold, `used` what completed ones owe; both count as used credit.
CREATE TABLE credit_accounts (
    customer_id text PRIMARY KEY REFERENCES customers ON DELETE CASCADE,
    credit_limit bigint NOT NULL DEFAULT 0,
    reserved bigint NOT NULL DEFAULT 0,
    used bigint NOT NULL DEFAULT 0,
    on_hold boolean NOT NULL DEFAULT false,
    hold_reason text NOT NULL DEFAULT '',
    overdue_amount bigint NOT NULL DEFAULT 0,
    days_overdue integer NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1
);
-- Append-only: the account's figures are the sum of these. OPENING is a balance brought forward.
CREATE TABLE credit_entries (
    entry_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    customer_id text NOT NULL,
    order_id text NOT NULL,
    operation text NOT NULL CHECK (operation IN ('OPENING', 'RESERVE', 'RELEASE', 'USE')),
    revision integer NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    at timestamptz NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (order_id, operation, revision)
);
CREATE INDEX credit_entries_customer ON credit_entries (customer_id);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON credit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE products (
    product_id text PRIMARY KEY,
    name text NOT NULL,
    size text NOT NULL,
    weight_kg integer NOT NULL DEFAULT 0,
    track_inventory boolean NOT NULL,
    available integer NOT NULL,
    reserved integer NOT NULL,
    low_stock_at integer NOT NULL DEFAULT 20,
    requires_empty_return boolean NOT NULL,
    deposit_amount bigint NOT NULL,
    active boolean NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE TABLE product_prices (
    product_id text NOT NULL REFERENCES products ON DELETE CASCADE,
    effective_from date NOT NULL,
    price_cents bigint NOT NULL,
    PRIMARY KEY (product_id, effective_from)
);
CREATE TABLE pricing_rules (
    id text PRIMARY KEY CHECK (id = 'rules'),
    body text NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE TABLE parameters (
    id text PRIMARY KEY CHECK (id = 'parameters'),
    body text NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
-- An order as it was printed; unknown customers are allowed, such orders are HELD.
CREATE TABLE orders (
    order_uid uuid PRIMARY KEY,
    order_id text NOT NULL,
    number_is_taken boolean NOT NULL DEFAULT false,
    revision integer NOT NULL,
    status text NOT NULL,
    hold_reason text NOT NULL DEFAULT '',
    customer_id text NOT NULL,
    device_id uuid NOT NULL,
    order_date date NOT NULL,
    delivery_date date NOT NULL,
    payment_method text NOT NULL,
    payable bigint NOT NULL,
    server_payable bigint,
    body text NOT NULL,
    taken_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    cancellation text,
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX orders_number ON orders (order_id) WHERE NOT number_is_taken;
CREATE INDEX orders_customer ON orders (customer_id, taken_at DESC);
CREATE INDEX orders_date ON orders (order_date);
CREATE TABLE order_lines (
    order_uid uuid NOT NULL REFERENCES orders ON DELETE CASCADE,
    position smallint NOT NULL,
    product_id text NOT NULL,
    description text NOT NULL,
    quantity integer NOT NULL,
    unit_price_cents bigint NOT NULL,
    amount bigint NOT NULL,
    empties integer NOT NULL,
    deposits integer NOT NULL,
    deposit_amount bigint NOT NULL,
    residual_kg numeric NOT NULL,
    residual_credit bigint NOT NULL,
    weight_kg integer NOT NULL,
    reserved boolean NOT NULL DEFAULT false,
    PRIMARY KEY (order_uid, position)
);
CALL feed_watch('customers', 'customer', 'customer_id', '''''');
CALL feed_watch('customer_statistics', 'statistics', 'customer_id', '''''');
CALL feed_watch('credit_accounts', 'credit', 'customer_id',
                'CASE WHEN before.on_hold <> after.on_hold THEN ''hold'' ELSE '''' END');
CALL feed_watch('products', 'product', 'product_id',
                'CASE WHEN before.available <> after.available OR before.reserved <> after.reserved'
                || ' THEN ''stock'' ELSE '''' END');
CALL feed_watch('pricing_rules', 'pricing', 'id', '''''');
CALL feed_watch('parameters', 'parameters', 'id', '''''');
CALL feed_watch('orders', 'order', 'order_uid', 'before.status');
CALL feed_watch_parts('customer_phones', 'customers', 'customer_id', 'customer', '');
CALL feed_watch_parts('customer_addresses', 'customers', 'customer_id', 'customer', '');
CALL feed_watch_parts('customer_special_prices', 'customers', 'customer_id', 'customer', '');
CALL feed_watch_parts('product_prices', 'products', 'product_id', 'product', 'price');
