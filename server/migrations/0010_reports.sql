-- Reports' own books, and what Order Sales needs to sum its orders up quickly.

-- Every version of a day's summary; the newest `computed_at` is the one that counts.
CREATE TABLE report_daily (
    report_date date NOT NULL,
    version integer NOT NULL,
    computed_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    body text NOT NULL,
    PRIMARY KEY (report_date, version)
);
-- One row per fact of the metrics feed, for as long as it may be repeated.
CREATE TABLE report_metrics (
    metric_id text PRIMARY KEY,
    metric_type text NOT NULL,
    at timestamptz NOT NULL,
    zone text NOT NULL,
    customer_type text NOT NULL,
    product_category text NOT NULL,
    payment_method text NOT NULL,
    order_count integer NOT NULL,
    revenue bigint NOT NULL,
    cylinder_count integer NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX report_metrics_received ON report_metrics (received_at);
CREATE TABLE report_hourly (
    hour timestamptz NOT NULL,
    metric_type text NOT NULL,
    zone text NOT NULL,
    customer_type text NOT NULL,
    product_category text NOT NULL,
    payment_method text NOT NULL,
    order_count bigint NOT NULL,
    revenue bigint NOT NULL,
    cylinder_count bigint NOT NULL,
    last_received_at timestamptz NOT NULL,
    PRIMARY KEY (hour, metric_type, zone, customer_type, product_category, payment_method)
);
-- The figures of an order that are summed up, taken once from its printed form.
ALTER TABLE orders
    ADD COLUMN zone text NOT NULL GENERATED ALWAYS AS (body::jsonb ->> 'zone') STORED,
    ADD COLUMN revenue bigint NOT NULL GENERATED ALWAYS AS (
        ((body::jsonb ->> 'goods')::numeric + (body::jsonb ->> 'tax')::numeric)::bigint) STORED;
CREATE INDEX orders_sums ON orders (order_date)
    INCLUDE (status, zone, customer_id, revenue, order_uid);
DROP INDEX orders_date;
CREATE INDEX orders_deliveries ON orders (delivery_date, status);
-- What a customer had ordered before the shop began to work with this server.
CREATE TABLE order_openings (
    customer_id text PRIMARY KEY,
    orders_count integer NOT NULL CHECK (orders_count >= 0),
    order_value bigint NOT NULL,
    last_order_date date NOT NULL
);
-- How far something that follows the feed has come; `sweep` is where a pass over everything stands.
CREATE TABLE feed_progress (
    follower text PRIMARY KEY,
    epoch integer NOT NULL,
    pos bigint NOT NULL,
    sweep text
);
-- The timetable's diary: the last due moment that was begun, and how it went.
CREATE TABLE schedule_runs (
    name text PRIMARY KEY,
    due_at timestamptz NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('running', 'done', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    done_at timestamptz
);
