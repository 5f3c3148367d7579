-- Who is calling: keys of registers and services, nonces, wrong passwords; docs/decisions/093-095.

-- The half of a register's key that may be known; null until it has enrolled with one.
ALTER TABLE registers
    ADD COLUMN public_key bytea CHECK (octet_length(public_key) = 32),
    ADD COLUMN new_key_allowed boolean NOT NULL DEFAULT false,
    ADD COLUMN revoked_at timestamptz;
-- The register at which the person signed in, if it was said.
ALTER TABLE sessions ADD COLUMN device_id uuid;
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
-- Other modules' machines. An empty neighbour speaks for nobody in particular; no networks: any.
CREATE TABLE services (
    name text PRIMARY KEY,
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
    neighbour text NOT NULL DEFAULT '',
    networks cidr[] NOT NULL DEFAULT '{}',
    active boolean NOT NULL DEFAULT true,
    added_at timestamptz NOT NULL DEFAULT now()
);
-- Under this name tokens are made out to us, and we speak to others.
CREATE TABLE server_identity (
    k smallint PRIMARY KEY CHECK (k = 1),
    name text NOT NULL
);
INSERT INTO server_identity VALUES (1, 'luckygas');
-- Unlogged: after a crash a nonce may be repeated within five minutes, and then meets the
-- idempotency of what it asks for.
CREATE UNLOGGED TABLE used_nonces (
    key_id text NOT NULL,
    nonce text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (key_id, nonce)
);
CREATE INDEX used_nonces_expiry ON used_nonces (expires_at);
CREATE TABLE sign_in_failures (
    username text NOT NULL,
    address text NOT NULL,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    PRIMARY KEY (username, address)
);
-- Grows with every change of the above that a running server must hear of.
CREATE TABLE callers_version (
    k smallint PRIMARY KEY CHECK (k = 1),
    version bigint NOT NULL
);
INSERT INTO callers_version VALUES (1, 1);
CREATE FUNCTION grow_callers_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE callers_version SET version = version + 1 WHERE k = 1;
    RETURN NULL;
END $$;
CREATE TRIGGER callers_changed AFTER INSERT OR DELETE OR UPDATE OF public_key, revoked_at
    ON registers FOR EACH STATEMENT EXECUTE FUNCTION grow_callers_version();
CREATE TRIGGER callers_changed AFTER INSERT OR DELETE OR UPDATE
    ON services FOR EACH STATEMENT EXECUTE FUNCTION grow_callers_version();
CREATE TRIGGER callers_changed AFTER UPDATE
    ON server_identity FOR EACH STATEMENT EXECUTE FUNCTION grow_callers_version();
CREATE TRIGGER callers_changed AFTER UPDATE OF revoked_at
    ON sessions FOR EACH STATEMENT EXECUTE FUNCTION grow_callers_version();
