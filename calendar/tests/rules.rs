//! The rules of terms, one by one, with the holidays of the nation.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use calendar::{
    Alert, Calendar, Count, Day, Language, LegalTerm, Pause, Period, Rule, Since, Term, national,
};
use chrono::NaiveDate;

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn term_in(calendar: &Calendar, from: &str, period: Period) -> Term {
    calendar.at(None).term(Count::new(
        Rule::DocumentType,
        period,
        Since::Filed,
        on(from),
    ))
}

fn due(from: &str, period: Period) -> String {
    term_in(&Calendar::of(national::days()), from, period)
        .due_on
        .to_string()
}

#[test]
fn t1_the_count_starts_on_the_next_business_day() {
    // Filed on a Friday: Monday is the first day.
    let calendar = Calendar::of(national::days());
    let term = term_in(&calendar, "2026-07-31", Period::BusinessDays(1));
    assert_eq!(term.starts_on, on("2026-08-03"));
    assert_eq!(term.due_on, on("2026-08-03"));
    // Filed on a Saturday: Monday too.
    assert_eq!(due("2026-08-01", Period::BusinessDays(1)), "2026-08-03");
}

#[test]
fn t1_weekends_and_holidays_are_skipped() {
    assert_eq!(due("2026-07-31", Period::BusinessDays(10)), "2026-08-17");
    // Holy Week of 2026: Thursday 2 and Friday 3 April.
    assert_eq!(due("2026-04-01", Period::BusinessDays(1)), "2026-04-06");
}

#[test]
fn t1_an_end_on_a_day_off_moves_to_the_next_business_day() {
    // Thirty days in a row from Monday 6 July end on Wednesday 5 August; thirty-one on the holiday.
    assert_eq!(due("2026-07-03", Period::CalendarDays(31)), "2026-08-05");
    assert_eq!(due("2026-07-03", Period::CalendarDays(32)), "2026-08-07");
    assert_eq!(due("2026-05-29", Period::Months(1)), "2026-06-30");
}

#[test]
fn t1_months_go_from_date_to_date_and_an_absent_day_is_the_first_business_day_of_the_next_month() {
    assert_eq!(due("2026-01-15", Period::Months(1)), "2026-02-16");
    assert_eq!(due("2026-01-29", Period::Months(1)), "2026-03-02");
    assert_eq!(due("2024-01-30", Period::Months(1)), "2024-03-01");
    assert_eq!(due("2024-01-29", Period::Months(1)), "2024-02-29");
    assert_eq!(due("2026-08-31", Period::Months(3)), "2026-12-01");
    assert_eq!(due("2026-02-16", Period::Months(12)), "2027-02-16");
}

#[test]
fn t2_a_day_that_does_not_suspend_terms_counts_but_ends_none() {
    let mut calendar = Calendar::of(national::days());
    calendar.declare(Day {
        on: on("2026-07-27"),
        scope: "nation".parse().unwrap(),
        name: "Día no laborable".to_owned(),
        legal_basis: "D. S. 042-2025-PCM".to_owned(),
        suspends_terms: false,
    });
    // Counted: Friday 24, Monday 27, Thursday 30.
    let through = term_in(&calendar, "2026-07-22", Period::BusinessDays(3));
    assert_eq!(through.due_on, on("2026-07-30"));
    assert!(
        through
            .skipped
            .iter()
            .all(|day| day.name != "Día no laborable")
    );
    // An end on it moves on, over the two days of Fiestas Patrias.
    let onto = term_in(&calendar, "2026-07-22", Period::BusinessDays(2));
    assert_eq!(onto.due_on, on("2026-07-30"));
    assert!(
        onto.skipped
            .iter()
            .any(|day| day.name == "Día no laborable")
    );
}

#[test]
fn t3_the_law_says_how_long_when_no_rule_does() {
    let days = |term: LegalTerm| match term.period() {
        Period::BusinessDays(days) => days,
        other => panic!("{other:?}"),
    };
    assert_eq!(days(LegalTerm::MereProcedure), 3);
    assert_eq!(days(LegalTerm::Report), 7);
    assert_eq!(days(LegalTerm::ReportExtended), 10);
    assert_eq!(days(LegalTerm::CitizenAct), 10);
    assert_eq!(days(LegalTerm::WholeProcedure), 30);
}

#[test]
fn t4_a_term_explains_itself_in_two_languages() {
    let calendar = Calendar::of(national::days());
    let term = term_in(&calendar, "2026-07-31", Period::BusinessDays(10));
    assert_eq!(
        term.explain(Language::Spanish),
        "Vence el 17 de agosto de 2026: presentado el 31 de julio, 10 días hábiles (plazo del tipo \
         de documento), sin contar 6 de agosto (Batalla de Junín) ni 6 días de fin de semana."
    );
    assert_eq!(
        term.explain(Language::English),
        "Due 17 August 2026: filed 31 July, 10 business days (rule of the document type), skips 6 \
         August (Batalla de Junín) and 6 weekend days."
    );
}

#[test]
fn t4_extensions_and_suspensions_are_told_and_the_year_where_it_is_another() {
    let calendar = Calendar::of(national::days());
    let term = calendar.at(None).term(Count {
        extended_by: 1,
        pauses: vec![Pause {
            from: on("2026-12-29"),
            until: on("2026-12-31"),
        }],
        ..Count::new(
            Rule::Law,
            Period::BusinessDays(3),
            Since::Corrected,
            on("2026-12-28"),
        )
    });
    assert_eq!(
        term.explain(Language::Spanish),
        "Vence el 6 de enero de 2027: subsanado el 28 de diciembre de 2026, 3 días hábiles (plazo \
         de ley, TUO de la Ley 27444), más 1 día hábil, suspendido del 29 de diciembre de 2026 al \
         31 de diciembre de 2026, sin contar 1 de enero (Año Nuevo) ni 2 días de fin de semana."
    );
}

#[test]
fn a_date_that_was_given_stays_whatever_day_it_is() {
    let calendar = Calendar::of(national::days());
    let term = calendar
        .at(None)
        .term(Count::given(on("2026-08-06"), on("2026-07-31")));
    assert_eq!(term.due_on, on("2026-08-06"));
    assert_eq!(
        term.explain(Language::English),
        "Due 6 August 2026: filed 31 July, until 6 August 2026 (date given at registration)."
    );
}

#[test]
fn a_clock_that_stood_lengthens_a_given_date_too() {
    let calendar = Calendar::of(national::days());
    let term = calendar.at(None).term(Count {
        pauses: vec![Pause {
            from: on("2026-08-03"),
            until: on("2026-08-06"),
        }],
        ..Count::given(on("2026-08-05"), on("2026-07-31"))
    });
    // Three days later is Saturday 8 August.
    assert_eq!(term.due_on, on("2026-08-10"));
}

#[test]
fn dates_beyond_all_calendars_break_nothing() {
    let calendar = Calendar::of(national::days());
    let far = NaiveDate::MAX.pred_opt().unwrap();
    let count = Count::new(Rule::Law, Period::BusinessDays(30), Since::Filed, far);
    assert_eq!(calendar.at(None).term(count).due_on, NaiveDate::MAX);
    let given = Count {
        extended_by: 9,
        ..Count::given(NaiveDate::MAX, on("2026-01-01"))
    };
    assert_eq!(calendar.at(None).term(given).due_on, NaiveDate::MAX);
    let months = Count::new(Rule::Law, Period::Months(u16::MAX), Since::Filed, far);
    assert_eq!(calendar.at(None).term(months).due_on, NaiveDate::MAX);
}

/// Not a threshold: a figure to look at, `cargo test -p calendar -- --nocapture microseconds`.
#[test]
fn a_term_takes_microseconds() {
    let calendar = Calendar::of(national::days());
    let days = calendar.at("1501".parse().ok());
    let begin = std::time::Instant::now();
    let mut sum = 0;
    for step in 0..10_000 {
        let from = on("2024-01-01") + chrono::Days::new(step % 1_000);
        let count = Count::new(Rule::Law, Period::BusinessDays(30), Since::Filed, from);
        sum += i64::from(days.term(count).weekend_days);
    }
    println!("{:?} a term, {sum} weekend days", begin.elapsed() / 10_000);
}

/// T5: Thursday 6 August 2026 is a holiday; what is due on Monday 10 is spoken of from Tuesday on.
#[test]
fn t5_alerts_are_three_two_and_one_business_days_before_and_after_the_last_day() {
    let calendar = Calendar::of(national::days());
    let days = calendar.at(None);
    let told = |today| days.alert(on(today), on("2026-08-10"));
    for (today, left) in [
        ("2026-08-03", None),
        ("2026-08-04", Some(3)),
        ("2026-08-05", Some(2)),
        ("2026-08-06", Some(2)),
        ("2026-08-07", Some(1)),
        ("2026-08-08", Some(1)),
        ("2026-08-09", Some(1)),
        ("2026-08-10", None),
    ] {
        assert_eq!(told(today), left.map(Alert::Approaching), "{today}");
    }
    assert_eq!(told("2026-08-11"), Some(Alert::Missed));
    assert_eq!(told("2027-08-11"), Some(Alert::Missed));
}

/// T5: the days that are looked for on a day are those of which something is said on it.
#[test]
fn t5_the_last_days_that_are_looked_for_are_those_that_are_spoken_of() {
    let calendar = Calendar::of(national::days());
    let days = calendar.at(None);
    for today in on("2026-07-20").iter_days().take(40) {
        for due_on in on("2026-07-10").iter_days().take(70) {
            let said = days.alert(today, due_on);
            let sought = Alert::ALL.into_iter().filter(|alert| {
                let (first, last) = days.alerted(today, *alert);
                first <= due_on && due_on <= last
            });
            let sought: Vec<_> = sought.collect();
            assert_eq!(sought, Vec::from_iter(said), "{today} {due_on}");
        }
    }
}
