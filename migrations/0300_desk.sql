-- Documents at the desk: submitted without a number, observed, not filed; and links.

alter table documents
    add column submitted_at timestamptz,
    add column submitted_by uuid,
    add column not_filed_at timestamptz,
    add column observations text,
    add column links text;

comment on column documents.number is 'empty until the document is registered';
comment on column documents.registered_at is 'when it was registered; until then, when it was submitted';
comment on column documents.registered_by is 'who registered it; until then, who submitted it';
comment on column documents.observations is 'JSON: readmodel::Observation, the first one first; null when there is none';
comment on column documents.links is 'JSON: readmodel::Link, the first one first; null when there is none';
comment on column inbox_items.number is 'empty until the document is registered';
