-- What all silos of a cluster must share: a digest of a secret of the vault, and Data Protection's ring (each key encrypted by the vault).
CREATE TABLE cluster_fact (
    name text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL
);

CREATE TABLE data_protection_key (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    element text NOT NULL
);

-- Orleans' membership: a row for each silo, and a version of the table that every change raises.
CREATE TABLE membership_version (
    cluster text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL
);

CREATE TABLE membership (
    cluster text COLLATE "C" NOT NULL REFERENCES membership_version,
    silo text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    status integer NOT NULL,
    alive_at timestamptz NOT NULL,
    entry jsonb NOT NULL,
    PRIMARY KEY (cluster, silo)
);
