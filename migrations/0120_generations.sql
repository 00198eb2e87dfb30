-- Generations of the views: a rebuild fills new tables beside those that are read.

alter table projection_checkpoint
    add column generation bigint not null default 1,
    add column fence      bigint not null default 0;

comment on column projection_checkpoint.generation is
    'the tables that are read: one more after each `mesa rebuild` and each roll-back';
comment on column projection_checkpoint.fence is
    'moved by whoever changes the views beside the projector, which then begins anew';

create table projection_rebuild (
    name       text        primary key,
    run        uuid        not null,
    step       text        not null,
    views      text[]      not null,
    generation bigint      not null,
    stream     text        not null,
    sequence   bigint      not null,
    event_id   uuid,
    hash       bytea       not null,
    begun_at   timestamptz not null,
    updated_at timestamptz not null
);

comment on table projection_rebuild is
    'projector: the generation under construction (next) and the one kept for a roll-back (before), '
    'each with its views and its own checkpoint; its tables lie in a schema of that name';
