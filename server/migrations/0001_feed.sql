-- The feed: pos is taken from one counter row as the last act before commit, therefore pos order
-- is commit order, without holes. See docs/decisions/030-the-feed-counts-at-commit.md.

CREATE TABLE feed_head (
    k smallint PRIMARY KEY CHECK (k = 1),
    epoch integer NOT NULL,
    pos bigint NOT NULL
);
-- Seconds since 2020 at creation: differs between any two servers, so that a register notices a
-- foreign one.
INSERT INTO feed_head (k, epoch, pos)
VALUES (1, extract(epoch FROM clock_timestamp())::bigint - 1577836800, 0);
CREATE TABLE feed (
    pos bigint PRIMARY KEY,
    epoch integer NOT NULL,
    xid xid8 NOT NULL,
    tx_last boolean NOT NULL,
    entity text NOT NULL,
    row_id text NOT NULL,
    op char(1) NOT NULL CHECK (op IN ('U', 'D')),
    row_version bigint NOT NULL,
    cause text NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX feed_xid ON feed (xid);
-- What the running transactions have changed and not yet committed; empty whenever nothing runs.
CREATE TABLE feed_inbox (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    entity text NOT NULL,
    row_id text NOT NULL,
    op char(1) NOT NULL,
    row_version bigint NOT NULL,
    cause text NOT NULL,
    first boolean NOT NULL,
    n bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (xid, entity, row_id)
);
-- Only the first row of a transaction queues the stamping, so that it happens once at commit.
CREATE FUNCTION feed_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine bigint;
    head feed_head%ROWTYPE;
BEGIN
    SELECT count(*) INTO mine FROM feed_inbox WHERE xid = pg_current_xact_id();
    UPDATE feed_head SET pos = pos + mine WHERE k = 1 RETURNING * INTO head;
    INSERT INTO feed
    SELECT head.pos - mine + row_number() OVER (ORDER BY n), head.epoch, xid,
           row_number() OVER (ORDER BY n) = mine,
           entity, row_id, op, row_version, cause, clock_timestamp()
    FROM feed_inbox WHERE xid = pg_current_xact_id();
    DELETE FROM feed_inbox WHERE xid = pg_current_xact_id();
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER feed_stamp AFTER INSERT ON feed_inbox
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.first) EXECUTE FUNCTION feed_stamp();
-- Statement triggers call this with the rows they saw. A row that changes twice in one
-- transaction appears once; the first cause that says something is kept.
CREATE FUNCTION feed_note(of_entity text, of_op char(1), ids text[], versions bigint[],
                          causes text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO feed_inbox (entity, row_id, op, row_version, cause, first)
    SELECT of_entity, row_id, of_op, max(version), max(cause),
           row_number() OVER () = 1
           AND NOT EXISTS (SELECT FROM feed_inbox WHERE xid = pg_current_xact_id())
    FROM unnest(ids, versions, causes) AS changed (row_id, version, cause)
    GROUP BY row_id
    ON CONFLICT (xid, entity, row_id) DO UPDATE
    SET op = excluded.op, row_version = excluded.row_version,
        cause = CASE WHEN feed_inbox.cause = '' THEN excluded.cause ELSE feed_inbox.cause END
$$;
-- Every row that a register may hold a copy of carries a version that grows with each change.
CREATE FUNCTION grow_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
-- AFTER ... FOR EACH STATEMENT on a table with a version. Arguments: the entity, the id column,
-- and for updates an expression over `before` and `after` that says the cause.
CREATE FUNCTION feed_note_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        EXECUTE format(
            'SELECT feed_note(%L, ''U'', array_agg(after.%I::text), array_agg(after.version),
                              array_agg((%s)::text))
             FROM after JOIN before USING (%I) HAVING count(*) > 0',
            TG_ARGV[0], TG_ARGV[1], TG_ARGV[2], TG_ARGV[1]);
    ELSE
        EXECUTE format(
            'SELECT feed_note(%L, %L, array_agg(%I::text), array_agg(version + %s),
                              array_agg(''''::text))
             FROM %s HAVING count(*) > 0',
            TG_ARGV[0], CASE TG_OP WHEN 'DELETE' THEN 'D' ELSE 'U' END, TG_ARGV[1],
            CASE TG_OP WHEN 'DELETE' THEN 1 ELSE 0 END,
            CASE TG_OP WHEN 'DELETE' THEN 'before' ELSE 'after' END);
    END IF;
    RETURN NULL;
END $$;
-- The same for a table whose rows are parts of another row: the other row's version grows, once
-- per transaction, and its own triggers note it. Arguments: table, id column, entity, cause.
CREATE FUNCTION feed_note_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'UPDATE %I SET version = version WHERE %I IN (SELECT DISTINCT %I FROM %s)
         AND NOT EXISTS (SELECT FROM feed_inbox i WHERE i.xid = pg_current_xact_id()
                         AND i.entity = %L AND i.row_id = %I.%I::text)',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[1],
        CASE TG_OP WHEN 'DELETE' THEN 'before' ELSE 'after' END,
        TG_ARGV[2], TG_ARGV[0], TG_ARGV[1]);
    IF TG_ARGV[3] <> '' THEN
        EXECUTE format(
            'UPDATE feed_inbox i SET cause = %L WHERE xid = pg_current_xact_id()
             AND entity = %L AND row_id IN (SELECT %I::text FROM %s)',
            TG_ARGV[3], TG_ARGV[2], TG_ARGV[1],
            CASE TG_OP WHEN 'DELETE' THEN 'before' ELSE 'after' END);
    END IF;
    RETURN NULL;
END $$;
CREATE PROCEDURE feed_watch(watched text, entity text, id_column text, cause text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER grow_version BEFORE UPDATE ON %I
        FOR EACH ROW EXECUTE FUNCTION grow_version()', watched);
    EXECUTE format('CREATE TRIGGER feed_insert AFTER INSERT ON %I
        REFERENCING NEW TABLE AS after FOR EACH STATEMENT
        EXECUTE FUNCTION feed_note_rows(%L, %L, '''')', watched, entity, id_column);
    EXECUTE format('CREATE TRIGGER feed_update AFTER UPDATE ON %I
        REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT
        EXECUTE FUNCTION feed_note_rows(%L, %L, %L)', watched, entity, id_column, cause);
    EXECUTE format('CREATE TRIGGER feed_delete AFTER DELETE ON %I
        REFERENCING OLD TABLE AS before FOR EACH STATEMENT
        EXECUTE FUNCTION feed_note_rows(%L, %L, '''')', watched, entity, id_column);
END $$;
CREATE PROCEDURE feed_watch_parts(watched text, whole text, id_column text, entity text, cause text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER feed_insert AFTER INSERT ON %I
        REFERENCING NEW TABLE AS after FOR EACH STATEMENT
        EXECUTE FUNCTION feed_note_parts(%L, %L, %L, %L)', watched, whole, id_column, entity, cause);
    EXECUTE format('CREATE TRIGGER feed_update AFTER UPDATE ON %I
        REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT
        EXECUTE FUNCTION feed_note_parts(%L, %L, %L, %L)', watched, whole, id_column, entity, cause);
    EXECUTE format('CREATE TRIGGER feed_delete AFTER DELETE ON %I
        REFERENCING OLD TABLE AS before FOR EACH STATEMENT
        EXECUTE FUNCTION feed_note_parts(%L, %L, %L, %L)', watched, whole, id_column, entity, cause);
END $$;
