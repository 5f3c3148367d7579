-- The ledgers of two neighbours' books: stock with its reservations (docs/rules/stock.md), and
-- credit with what each entry did to the account (docs/rules/credit-ledger.md).

-- Reservations never fail for want of stock, so the figures have no bound of their own.
ALTER TABLE products
    ALTER COLUMN available TYPE bigint, ALTER COLUMN available SET DEFAULT 0,
    ALTER COLUMN reserved TYPE bigint, ALTER COLUMN reserved SET DEFAULT 0;
-- Append-only: a product's figures are the sum of these. `document` is the number of an order, or
-- the warehouse's reference number; unknown products are written down too, with no change.
CREATE TABLE stock_entries (
    entry_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    document text NOT NULL,
    operation text NOT NULL
        CHECK (operation IN ('OPENING', 'RESERVE', 'RELEASE', 'CONSUME', 'RECEIPT', 'COUNT')),
    revision integer NOT NULL,
    product_id text NOT NULL,
    quantity bigint NOT NULL,
    available_change bigint NOT NULL,
    reserved_change bigint NOT NULL,
    note text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (document, operation, revision, product_id)
);
CREATE INDEX stock_entries_product ON stock_entries (product_id, entry_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON stock_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- What open orders hold already becomes their RESERVE, so that it is given back or consumed once,
-- by the ledger; it is counted in the products' figures and therefore taken out of the opening.
INSERT INTO stock_entries
    (document, operation, revision, product_id, quantity, available_change, reserved_change, at)
SELECT o.order_id, 'RESERVE', o.revision, l.product_id, sum(l.quantity), -sum(l.quantity),
       sum(l.quantity), o.taken_at
FROM order_lines l JOIN orders o USING (order_uid) JOIN products p USING (product_id)
WHERE l.reserved AND p.track_inventory AND NOT o.number_is_taken
GROUP BY o.order_uid, l.product_id;
INSERT INTO stock_entries
    (document, operation, revision, product_id, quantity, available_change, reserved_change, at)
SELECT 'OPENING', 'OPENING', 0, p.product_id, p.available + coalesce(held, 0),
       p.available + coalesce(held, 0), p.reserved - coalesce(held, 0), now()
FROM products p LEFT JOIN (
    SELECT product_id, sum(quantity) AS held FROM stock_entries GROUP BY 1) o USING (product_id);
-- A process of the version before would give these back a second time.
UPDATE order_lines SET reserved = false WHERE reserved;

-- A RELEASE lowers what is reserved, and after completion what is used: each entry says which.
-- `reference` is the document behind an entry (a receipt), where an order has several of a kind.
ALTER TABLE credit_entries
    ADD COLUMN reference text NOT NULL DEFAULT '',
    ADD COLUMN override_by text NOT NULL DEFAULT '',
    ADD COLUMN reserved_change bigint,
    ADD COLUMN used_change bigint;
ALTER TABLE credit_entries DISABLE TRIGGER append_only;
UPDATE credit_entries SET
    reserved_change = CASE operation WHEN 'RESERVE' THEN amount WHEN 'OPENING' THEN 0
                                     ELSE -amount END,
    used_change = CASE WHEN operation IN ('OPENING', 'USE') THEN amount ELSE 0 END;
ALTER TABLE credit_entries ENABLE TRIGGER append_only;
ALTER TABLE credit_entries
    ALTER COLUMN reserved_change SET NOT NULL,
    ALTER COLUMN used_change SET NOT NULL,
    DROP CONSTRAINT credit_entries_order_id_operation_revision_key,
    ADD UNIQUE (order_id, operation, revision, reference);
DROP INDEX credit_entries_customer;
CREATE INDEX credit_entries_customer ON credit_entries (customer_id, entry_id);
-- The orders that a hold was said to affect, for the event that tells of it.
ALTER TABLE credit_accounts ADD COLUMN affected_orders text[] NOT NULL DEFAULT '{}';

-- Where another server keeps customers or the catalogue, Order Sales' tables are a copy; one row
-- for each such neighbour says how far it goes. See docs/decisions/112-the-mirror.md.
CREATE TABLE mirrors (
    neighbour text PRIMARY KEY CHECK (neighbour IN ('customer_management', 'data_maintenance')),
    url text NOT NULL,
    protocol text NOT NULL DEFAULT '' CHECK (protocol IN ('', 'feed', 'paths')),
    epoch bigint NOT NULL DEFAULT 0,
    pos bigint NOT NULL DEFAULT 0,
    complete_at timestamptz,  -- at this moment the copy was whole
    wanted_at timestamptz NOT NULL DEFAULT now(),  -- somebody asked for all of it
    pulled_at timestamptz,
    holder uuid,  -- the process that keeps the copy, and until when it may
    lease_until timestamptz NOT NULL DEFAULT '-infinity'
);
-- `credit_version` is the other server's, so that a late answer never replaces a newer one.
CREATE TABLE mirrored_customers (
    customer_id text PRIMARY KEY,
    fetched_at timestamptz,
    credit_version bigint NOT NULL DEFAULT 0
);
-- When a customer's account stood as our tables say: now in our own books, earlier in a copy.
CREATE FUNCTION credit_as_of(of_customer text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT coalesce(greatest(m.complete_at,
                                  (SELECT fetched_at FROM mirrored_customers
                                   WHERE customer_id = of_customer)),
                         '2000-01-01T00:00:00Z')
         FROM mirrors m WHERE neighbour = 'customer_management'),
        clock_timestamp())
$$;
