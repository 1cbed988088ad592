-- Tenants that were purged, or are being: no row of theirs is inserted into grain_state any more.
CREATE TABLE closed_tenant (
    tenant text COLLATE "C" PRIMARY KEY
);
