CREATE TABLE audit_checkpoint (
    number bigint PRIMARY KEY,
    at bigint NOT NULL,
    statement text NOT NULL
);

-- The heads that the last checkpoint commits to.
CREATE TABLE audit_checkpoint_head (
    tenant text COLLATE "C" NOT NULL,
    shard text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (tenant, shard)
);

CREATE TABLE audit_pruned (
    tenant text COLLATE "C" NOT NULL,
    shard text COLLATE "C" NOT NULL,
    through bigint NOT NULL,
    statement text NOT NULL,
    PRIMARY KEY (tenant, shard)
);
