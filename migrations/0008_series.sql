-- The numberings and where each has got to.

create table series (
    id       text   collate "C" primary key,
    code     text   collate "C" not null,
    year     integer not null,
    first    bigint not null,
    next     bigint not null,
    assigned bigint not null,
    version  bigint not null,
    last_seq bigint not null
);

comment on table series is
    'projection series: the first number, the next one, and how many were given (R2)';
