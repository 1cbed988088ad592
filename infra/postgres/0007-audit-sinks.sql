-- How far each sink of the audit trail was fed; docs/audit-sinks.md.
CREATE TABLE audit_sink (name text COLLATE "C" PRIMARY KEY);

CREATE TABLE audit_sink_place (
    sink text COLLATE "C" NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    shard text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (sink, tenant, shard)
);
