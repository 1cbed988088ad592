CREATE TABLE reminder (
    grain text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    hash bigint NOT NULL,
    start_at bigint NOT NULL,
    period bigint NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (grain, name)
);

CREATE INDEX reminder_hash ON reminder (hash);
