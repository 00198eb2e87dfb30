//! Steps: what is drawn, and how it is fitted to a document.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::document::{
    Amend, Archive, Attach, Attend, Classify, Conclude, Correct, Derivation, Derive,
    DocumentCommand, Dossier, FieldAmendment, Observe, Target,
};
use events::classify::{AttachmentKind, DerivationKind, DocumentStatus, LinkKind, Priority};
use events::desk::ObservedItem;
use events::{AttachmentId, DocumentId, DocumentTypeId, Hash, OfficeId};
use proptest::prelude::*;
use proptest::{collection, option, sample};

use uuid::Uuid;

use super::wishes::{Wish, wish};
use super::{Asked, PEOPLE};

/// One thing somebody tries.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// How far the clock moves, in minutes; sometimes back.
    pub(crate) minutes: i64,
    /// Whether it is an act of somebody who may, on something that is there.
    fits: bool,
    wish: Wish,
    /// Chooses the user.
    user: usize,
    /// Chooses the derivation.
    ordinal: usize,
    targets: Vec<(&'static str, DerivationKind)>,
    text: Option<&'static str>,
    due_on: Option<NaiveDate>,
}

fn step() -> impl Strategy<Value = Step> {
    let minutes = prop_oneof![4 => 0..600_i64, 1 => -100_000..100_000_i64];
    let fits = prop_oneof![4 => Just(true), 1 => Just(false)];
    let office = sample::select(["A", "B", "C", "D", "X"].as_slice());
    let targets = collection::vec((office, sample::select(DerivationKind::ALL)), 0..5);
    let text = option::weighted(0.8, sample::select(["", "why", "a longer why"].as_slice()));
    let due_on = option::weighted(0.1, Just(NaiveDate::MIN));
    let choice = (0..1000_usize, 0..1000_usize);
    (minutes, fits, wish(), choice, targets, text, due_on).prop_map(
        |(minutes, fits, wish, (user, ordinal), targets, text, due_on)| Step {
            minutes,
            fits,
            wish,
            user,
            ordinal,
            targets,
            text,
            due_on,
        },
    )
}

/// So many steps.
pub(crate) fn steps(count: Range<usize>) -> impl Strategy<Value = Vec<Step>> {
    collection::vec(step(), count)
}

impl Step {
    /// When it is tried, if the step before was at `clock`: what is said of a last day, around it.
    pub(crate) fn moment(&self, dossier: &Dossier, clock: DateTime<Utc>) -> DateTime<Utc> {
        let later = clock + TimeDelta::minutes(self.minutes);
        let around = match self.wish {
            Wish::Alert if self.fits => dossier.due_on(),
            _ => None,
        };
        let days = i64::try_from(self.ordinal % 8).unwrap() - 5;
        let around = around.map(|on| on + TimeDelta::days(days));
        around.map_or(later, |on| on.and_hms_opt(17, 0, 0).unwrap().and_utc())
    }

    /// Who asks what of `dossier`; the user as an index into [`PEOPLE`].
    pub(crate) fn fit(&self, dossier: &Dossier) -> (usize, Asked) {
        if !self.fits {
            let ordinal = u32::try_from(self.ordinal % (dossier.derivations.len() + 2)).unwrap();
            return self.command(dossier, ordinal);
        }
        let waiting: Vec<_> = (dossier.derivations.iter())
            .filter(|derivation| self.wish.is_about(derivation))
            .collect();
        match self.ordinal.checked_rem(waiting.len()) {
            Some(index) => self.command(dossier, waiting[index].ordinal),
            None if self.wish.needs_derivation() => {
                let often = self.ordinal.is_multiple_of(2);
                let at_the_desk = dossier.derivations.is_empty();
                let wish = match dossier.phase.status() {
                    DocumentStatus::Submitted | DocumentStatus::Registered
                        if at_the_desk && often =>
                    {
                        Wish::Observe
                    }
                    DocumentStatus::Submitted => Wish::Enter,
                    DocumentStatus::Observed if often => Wish::DeclareNotFiled,
                    DocumentStatus::Observed => Wish::Correct,
                    DocumentStatus::Archived => Wish::Restore,
                    DocumentStatus::NotFiled | DocumentStatus::Voided => Wish::Archive,
                    DocumentStatus::Registered
                    | DocumentStatus::InProcess
                    | DocumentStatus::Attended => Wish::Derive,
                };
                Self {
                    wish,
                    ..self.clone()
                }
                .command(dossier, 0)
            }
            None => self.command(dossier, 0),
        }
    }

    /// The office that must act.
    fn acting_office(&self, dossier: &Dossier, derivation: Option<&Derivation>) -> OfficeId {
        match (self.wish, derivation) {
            (
                Wish::Receive
                | Wish::Reject
                | Wish::Acknowledge
                | Wish::Assign
                | Wish::Return
                | Wish::Attend
                | Wish::AttendAndDerive,
                Some(derivation),
            ) => derivation.to,
            (Wish::Recall, Some(derivation)) => derivation.from,
            _ => dossier.holder,
        }
    }

    fn who(&self, acting: OfficeId) -> usize {
        let fitting: Vec<_> = (0..PEOPLE.len())
            .filter(|who| !self.fits || PEOPLE[*who].offices.contains(&acting))
            .collect();
        fitting[self.user % fitting.len()]
    }

    fn targets(&self, acting: OfficeId) -> Vec<Target> {
        let mut targets: Vec<Target> = vec![];
        for (code, kind) in &self.targets {
            let office = OfficeId::of_code(code);
            let is_first = targets
                .iter()
                .all(|target| target.kind != DerivationKind::Principal);
            let is_new = targets.iter().all(|target| target.office != office);
            let kind = match kind {
                DerivationKind::Principal if self.fits && !is_first => DerivationKind::Parallel,
                kind => *kind,
            };
            if self.fits && (*code == "X" || office == acting || !is_new) {
                continue;
            }
            targets.push(self.target(office, kind));
        }
        if self.fits && targets.is_empty() {
            let mut codes = ["B", "A"].into_iter().map(OfficeId::of_code);
            let other = codes.find(|office| *office != acting).unwrap();
            targets.push(self.target(other, DerivationKind::Principal));
        }
        targets
    }

    fn target(&self, office: OfficeId, kind: DerivationKind) -> Target {
        Target {
            office,
            kind,
            user: None,
            instructions: None,
            urgent: false,
            answer_required: false,
            due_on: self.due_on.filter(|_| !self.fits),
        }
    }

    fn command(&self, dossier: &Dossier, ordinal: u32) -> (usize, Asked) {
        let acting = self.acting_office(dossier, dossier.derivation(ordinal));
        let who = self.who(acting);
        let asked = match self.wish {
            Wish::Enter => Asked::Enter,
            _ => Asked::Act(self.wished(dossier, ordinal, acting, who)),
        };
        (who, asked)
    }

    /// Some of `all`, at least one where there is one.
    fn some_of(&self, all: &[String]) -> Vec<String> {
        let chosen = |place: &usize| self.ordinal >> place & 1 == 0;
        let some = (0..all.len()).filter(|place| *place == self.user % all.len() || chosen(place));
        some.map(|place| all[place].clone()).collect()
    }

    /// Items to be observed or corrected: what is left, where somebody knows what to do.
    fn items(&self, dossier: &Dossier) -> Vec<String> {
        let left = dossier.observation.iter().flat_map(|one| &one.open);
        let left: Vec<_> = left.cloned().collect();
        if self.fits && !left.is_empty() {
            self.some_of(&left)
        } else {
            self.some_of(&["fee", "photo", "signature"].map(str::to_owned))
        }
    }

    fn wished(
        &self,
        dossier: &Dossier,
        ordinal: u32,
        acting: OfficeId,
        who: usize,
    ) -> DocumentCommand {
        let fallback = if self.fits { "a fitting why" } else { "" };
        let text = self.text.filter(|_| !self.fits).unwrap_or(fallback);
        let reason = text.to_owned();
        let note = (!text.is_empty()).then(|| text.to_owned());
        match self.wish {
            Wish::Enter => unreachable!("it is no command"),
            Wish::Observe => {
                let detail = "missing".to_owned();
                let items = self.items(dossier).into_iter();
                let items = items.map(|item| ObservedItem {
                    item,
                    detail: detail.clone(),
                });
                DocumentCommand::Observe(Observe {
                    items: items.collect(),
                })
            }
            Wish::Correct => DocumentCommand::Correct(Correct {
                items: self.items(dossier).into_iter().collect(),
                note,
            }),
            Wish::DeclareNotFiled => DocumentCommand::DeclareNotFiled,
            Wish::Link => DocumentCommand::Link {
                other: DocumentId(Uuid::from_u128(self.ordinal as u128 % 3)),
                kind: LinkKind::ALL[self.user % LinkKind::ALL.len()],
            },
            Wish::Classify => DocumentCommand::Classify(Classify {
                document_type: DocumentTypeId::of_code(if self.fits { "SOL" } else { "OLD" }),
                category: note,
                tags: [].into(),
                priority: Priority::ALL[self.ordinal % Priority::ALL.len()],
            }),
            Wish::Amend => DocumentCommand::Amend(Amend {
                changes: vec![FieldAmendment::Folios(
                    u32::try_from(self.ordinal % 9).unwrap(),
                )],
                reason,
            }),
            Wish::Derive => DocumentCommand::Derive(Derive {
                targets: self.targets(acting),
                reason: self.text.map(str::to_owned).filter(|text| !text.is_empty()),
            }),
            Wish::Receive => DocumentCommand::Receive { ordinal },
            Wish::Reject => DocumentCommand::Reject { ordinal, reason },
            Wish::Acknowledge => DocumentCommand::Acknowledge { ordinal },
            Wish::Assign => DocumentCommand::Assign {
                ordinal,
                user: PEOPLE[who].id,
            },
            Wish::Return => DocumentCommand::Return { ordinal, reason },
            Wish::Recall => DocumentCommand::Recall { ordinal, reason },
            Wish::Attend | Wish::AttendAndDerive => DocumentCommand::Attend(Attend {
                ordinal,
                note,
                outcome: None,
                next_targets: match self.wish {
                    Wish::AttendAndDerive => self.targets(acting),
                    _ => vec![],
                },
            }),
            Wish::Conclude => DocumentCommand::Conclude(Conclude {
                outcome: None,
                note,
            }),
            Wish::Archive => DocumentCommand::Archive(Archive {
                classification: reason.clone(),
                retention_years: 10,
                location: "Shelf 4".to_owned(),
            }),
            Wish::Restore => DocumentCommand::Restore { reason },
            Wish::Void => DocumentCommand::Void { reason },
            Wish::AttachFile => DocumentCommand::AttachFile(self.file(reason)),
            Wish::WithdrawAttachment => DocumentCommand::WithdrawAttachment {
                attachment: self.attachment(),
                reason,
            },
            Wish::ExtendDeadline => DocumentCommand::ExtendDeadline {
                days: u32::try_from(self.ordinal % 9).unwrap(),
                reason,
            },
            Wish::SuspendClock => DocumentCommand::SuspendClock { reason },
            Wish::ResumeClock => DocumentCommand::ResumeClock { reason },
            Wish::Reschedule => DocumentCommand::Reschedule,
            Wish::Alert => DocumentCommand::Alert {
                due_on: dossier.due_on().unwrap_or(NaiveDate::MIN),
            },
            Wish::Restrict => DocumentCommand::Restrict { reason },
            Wish::Unrestrict => DocumentCommand::Unrestrict { reason },
            Wish::AddNote => DocumentCommand::AddNote { text: reason },
        }
    }
    /// One of a few files, so that some come twice and some are withdrawn.
    fn attachment(&self) -> AttachmentId {
        let n = u128::try_from(self.ordinal % 4).unwrap();
        AttachmentId(Uuid::from_u128(n))
    }

    fn file(&self, file_name: String) -> Attach {
        Attach {
            attachment: self.attachment(),
            file_name,
            media_type: "application/pdf".to_owned(),
            size: 1,
            sha256: Hash::of(self.attachment().0.as_bytes()),
            kind: match self.user % 2 {
                0 => AttachmentKind::Main,
                _ => AttachmentKind::Annex,
            },
            description: None,
            folios: None,
        }
    }
}
