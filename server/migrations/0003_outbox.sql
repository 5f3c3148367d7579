-- Calls that this server owes to its neighbours, written in the transaction of the fact that they
-- report. See docs/decisions/090-neighbours-over-http.md.

CREATE TABLE outbox (
    n bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    key uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    lane text NOT NULL,
    neighbour text NOT NULL,
    operation text NOT NULL,
    order_id text NOT NULL DEFAULT '',
    method text NOT NULL,
    path text NOT NULL,
    body text NOT NULL DEFAULT '',
    correlation text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'owed'
        CHECK (state IN ('owed', 'delivered', 'refused', 'withdrawn')),
    attempts integer NOT NULL DEFAULT 0,
    first_error text NOT NULL DEFAULT '',
    last_error text NOT NULL DEFAULT '',
    answer text NOT NULL DEFAULT '',
    owed_at timestamptz NOT NULL DEFAULT now(),
    next_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz
);
CREATE INDEX outbox_owed ON outbox (lane, n) WHERE state = 'owed';
CREATE INDEX outbox_order ON outbox (order_id, operation) WHERE order_id <> '';
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE state <> 'owed';
