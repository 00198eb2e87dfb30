-- The timeline in the order of the log, for those who follow all of it.

create index timeline_seq on timeline (seq, document_id, event_number, ordinal);
