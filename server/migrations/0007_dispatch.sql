-- Dispatch Operations' own books (built-in neighbour): fleet, the orders of a day, tours, reports.
-- Amounts are whole 元; places are WGS 84 degrees; shifts are Asia/Taipei.

CREATE TABLE dispatch_settings (
    k smallint PRIMARY KEY CHECK (k = 1),
    body text NOT NULL
);
CREATE TABLE dispatch_vehicles (
    vehicle_id text PRIMARY KEY,
    name text NOT NULL,
    capacity_kg integer NOT NULL CHECK (capacity_kg > 0),
    is_active boolean NOT NULL
);
CREATE TABLE dispatch_drivers (
    driver_id text PRIMARY KEY,
    name text NOT NULL,
    phone text NOT NULL,
    vehicle_id text NOT NULL REFERENCES dispatch_vehicles,
    shift_start time NOT NULL,
    shift_end time NOT NULL CHECK (shift_end > shift_start),
    weekdays smallint[] NOT NULL,
    days_off date[] NOT NULL DEFAULT '{}',
    areas text[] NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL
);
-- `body` is the order as it was submitted; `place_…` where that is, as well as it is known.
CREATE TABLE dispatch_orders (
    order_id text PRIMARY KEY,
    delivery_date date NOT NULL,
    revision integer NOT NULL,
    body text NOT NULL,
    slot text NOT NULL CHECK (slot IN ('01', '02', '03')),
    is_urgent boolean NOT NULL,
    weight_kg integer NOT NULL CHECK (weight_kg >= 0),
    cylinders integer NOT NULL CHECK (cylinders >= 0),
    latitude double precision,
    longitude double precision,
    precision text NOT NULL CHECK (precision IN ('EXACT', 'DISTRICT', 'UNKNOWN')),
    zone text,
    area text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'WAITING' CHECK (state IN
        ('WAITING', 'ASSIGNED', 'EN_ROUTE', 'ARRIVED', 'COMPLETED', 'FAILED', 'CANCELLED')),
    reason text,
    reported_at timestamptz,
    notes text NOT NULL DEFAULT '',
    empties text NOT NULL DEFAULT '[]',
    residual_kg numeric NOT NULL DEFAULT 0,
    cash_collected bigint NOT NULL DEFAULT 0,
    submitted_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX dispatch_orders_day ON dispatch_orders (delivery_date);
CREATE TRIGGER grow_version BEFORE UPDATE ON dispatch_orders
    FOR EACH ROW EXECUTE FUNCTION grow_version();
-- An order's place in a tour. Sequences may have gaps; they grow in the order of delivery.
CREATE TABLE dispatch_stops (
    order_id text PRIMARY KEY REFERENCES dispatch_orders ON DELETE CASCADE,
    delivery_date date NOT NULL,
    driver_id text NOT NULL REFERENCES dispatch_drivers,
    vehicle_id text NOT NULL REFERENCES dispatch_vehicles,
    dispatch_id text NOT NULL,
    sequence integer NOT NULL CHECK (sequence > 0),
    trip integer NOT NULL CHECK (trip > 0),
    estimated_arrival timestamptz NOT NULL,
    is_locked boolean NOT NULL,
    assigned_at timestamptz NOT NULL,
    UNIQUE (delivery_date, driver_id, sequence) DEFERRABLE INITIALLY DEFERRED
);
-- Everything that drivers reported, applied or not; a repetition is found by its key.
CREATE TABLE dispatch_reports (
    order_id text NOT NULL,
    status text NOT NULL,
    driver_id text NOT NULL,
    reported_at timestamptz NOT NULL,
    body text NOT NULL,
    applied boolean NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, status, driver_id, reported_at)
);
-- A day that is being planned, so that two people do not plan it at once.
CREATE TABLE dispatch_plans (
    delivery_date date PRIMARY KEY,
    busy_until timestamptz,
    planned_at timestamptz,
    seed integer NOT NULL DEFAULT 0,
    planned integer NOT NULL DEFAULT 0,
    unassigned integer NOT NULL DEFAULT 0
);
CREATE TABLE driver_locations (
    driver_id text PRIMARY KEY REFERENCES dispatch_drivers ON DELETE CASCADE,
    body text NOT NULL,
    seen_at timestamptz NOT NULL
);
