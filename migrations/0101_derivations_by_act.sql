-- Derivations received or attended within a range of days.

create index derivations_received_at on derivations (received_at desc, document_id desc, ordinal desc) where received_at is not null;
create index derivations_attended_at on derivations (attended_at desc, document_id desc, ordinal desc) where attended_at is not null;
