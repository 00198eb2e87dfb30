-- The files of documents. Their bytes lie in the object store, named by their hash.

create table attachments (
    document_id      uuid        not null,
    ordinal          bigint      not null,
    id               uuid        not null,
    file_name        text        not null,
    media_type       text        not null,
    size             bigint      not null,
    sha256           text        collate "C" not null,
    kind             text        not null,
    description      text,
    folios_from      bigint,
    folios_to        bigint,
    added_at         timestamptz not null,
    added_by         uuid        not null,
    withdrawn_at     timestamptz,
    withdrawn_by     uuid,
    withdrawn_reason text,
    last_seq         bigint      not null,
    primary key (document_id, ordinal)
);

comment on table attachments is 'projection documents: readmodel::AttachmentRow';
