-- What is told of requests that changed something and were never heard of again; docs/audit.md.
CREATE TABLE audit_intent (
    id uuid PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    shard text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    record bytea NOT NULL
);
