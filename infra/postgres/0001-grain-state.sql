-- Applied in order at the start of a silo, each in a transaction, under an advisory lock; never edited once released.
-- Collation C: keys are compared by their bytes, as in the embedded store, and an upgrade of the system's collations cannot break an index.
CREATE TABLE grain_state (
    tenant text COLLATE "C" NOT NULL,
    grain_type text COLLATE "C" NOT NULL,
    grain_key text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    format text NOT NULL,
    info text,
    updated_at bigint NOT NULL,
    expires_at bigint,
    payload bytea NOT NULL,
    PRIMARY KEY (tenant, grain_type, grain_key, state)
) WITH (fillfactor = 80);

CREATE INDEX grain_state_expiry ON grain_state (expires_at) WHERE expires_at IS NOT NULL;
