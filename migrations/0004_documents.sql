-- Documents as they are now.

create table documents (
    id                      uuid        primary key,
    number                  text        collate "C" not null,
    document_type_id        uuid        not null,
    category                text        collate "C",
    external_number         text        collate "C",
    sender_name             text        not null,
    sender_key              text        collate "C" not null,
    sender_kind             text        not null,
    sender_number           text        collate "C",
    sender_representative   text,
    sender_email            text,
    sender_phone            text,
    sender_address          text,
    subject                 text        not null,
    folios                  bigint      not null,
    has_annexes             boolean     not null,
    priority                smallint    not null,
    channel                 text        not null,
    tags                    text[]      not null,
    notes                   text,
    answer_required         boolean     not null,
    presented_at            timestamptz not null,
    filed_on                date        not null,
    registered_at           timestamptz not null,
    registered_by           uuid        not null,
    registry_office_id      uuid        not null,
    deadline_rule           text,
    deadline_starts_on      date,
    due_on                  date,
    related_document_id     uuid,
    origin_integration      text        collate "C",
    origin_external_id      text        collate "C",
    tracking_token          text        collate "C" not null,
    status                  text        not null,
    holder_office_id        uuid        not null,
    in_transit_to_id        uuid,
    custody_since           timestamptz not null,
    custody_ordinal         bigint      not null,
    returned_ordinal        bigint,
    routed_at               timestamptz,
    attended_at             timestamptz,
    attended_office_id      uuid,
    outcome                 text,
    attended_note           text,
    archived_at             timestamptz,
    archive_classification  text,
    archive_retention_years bigint,
    archive_location        text,
    voided_at               timestamptz,
    void_reason             text,
    remarks                 bigint      not null,
    version                 bigint      not null,
    last_seq                bigint      not null,
    last_activity_at        timestamptz not null
) with (fillfactor = 80);

comment on table documents is 'projection documents: readmodel::DocumentRow';
comment on column documents.priority is 'readmodel::document::priority_rank: 0 normal, 1 high, 2 urgent';
comment on column documents.sender_key is 'readmodel::document::search_key of sender_name';

-- Exact finds.
create index documents_number on documents (number, id);
create index documents_tracking_token on documents (tracking_token);
create index documents_external_number on documents (external_number, id) where external_number is not null;
create index documents_origin on documents (origin_integration, origin_external_id) where origin_integration is not null;
create index documents_sender_number on documents (sender_number, registered_at desc, id desc) where sender_number is not null;
create index documents_sender_key on documents (sender_key, registered_at desc, id desc);
create index documents_tags on documents using gin (tags) with (fastupdate = on);

-- Sorts of the whole list; id breaks ties.
create index documents_registered_at on documents (registered_at desc, id desc);
create index documents_presented_at on documents (presented_at desc, id desc);
create index documents_due_on on documents (due_on, id) where due_on is not null;
create index documents_priority on documents (priority desc, registered_at desc, id desc);
create index documents_last_activity_at on documents (last_activity_at desc, id desc);
create index documents_attended_at on documents (attended_at desc, id desc) where attended_at is not null;

-- Filters, each in the order a list is read by default.
create index documents_status on documents (status, registered_at desc, id desc);
create index documents_document_type on documents (document_type_id, registered_at desc, id desc);
create index documents_category on documents (category, registered_at desc, id desc) where category is not null;
create index documents_channel on documents (channel, registered_at desc, id desc);
create index documents_registered_by on documents (registered_by, registered_at desc, id desc);
create index documents_holder on documents (holder_office_id, status, registered_at desc, id desc);
create index documents_open_due on documents (due_on, id) where due_on is not null and status in ('registered', 'in_process');
