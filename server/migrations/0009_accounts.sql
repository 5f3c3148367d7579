-- Account Management: what is due, what was paid, which accounts are stopped. Whole 元.
-- See docs/rules/payments.md and docs/rules/overdue-and-holds.md.

-- One row per customer: the lock under which holds and credit balances are decided.
CREATE TABLE customer_accounts (
    customer_id text PRIMARY KEY,
    is_held boolean NOT NULL DEFAULT false,
    overdue_amount bigint NOT NULL DEFAULT 0,
    days_overdue integer NOT NULL DEFAULT 0,
    affected_orders text[] NOT NULL DEFAULT '{}',
    changed_at timestamptz NOT NULL DEFAULT now()
);
-- The sums of an order's receivables and payments; `customer_id` is empty until the first
-- receivable, `standing` null while nothing is due. `told` is what Order
-- Sales knows (nobody has to say that nothing is paid), `released` the credit given back so far.
CREATE TABLE order_accounts (
    order_id text PRIMARY KEY,
    customer_id text NOT NULL DEFAULT '',
    due bigint NOT NULL DEFAULT 0 CHECK (due >= 0),
    received bigint NOT NULL DEFAULT 0 CHECK (received >= 0),
    paid bigint GENERATED ALWAYS AS (least(due, received)) STORED,
    open bigint GENERATED ALWAYS AS (greatest(due - received, 0)) STORED,
    excess bigint GENERATED ALWAYS AS (greatest(received - due, 0)) STORED,
    due_date date,
    on_account boolean NOT NULL DEFAULT false,
    revision integer NOT NULL DEFAULT 1,
    cancelled_through integer NOT NULL DEFAULT 0,
    standing text CHECK (standing IN ('UNPAID', 'PARTIAL', 'PAID', 'OVERDUE')),
    told text NOT NULL DEFAULT 'UNPAID 0',
    paid_date date,
    payment_method text,
    receipt_number text NOT NULL DEFAULT '',
    released bigint NOT NULL DEFAULT 0 CHECK (released >= 0),
    releases integer NOT NULL DEFAULT 0,
    CHECK ((standing IS NULL) = (due = 0))
);
CREATE INDEX order_accounts_customer ON order_accounts (customer_id);
CREATE INDEX order_accounts_open ON order_accounts (due_date) WHERE due > received;
CREATE TABLE receivables (
    receivable_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    order_id text NOT NULL REFERENCES order_accounts,
    kind text NOT NULL CHECK (kind IN ('INVOICE', 'REST')),
    revision integer NOT NULL,
    customer_id text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    due_date date NOT NULL,
    invoice_id text,
    payment_terms text NOT NULL,
    state text NOT NULL DEFAULT 'LIVING' CHECK (state IN ('LIVING', 'REPLACED', 'CANCELLED')),
    created_at timestamptz NOT NULL DEFAULT now(),
    cancelled_at timestamptz,
    UNIQUE (order_id, kind, revision),
    CHECK ((kind = 'INVOICE') = (invoice_id IS NOT NULL))
);
CREATE UNIQUE INDEX receivables_living ON receivables (order_id, kind) WHERE state = 'LIVING';
CREATE TABLE receipt_counters (
    day date PRIMARY KEY,
    last integer NOT NULL
);
-- Append-only. Money that is moved from an order's excess, or paid back, is a negative row.
CREATE TABLE payments (
    payment_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    reference_number text NOT NULL UNIQUE,
    order_id text NOT NULL REFERENCES order_accounts,
    source text NOT NULL CHECK (source IN ('COLLECTED', 'BALANCE', 'MOVED', 'REPAID')),
    payment_method text NOT NULL,
    amount bigint NOT NULL CHECK ((amount < 0) = (source IN ('MOVED', 'REPAID')) AND amount <> 0),
    collected_by text NOT NULL,
    collected_at timestamptz NOT NULL,
    receipt_number text UNIQUE,
    written_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payments_order ON payments (order_id);
CREATE INDEX payments_day ON payments (collected_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payments
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE reconciliations (
    day date PRIMARY KEY,
    body text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
