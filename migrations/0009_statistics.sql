-- Cells that a question adds up; days are legal dates of America/Lima.

create table statistics_documents (
    day              date     not null,
    office_id        uuid     not null,
    document_type_id uuid     not null,
    priority         smallint not null,
    channel          text     not null,
    status           text     not null,
    n                bigint   not null,
    primary key (day, office_id, document_type_id, priority, channel, status)
) with (fillfactor = 70);

comment on table statistics_documents is
    'projection statistics: documents by day of registration and by holder, type … as they are now';

create table statistics_activity (
    day              date     not null,
    office_id        uuid     not null,
    document_type_id uuid     not null,
    priority         smallint not null,
    channel          text     not null,
    activity         text     not null,
    n                bigint   not null,
    primary key (day, office_id, document_type_id, priority, channel, activity)
) with (fillfactor = 70);

comment on table statistics_activity is
    'projection statistics: what happened, by day (readmodel::statistics::Activity)';

create table statistics_durations (
    day              date     not null,
    office_id        uuid     not null,
    document_type_id uuid     not null,
    priority         smallint not null,
    channel          text     not null,
    measure          text     not null,
    bucket           integer  not null,
    n                bigint   not null,
    total_seconds    bigint   not null,
    min_seconds      bigint   not null,
    max_seconds      bigint   not null,
    primary key (day, office_id, document_type_id, priority, channel, measure, bucket)
) with (fillfactor = 70);

comment on table statistics_durations is
    'projection statistics: buckets of sketches of durations (readmodel::sketch, ::statistics::Measure)';

create table statistics_flow (
    day            date   not null,
    from_office_id uuid   not null,
    to_office_id   uuid   not null,
    sent           bigint not null,
    received       bigint not null,
    wait_seconds   bigint not null,
    primary key (day, from_office_id, to_office_id)
) with (fillfactor = 70);

comment on table statistics_flow is 'projection statistics: from office to office, by day';

create table statistics_totals (
    status text   primary key,
    n      bigint not null
) with (fillfactor = 50);

comment on table statistics_totals is 'projection statistics: documents by status, all together';

create index statistics_documents_office on statistics_documents (office_id, day);
create index statistics_activity_office on statistics_activity (office_id, day);
create index statistics_durations_office on statistics_durations (office_id, day);
