CREATE TABLE audit_segment (
    tenant text COLLATE "C" NOT NULL,
    shard text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    sealed_at bigint NOT NULL,
    statement text NOT NULL,
    PRIMARY KEY (tenant, shard, number)
);

-- Searches walk a chain in the order of time.
CREATE INDEX audit_event_time ON audit_event (tenant, shard, at, seq);
