-- What is to be said of last days as they come nearer, found and settled one by one (T5).

create table deadline_alerts (
    document_id     uuid        not null,
    due_on          date        not null,
    days_left       smallint    not null,
    found_seq       bigint      not null,
    found_at        timestamptz not null,
    next_at         timestamptz not null,
    tries           integer     not null default 0,
    trouble         text,
    settled_at      timestamptz,
    settled_seq     bigint,
    given           boolean     not null default false,
    primary key (document_id, due_on, days_left)
);

comment on table deadline_alerts is 'worker: each alert that was due by the rows; no projection, and not in the log';
comment on column deadline_alerts.days_left is 'business days left, the last day included; 0 when it is over';
comment on column deadline_alerts.found_seq is 'last_seq of the row of documents when it was found';
comment on column deadline_alerts.settled_seq is 'where the history of the document ended when it was settled';
comment on column deadline_alerts.given is 'whether an event came of it; else there was nothing to say';

create index deadline_alerts_open on deadline_alerts (next_at, document_id, due_on, days_left) where settled_at is null;

-- Open documents by their last day, place by place.
create index documents_ends on documents (deadline_place, due_on, id)
    where due_on is not null and status in ('registered', 'in_process');
