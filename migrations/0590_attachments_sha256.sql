-- The documents that have a file with the same bytes (duplicates).

create index attachments_sha256 on attachments (sha256);
