-- Projection number zero: the log once more, as it was recorded.

create table event_archive (
    sequence    bigint      primary key,
    subject     text        collate "C" not null,
    recorded_at timestamptz not null,
    record      bytea       not null,
    hash        bytea       not null,
    readable    boolean     not null
);

comment on table event_archive is
    'projection event_archive: the stored bytes of every record, their SHA-256, '
    'and whether this program could read them';

create index event_archive_subject on event_archive (subject, sequence);

create view event_archive_events as
select a.sequence,
       a.subject,
       e.place,
       e.event ->> 'type'                  as type,
       (e.event ->> 'at')::timestamptz     as at,
       e.event -> 'by'                     as by,
       e.event -> 'data'                   as data
from event_archive a
cross join lateral jsonb_array_elements(convert_from(a.record, 'UTF8')::jsonb -> 'events')
    with ordinality as e (event, place)
where a.readable;

comment on view event_archive_events is
    'SQL over history: one row for each event of the archived records';
