//! The rules of a document, as given / when / then. Each folder file is a chapter:
//!
//! * [`registration`] — the register in order, nothing refused at the desk (R1, R2, R5)
//! * [`submitting`] — handed in at the digital desk, registered later (R1, R5, I9)
//! * [`observing`] — observed once, corrected in time or not filed (O1 to O3)
//! * [`header`] — classified, put right, remarked upon (A1)
//! * [`routing`] — sent on, taken back, forwarded, opened again (D1, D2)
//! * [`receiving`] — received, rejected, acknowledged, assigned, returned (D2, D3, I5)
//! * [`attending`] — attended, sent further, concluded (D4)
//! * [`ending`] — archived, restored, voided (A1)
//! * [`attachments`] — files added and withdrawn (A1)
//! * [`restriction`] — seen by the offices that work on it alone, and unknown to all others
//! * [`refusals`] — what is refused everywhere, and the words for it (I10)
//!
//! `fixture` has the people, `words` and `desk` the short names of commands and events: ana (registrar) and carla (head) of A, the desk; beto (officer) and
//! bruno (head) of B; ciro (officer) of C; dora and ivan, who belong to no office.

mod attachments;
mod attending;
mod deadline;
mod desk;
mod ending;
mod fixture;
mod header;
mod observing;
mod receiving;
mod refusals;
mod registration;
mod restriction;
mod routing;
mod submitting;
mod words;
