-- Lists sorted by the last day, where whatever has none comes after all that has one.

create index documents_due_sort on documents ((coalesce(due_on, '9999-12-31'::date)), id);
create index derivations_due_sort on derivations ((coalesce(due_on, '9999-12-31'::date)), document_id, ordinal);
