//! The rules of a document, as given / when / then. Each folder file is a chapter:
//!
//! * [`registration`] — the register in order, nothing refused at the desk (R1, R2, R5)
//! * [`header`] — classified, put right, remarked upon (A1)
//! * [`routing`] — sent on, taken back, forwarded, opened again (D1, D2)
//! * [`receiving`] — received, rejected, acknowledged, assigned, returned (D2, D3, I5)
//! * [`attending`] — attended, sent further, concluded (D4)
//! * [`ending`] — archived, restored, voided (A1)
//! * [`attachments`] — files added and withdrawn (A1)
//! * [`refusals`] — what is refused everywhere, and the words for it (I10)
//!
//! `fixture` has the people and `words` the short names of commands and events: ana (registrar) and carla (head) of A, the desk; beto (officer) and
//! bruno (head) of B; ciro (officer) of C; dora, who belongs to no office.

mod attachments;
mod attending;
mod ending;
mod fixture;
mod header;
mod receiving;
mod refusals;
mod registration;
mod routing;
mod words;
