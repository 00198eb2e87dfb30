-- Deadlines that a declared or revoked day touches: found, and settled one by one (T2).

create table reschedulings (
    document_id     uuid        not null,
    version         bigint      not null,
    found_seq       bigint      not null,
    found_at        timestamptz not null,
    next_at         timestamptz not null,
    tries           integer     not null default 0,
    trouble         text,
    settled_at      timestamptz,
    settled_seq     bigint,
    rescheduled     boolean     not null default false,
    primary key (document_id, version)
);

comment on table reschedulings is 'worker: each deadline that a change of the calendar touched; no projection, and not in the log';
comment on column reschedulings.version is 'the version of the calendar that the change made';
comment on column reschedulings.found_seq is 'last_seq of the row of documents when it was found';
comment on column reschedulings.settled_seq is 'where the history of the document ended when it was settled: a row that is no newer is only late';
comment on column reschedulings.rescheduled is 'whether an event came of it; else there was nothing left to do';

create index reschedulings_open on reschedulings (next_at, document_id, version) where settled_at is null;

-- How far each change is.
create table calendar_progress (
    version         bigint      primary key,
    touched         bigint      not null,
    settled         bigint      not null,
    rescheduled     bigint      not null,
    finished_at     timestamptz
);

comment on table calendar_progress is 'worker: the sums of reschedulings, moved in its transactions';

-- Open documents by the days they know of.
create index documents_behind on documents (calendar_version, due_on, deadline_from, deadline_place, id)
    where calendar_version is not null and status in ('registered', 'in_process');
