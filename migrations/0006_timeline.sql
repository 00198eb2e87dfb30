-- The hoja de ruta of every document. Rows are added and never changed.

create table timeline (
    document_id    uuid        not null,
    event_number   bigint      not null,
    ordinal        bigint      not null,
    seq            bigint      not null,
    at             timestamptz not null,
    event          text        not null,
    from_office_id uuid,
    to_office_id   uuid,
    by_user_id     uuid        not null,
    by_office_id   uuid,
    note           text,
    folios         bigint      not null,
    primary key (document_id, event_number, ordinal)
);

comment on table timeline is 'projection timeline: readmodel::TimelineRow';
