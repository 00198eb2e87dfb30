-- Every routing from one office to another, as it is now.

create table derivations (
    document_id     uuid        not null,
    ordinal         bigint      not null,
    number          text        collate "C" not null,
    kind            text        not null,
    status          text        not null,
    from_office_id  uuid        not null,
    to_office_id    uuid        not null,
    to_user_id      uuid,
    sent_by         uuid        not null,
    received_by     uuid,
    attended_by     uuid,
    sent_at         timestamptz not null,
    received_at     timestamptz,
    attended_at     timestamptz,
    closed_at       timestamptz,
    instructions    text,
    reason          text,
    note            text,
    outcome         text,
    urgent          boolean     not null,
    answer_required boolean     not null,
    due_on          date,
    last_seq        bigint      not null,
    primary key (document_id, ordinal)
) with (fillfactor = 80);

comment on table derivations is 'projection documents: readmodel::DerivationRow';

create index derivations_number on derivations (number);
create index derivations_sent_at on derivations (sent_at desc, document_id desc, ordinal desc);
create index derivations_status on derivations (status, sent_at desc, document_id desc, ordinal desc);
create index derivations_to on derivations (to_office_id, sent_at desc, document_id desc, ordinal desc);
create index derivations_to_status on derivations (to_office_id, status, sent_at desc, document_id desc, ordinal desc);
create index derivations_from on derivations (from_office_id, sent_at desc, document_id desc, ordinal desc);
create index derivations_from_status on derivations (from_office_id, status, sent_at desc, document_id desc, ordinal desc);
create index derivations_sent_by on derivations (sent_by, sent_at desc, document_id desc, ordinal desc);
create index derivations_received_by on derivations (received_by, sent_at desc, document_id desc, ordinal desc) where received_by is not null;
create index derivations_to_user on derivations (to_user_id, sent_at desc, document_id desc, ordinal desc) where to_user_id is not null;
create index derivations_due_on on derivations (due_on, document_id, ordinal) where due_on is not null;
create index derivations_open_due on derivations (due_on, document_id, ordinal) where due_on is not null and status in ('pending', 'received');
create index derivations_urgent on derivations (sent_at desc, document_id desc, ordinal desc) where urgent;
create index derivations_answer_required on derivations (sent_at desc, document_id desc, ordinal desc) where answer_required;
