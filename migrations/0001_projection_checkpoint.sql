-- Up to where in the log the views are. One row for each projector, named after its set of views.

create table projection_checkpoint (
    name       text        primary key,
    stream     text        not null,
    sequence   bigint      not null,
    event_id   uuid,
    hash       bytea       not null,
    updated_at timestamptz not null
);

comment on table projection_checkpoint is
    'projector: locked by each batch, moved in the transaction of its rows; '
    'event_id and hash are of the record at that sequence, to recognise another log';
