-- The whole term of each deadline, and what those need who look for deadlines that a declared day touches.

alter table documents
    add column deadline_term    text,
    add column clock_stopped_on date,
    add column deadline_from    date,
    add column deadline_place   text collate "C" not null default '',
    add column calendar_version bigint;

-- Until now every deadline was a date that was given: its term is written as the projector writes it.
update documents
set deadline_from = deadline_starts_on,
    deadline_term = format(
        '{"rule":"given","period":{"unit":"until","length":"%s"},"since":"filed","counted_from":"%s","starts_on":"%s","due_on":"%s","calendar_version":0}',
        due_on, deadline_starts_on, deadline_starts_on, due_on
    )
where due_on is not null;
