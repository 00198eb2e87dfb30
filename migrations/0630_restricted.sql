-- Restricted documents: why, and which offices see them all the same. Lists look at `seen_by` of
-- their own rows; of the few that have one, whoever asks must be of one of its offices.

alter table documents
    add column restriction text,
    add column seen_by uuid[];

alter table derivations
    add column seen_by uuid[];

alter table inbox_items
    add column seen_by uuid[];

comment on column documents.restriction is 'JSON: readmodel::Restriction; null when it is open';
comment on column documents.seen_by is 'the offices that alone see it; null when it is open';
comment on column derivations.seen_by is 'as of the document';
comment on column inbox_items.seen_by is 'as of the document';
