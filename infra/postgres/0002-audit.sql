CREATE TABLE audit_event (
    tenant text COLLATE "C" NOT NULL,
    shard text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    event_id uuid NOT NULL,
    at bigint NOT NULL,
    hash bytea NOT NULL,
    record bytea NOT NULL,
    PRIMARY KEY (tenant, shard, seq)
);

CREATE UNIQUE INDEX audit_event_id ON audit_event (tenant, event_id);
