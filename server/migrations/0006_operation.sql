-- What operating the server leaves behind: the audit log, backups, and when a register was heard.
-- See docs/decisions/096-the-audit-log-is-a-chain.md.

CREATE TABLE audit_log (
    n bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    outcome text NOT NULL,
    detail jsonb NOT NULL,
    correlation text NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- The newest entry, kept apart: a tail that was cut off is missed here.
CREATE TABLE audit_head (
    k smallint PRIMARY KEY CHECK (k = 1),
    n bigint NOT NULL,
    hash bytea NOT NULL
);
INSERT INTO audit_head VALUES (1, 0, decode(repeat('00', 32), 'hex'));
-- What the running transactions have noted and not yet committed.
CREATE TABLE audit_inbox (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    i bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    outcome text NOT NULL,
    detail jsonb NOT NULL,
    correlation text NOT NULL,
    PRIMARY KEY (xid, i)
);
-- SHA-256 over the fields as text, each after its length in bytes and a colon.
CREATE FUNCTION audit_hash(entry audit_log) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(string_agg(
               octet_length(convert_to(field, 'UTF8')) || ':' || field, '' ORDER BY place), 'UTF8'))
    FROM unnest(ARRAY[
        entry.n::text,
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        entry.actor, entry.action, entry.target, entry.outcome, entry.detail::text,
        entry.correlation, encode(entry.previous_hash, 'hex')
    ]) WITH ORDINALITY AS fields (field, place)
$$;
-- Links what the transaction has noted, as its last act. Locks the feed's counter before its own
-- when the transaction will need both, so that two commits never wait for each other.
CREATE FUNCTION audit_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head audit_head%ROWTYPE;
    noted audit_inbox%ROWTYPE;
    entry audit_log%ROWTYPE;
BEGIN
    IF NOT EXISTS (SELECT FROM audit_inbox WHERE xid = pg_current_xact_id()) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM feed_inbox WHERE xid = pg_current_xact_id()) THEN
        PERFORM FROM feed_head WHERE k = 1 FOR UPDATE;
    END IF;
    SELECT * INTO head FROM audit_head WHERE k = 1 FOR UPDATE;
    FOR noted IN SELECT * FROM audit_inbox WHERE xid = pg_current_xact_id() ORDER BY i LOOP
        entry := (head.n + 1, noted.at, noted.actor, noted.action, noted.target, noted.outcome,
                  noted.detail, noted.correlation, head.hash, NULL);
        entry.hash := audit_hash(entry);
        INSERT INTO audit_log VALUES (entry.*);
        head.n := entry.n;
        head.hash := entry.hash;
    END LOOP;
    UPDATE audit_head SET n = head.n, hash = head.hash WHERE k = 1;
    DELETE FROM audit_inbox WHERE xid = pg_current_xact_id();
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_stamp AFTER INSERT ON audit_inbox
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_stamp();
CREATE INDEX audit_log_action ON audit_log (action, n);

CREATE TABLE backups (
    at timestamptz PRIMARY KEY DEFAULT now(),
    bytes bigint NOT NULL,
    sha256 text NOT NULL
);
CREATE TABLE register_sightings (
    device_id uuid PRIMARY KEY,
    seen_at timestamptz NOT NULL
);
