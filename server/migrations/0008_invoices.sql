-- Invoice Operations: number tracks, booklets, numbers and invoices. See docs/rules/invoices.md.

CREATE TABLE invoice_allotments (
    allotment_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    seller_tax_id text NOT NULL,
    period text NOT NULL,
    track text NOT NULL,
    first_serial integer NOT NULL CHECK (first_serial % 50 = 0),
    last_serial integer NOT NULL CHECK (last_serial % 50 = 49 AND last_serial > first_serial),
    imported_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (period, track, first_serial)
);
-- Every booklet of 50 from the start, so that two allotments can never share a number.
-- `holder` is a register code, 0 the office, null nobody yet.
CREATE TABLE invoice_blocks (
    block_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    allotment_id integer NOT NULL REFERENCES invoice_allotments,
    period text NOT NULL,
    track text NOT NULL,
    first_serial integer NOT NULL CHECK (first_serial % 50 = 0),
    holder smallint,
    request_id uuid UNIQUE,
    leased_at timestamptz,
    returned_at timestamptz,
    UNIQUE (period, track, first_serial)
);
CREATE INDEX invoice_blocks_free ON invoice_blocks (period, track, first_serial)
    WHERE holder IS NULL;
CREATE INDEX invoice_blocks_held ON invoice_blocks (period, holder) WHERE holder IS NOT NULL;
CREATE TABLE invoice_counters (
    month text PRIMARY KEY,
    last integer NOT NULL
);
CREATE TABLE invoices (
    invoice_id text PRIMARY KEY,
    n bigint GENERATED ALWAYS AS IDENTITY,
    order_id text NOT NULL,
    revision integer NOT NULL,
    stage text NOT NULL
        CHECK (stage IN ('QUEUED', 'ISSUED', 'VOID', 'CANCELLED', 'ALLOWANCE_NEEDED')),
    body text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    period text,
    printed_number text,
    invoice_number text,
    invoice_date date,
    issued_at timestamptz,
    random_code text NOT NULL DEFAULT '',
    seller_tax_id text NOT NULL DEFAULT '',
    qr_code text NOT NULL DEFAULT '',
    qr_code_right text NOT NULL DEFAULT '',
    submission_status text NOT NULL DEFAULT 'PENDING',
    submission_message text NOT NULL DEFAULT '',
    submission_at timestamptz,
    cancellation text,
    cancelled_at timestamptz,
    UNIQUE (order_id, revision),
    UNIQUE (period, invoice_number),
    UNIQUE (period, printed_number),
    CHECK ((invoice_number IS NULL) = (stage IN ('QUEUED', 'CANCELLED')))
);
CREATE UNIQUE INDEX invoices_living ON invoices (order_id) WHERE stage IN ('QUEUED', 'ISSUED');
CREATE INDEX invoices_queued ON invoices (n) WHERE stage = 'QUEUED';
CREATE INDEX invoices_uncoded ON invoices (n) WHERE stage = 'ISSUED' AND qr_code = '';
-- The numbers of booklets that somebody holds; each is on at most one invoice.
CREATE TABLE invoice_numbers (
    period text NOT NULL,
    invoice_number text NOT NULL,
    block_id integer NOT NULL REFERENCES invoice_blocks,
    random_code text NOT NULL CHECK (random_code ~ '^[0-9]{4}$'),
    state text NOT NULL DEFAULT 'FREE' CHECK (state IN ('FREE', 'USED', 'VOID', 'UNUSED')),
    PRIMARY KEY (period, invoice_number)
);
CREATE INDEX invoice_numbers_block ON invoice_numbers (block_id, invoice_number);
CREATE INDEX invoice_numbers_free ON invoice_numbers (block_id, invoice_number) WHERE state = 'FREE';
