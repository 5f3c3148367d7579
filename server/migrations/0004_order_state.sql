-- What the neighbours report about an order, kept by Order Sales itself: one row per order and
-- subject, the state of now. Registers hold a copy of each.

CREATE TABLE order_deliveries (
    order_uid uuid PRIMARY KEY REFERENCES orders ON DELETE CASCADE,
    order_id text NOT NULL,
    status text NOT NULL
        CHECK (status IN ('ASSIGNED', 'EN_ROUTE', 'ARRIVED', 'COMPLETED', 'FAILED')),
    dispatch_id text NOT NULL DEFAULT '',
    driver_id text NOT NULL DEFAULT '',
    vehicle_id text NOT NULL DEFAULT '',
    route_sequence integer,
    estimated_arrival timestamptz,
    latitude numeric,
    longitude numeric,
    notes text NOT NULL DEFAULT '',
    reported_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE TABLE order_payments (
    order_uid uuid PRIMARY KEY REFERENCES orders ON DELETE CASCADE,
    order_id text NOT NULL,
    customer_id text NOT NULL,
    payment_status text NOT NULL
        CHECK (payment_status IN ('UNPAID', 'PARTIAL', 'PAID', 'OVERDUE')),
    paid_amount bigint NOT NULL DEFAULT 0 CHECK (paid_amount >= 0),
    paid_date date,
    payment_method text,
    receipt_number text NOT NULL DEFAULT '',
    reported_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1
);
CREATE TABLE order_invoices (
    order_uid uuid PRIMARY KEY REFERENCES orders ON DELETE CASCADE,
    order_id text NOT NULL,
    invoice_id text NOT NULL,
    invoice_number text NOT NULL,
    invoice_date date NOT NULL,
    pdf_url text NOT NULL DEFAULT '',
    qr_code text NOT NULL DEFAULT '',
    submission_status text NOT NULL
        CHECK (submission_status IN ('PENDING', 'SUBMITTED', 'ACCEPTED', 'REJECTED')),
    reported_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1
);
CALL feed_watch('order_deliveries', 'delivery', 'order_uid', 'before.status');
CALL feed_watch('order_payments', 'payment', 'order_uid', '''''');
CALL feed_watch('order_invoices', 'invoice', 'order_uid', '''''');

-- Stock that falls to its mark is said once, by the change that crosses the mark. A crossing must
-- not hide behind an earlier change of the same transaction, hence it is preferred as the cause.
CREATE OR REPLACE FUNCTION feed_note(of_entity text, of_op char(1), ids text[], versions bigint[],
                                     causes text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO feed_inbox (entity, row_id, op, row_version, cause, first)
    SELECT of_entity, row_id, of_op, max(version), max(cause),
           row_number() OVER () = 1
           AND NOT EXISTS (SELECT FROM feed_inbox WHERE xid = pg_current_xact_id())
    FROM unnest(ids, versions, causes) AS changed (row_id, version, cause)
    GROUP BY row_id
    ON CONFLICT (xid, entity, row_id) DO UPDATE
    SET op = excluded.op, row_version = excluded.row_version,
        cause = CASE WHEN feed_inbox.cause = '' OR excluded.cause = 'stock.low'
                     THEN excluded.cause ELSE feed_inbox.cause END
$$;
DROP TRIGGER feed_update ON products;
CREATE TRIGGER feed_update AFTER UPDATE ON products
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT
    EXECUTE FUNCTION feed_note_rows('product', 'product_id',
        'CASE WHEN after.track_inventory AND after.available <= after.low_stock_at
                   AND NOT (before.track_inventory AND before.available <= before.low_stock_at)
              THEN ''stock.low''
              WHEN before.available <> after.available OR before.reserved <> after.reserved
              THEN ''stock'' ELSE '''' END');
