-- Fifty thousand documents of about two years, with the distributions of a real register: many
-- old and attended, few open, fewer urgent.

insert into documents (
    id, number, document_type_id, category, external_number, sender_name, sender_key, sender_kind,
    sender_number, subject, folios, has_annexes, priority, channel, tags, answer_required,
    presented_at, filed_on, registered_at, registered_by, registry_office_id, deadline_rule,
    deadline_starts_on, due_on, tracking_token, status, holder_office_id, custody_since,
    custody_ordinal, attended_at, attended_office_id, remarks, version, last_seq, last_activity_at
)
select
    lpad(to_hex(n), 32, '0')::uuid,
    'EXP-2025-' || lpad(n::text, 6, '0'),
    lpad(to_hex(n % 12 + 1), 32, '0')::uuid,
    case when n % 3 = 0 then 'c' || n % 40 end,
    case when n % 4 = 0 then 'OF-' || n / 2 end,
    'Sender ' || n % 5000,
    'sender ' || n % 5000,
    'dni',
    lpad((n % 8000)::text, 8, '0'),
    'About matter ' || n,
    n % 30 + 1,
    n % 5 = 0,
    case when n % 51 = 0 then 2 when n % 9 = 0 then 1 else 0 end,
    (array['counter', 'counter', 'counter', 'web', 'email', 'exchange'])[n % 6 + 1],
    case when n % 2 = 0 then array['t' || n % 100] else '{}'::text[] end,
    n % 7 = 0,
    at - interval '1 hour' * (n % 40),
    (at at time zone 'America/Lima')::date,
    at,
    lpad(to_hex(n % 60 + 1), 32, '0')::uuid,
    lpad(to_hex(1), 32, '0')::uuid,
    case when n % 3 = 0 then 'given' end,
    case when n % 3 = 0 then (at at time zone 'America/Lima')::date end,
    case when n % 3 = 0 then (at at time zone 'America/Lima')::date + n % 60 end,
    md5(n::text),
    case
        when n % 400 = 0 then 'voided'
        when n > 47000 and n % 3 = 0 then 'registered'
        when n > 45000 or n % 30 = 0 then 'in_process'
        when n > 25000 then 'attended'
        else 'archived'
    end,
    lpad(to_hex(n % 40 + 1), 32, '0')::uuid,
    at,
    1,
    case when n <= 45000 and n % 30 <> 0 and n % 400 <> 0 then at + interval '1 hour' * (n % 900) end,
    case when n <= 45000 and n % 30 <> 0 and n % 400 <> 0 then lpad(to_hex(n % 40 + 1), 32, '0')::uuid end,
    n % 4,
    n % 9 + 2,
    n * 4,
    at + interval '1 hour' * (n % 1000)
from generate_series(1, 50000) as n,
    lateral (select timestamptz '2024-01-01 12:00:00Z' + n * interval '20 minutes' as at) as moment;

insert into derivations (
    document_id, ordinal, number, kind, status, from_office_id, to_office_id, to_user_id, sent_by,
    received_by, attended_by, sent_at, received_at, attended_at, closed_at, instructions, urgent,
    answer_required, due_on, last_seq
)
select
    lpad(to_hex(n), 32, '0')::uuid,
    ordinal,
    'EXP-2025-' || lpad(n::text, 6, '0') || '-D' || lpad(ordinal::text, 2, '0'),
    case when ordinal = 3 then 'copy' when ordinal = 2 then 'parallel' else 'principal' end,
    state,
    lpad(to_hex(n % 40 + 1), 32, '0')::uuid,
    lpad(to_hex((n + ordinal * 7) % 40 + 1), 32, '0')::uuid,
    case when n % 5 = 0 then lpad(to_hex(n % 60 + 1), 32, '0')::uuid end,
    lpad(to_hex(n % 60 + 1), 32, '0')::uuid,
    case when state <> 'pending' then lpad(to_hex(n % 60 + 1), 32, '0')::uuid end,
    case when state = 'attended' then lpad(to_hex(n % 60 + 1), 32, '0')::uuid end,
    at,
    case when state <> 'pending' then at + interval '1 hour' * (n % 70) end,
    case when state = 'attended' then at + interval '1 hour' * (n % 700) end,
    case when state = 'attended' then at + interval '1 hour' * (n % 700) end,
    'For attention',
    n % 51 = 0,
    n % 40 = 0,
    case when n % 3 = 0 then (at at time zone 'America/Lima')::date + n % 30 end,
    n * 4
from generate_series(1, 50000) as n,
    generate_series(1, 1 + n % 3) as ordinal,
    lateral (
        select timestamptz '2024-01-01 13:00:00Z' + n * interval '20 minutes' as at,
            case
                when n > 48500 then 'pending'
                when n > 46000 then 'received'
                else 'attended'
            end as state
    ) as moment;

insert into timeline (document_id, event_number, ordinal, seq, at, event, by_user_id, folios)
select document_id, ordinal, ordinal, last_seq, sent_at, 'document.derived', sent_by, 1
from derivations;

insert into inbox_items (
    office_id, tray, document_id, ordinal, kind, since, due_on, urgent, priority, number,
    document_type_id, subject, sender_name, last_seq
)
select
    to_office_id,
    (array['to_receive', 'in_office', 'copies', 'returned', 'sent_pending'])[row_number() over () % 5 + 1],
    document_id, ordinal, kind, sent_at, due_on, urgent, 0, left(number, 15),
    lpad(to_hex(1), 32, '0')::uuid, 'About', 'Sender', last_seq
from derivations
where ordinal < 3;

insert into inbox_items (
    office_id, tray, document_id, ordinal, since, due_on, urgent, priority, number,
    document_type_id, subject, sender_name, last_seq
)
select
    holder_office_id,
    (array['submitted', 'observed'])[row_number() over (partition by holder_office_id order by id) % 2 + 1],
    id, 0, registered_at, filed_on + 2, false, 0, '', document_type_id, 'About', 'Sender', last_seq
from documents
where status = 'registered';

insert into inbox_counters (office_id, tray, n)
select office_id, tray, count(*)
from inbox_items
group by office_id, tray;

insert into inbox_due (office_id, due_on, n)
select office_id, due_on, count(*)
from inbox_items
where due_on is not null
and tray in ('to_receive', 'in_office', 'returned')
group by office_id, due_on;

insert into attachments (
    document_id, ordinal, id, file_name, media_type, size, sha256, kind, added_at, added_by, last_seq
)
select id, 1, id, 'solicitud.pdf', 'application/pdf', 90000, md5(id::text) || md5(number), 'main',
    registered_at, registered_by, last_seq
from documents;

insert into calendar_progress (version, touched, settled, rescheduled, finished_at)
select n, 10, 10, 9, now()
from generate_series(1, 60) as n;

insert into series (id, code, year, first, next, assigned, version, last_seq)
values ('EXP-2025', 'EXP', 2025, 1, 50001, 50000, 1, 200000);

insert into statistics_documents (day, office_id, document_type_id, priority, channel, status, n)
select (registered_at at time zone 'America/Lima')::date, holder_office_id, document_type_id,
    priority, channel, status, count(*)
from documents
group by 1, 2, 3, 4, 5, 6;

insert into statistics_activity (day, office_id, document_type_id, priority, channel, activity, n)
select (registered_at at time zone 'America/Lima')::date, registry_office_id, document_type_id,
    priority, channel, 'registered', count(*)
from documents
group by 1, 2, 3, 4, 5;

insert into statistics_durations (
    day, office_id, document_type_id, priority, channel, measure, bucket, n, total_seconds,
    min_seconds, max_seconds
)
select (attended_at at time zone 'America/Lima')::date, attended_office_id, document_type_id,
    priority, channel, 'total', ceil(ln(seconds) / ln(1.01 / 0.99)), count(*), sum(seconds),
    min(seconds), max(seconds)
from documents,
    lateral (select extract(epoch from attended_at - presented_at)::bigint + 1 as seconds) as took
where attended_at is not null
group by 1, 2, 3, 4, 5, 7;

insert into statistics_flow (day, from_office_id, to_office_id, sent, received, wait_seconds)
select (sent_at at time zone 'America/Lima')::date, from_office_id, to_office_id, count(*),
    count(received_at), coalesce(sum(extract(epoch from received_at - sent_at))::bigint, 0)
from derivations
group by 1, 2, 3;

insert into projection_checkpoint (name, stream, sequence, hash, updated_at)
values ('views', 'MESA_LOG', 200000, '\x00', now());


-- One in ninety-seven is restricted to two offices.
update documents
set restriction = '{"reason":"Datos de salud","restricted_at":"2025-01-01T00:00:00Z","restricted_by":"00000000-0000-0000-0000-000000000001"}',
    seen_by = array[lpad(to_hex(1), 32, '0')::uuid, holder_office_id]
where mod(('x' || right(id::text, 8))::bit(32)::int, 97) = 0;

update derivations
set seen_by = documents.seen_by
from documents
where documents.id = document_id
and documents.seen_by is not null;

update inbox_items
set seen_by = documents.seen_by
from documents
where documents.id = document_id
and documents.seen_by is not null;

analyze;
