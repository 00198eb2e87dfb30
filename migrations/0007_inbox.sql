-- What waits in each office, and how much of it.

create table inbox_items (
    office_id        uuid        not null,
    tray             text        not null,
    document_id      uuid        not null,
    ordinal          bigint      not null,
    kind             text,
    since            timestamptz not null,
    due_on           date,
    urgent           boolean     not null,
    priority         smallint    not null,
    number           text        collate "C" not null,
    document_type_id uuid        not null,
    subject          text        not null,
    sender_name      text        not null,
    other_office_id  uuid,
    last_seq         bigint      not null,
    primary key (document_id, tray, ordinal)
) with (fillfactor = 80);

comment on table inbox_items is 'projection inbox: readmodel::InboxRow';

create index inbox_items_list on inbox_items (office_id, tray, since desc, document_id desc, ordinal desc);
create index inbox_items_due on inbox_items (office_id, due_on, document_id, ordinal)
    where due_on is not null and tray in ('to_receive', 'in_office', 'returned');

create table inbox_counters (
    office_id uuid   not null,
    tray      text   not null,
    n         bigint not null,
    primary key (office_id, tray)
) with (fillfactor = 70);

comment on table inbox_counters is 'projection inbox: how many inbox_items each tray has';

create table inbox_due (
    office_id uuid   not null,
    due_on    date   not null,
    n         bigint not null,
    primary key (office_id, due_on)
) with (fillfactor = 70);

comment on table inbox_due is
    'projection inbox: how many items to be worked on (to_receive, in_office, returned) are due that day';
