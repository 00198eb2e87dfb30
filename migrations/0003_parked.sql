-- Histories that could not be applied. Everything else goes on without them.

create table parked (
    aggregate text        collate "C" primary key,
    stream    text        not null,
    sequence  bigint      not null,
    last_seq  bigint      not null,
    skipped   bigint      not null default 0,
    error     text        not null,
    parked_at timestamptz not null
);

comment on table parked is
    'projector: an aggregate, the sequence of the first record that could not be applied, why, '
    'and how many records after it were passed over';
