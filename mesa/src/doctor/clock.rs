//! Whether the clocks of the servers go with this machine's: times in the log come from the roles,
//! and times of notices and limits from the servers.

use async_nats::Client;
use chrono::{DateTime, TimeDelta, Utc};
use platform::clock::{Clock, SystemClock};
use serde::Deserialize;

use super::report::Report;

/// Clocks may be this far apart.
const APART: TimeDelta = TimeDelta::milliseconds(500);

/// The time a server told, and what this machine's clock said before and after it was asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    before: DateTime<Utc>,
    server: DateTime<Utc>,
    after: DateTime<Utc>,
}

impl Asked {
    /// Asks a server for its time; none when it does not tell.
    pub(super) async fn of(ask: impl Future<Output = Option<DateTime<Utc>>>) -> Option<Self> {
        let before = SystemClock.now();
        let server = ask.await?;
        let after = SystemClock.now();
        Some(Self {
            before,
            server,
            after,
        })
    }

    /// How far the server's clock is ahead at least, behind when negative: what the way there and
    /// back may explain does not count.
    fn apart(&self) -> TimeDelta {
        if self.server > self.after {
            self.server - self.after
        } else if self.server < self.before {
            self.server - self.before
        } else {
            TimeDelta::zero()
        }
    }

    /// Says how far the clocks are apart.
    pub(super) fn tell(self, report: &mut Report, of: &'static str) {
        let apart = self.apart();
        let found = format!("{} ms apart", apart.num_milliseconds());
        if apart.abs() > APART {
            let advice = "let both machines keep their time with NTP (chrony, systemd-timesyncd)";
            report.warn(of, "clock", found, advice);
        } else {
            report.ok(of, "clock", found);
        }
    }
}

/// Compares the clock of NATS, which it tells with everything it says of a stream.
pub(super) async fn of_nats(report: &mut Report, of: &'static str, client: &Client, stream: &str) {
    #[derive(Deserialize)]
    struct Told {
        ts: DateTime<Utc>,
    }

    let subject = format!("$JS.API.STREAM.INFO.{stream}");
    let ask = async {
        let answer = client.request(subject, Vec::new().into()).await.ok()?;
        let told: Told = serde_json::from_slice(&answer.payload).ok()?;
        Some(told.ts)
    };
    if let Some(asked) = Asked::of(ask).await {
        asked.tell(report, of);
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::State;
    use super::*;

    fn said(server: i64) -> Report {
        let at = |ms| DateTime::from_timestamp_millis(ms).unwrap();
        let asked = Asked {
            before: at(10_000),
            server: at(server),
            after: at(10_040),
        };
        let mut report = Report::default();
        asked.tell(&mut report, "PostgreSQL");
        report
    }

    #[test]
    fn only_what_the_way_cannot_explain_counts() {
        for (server, found, state) in [
            (10_020, "0 ms apart", State::Ok),
            (10_540, "500 ms apart", State::Ok),
            (10_541, "501 ms apart", State::Warn),
            (9_400, "-600 ms apart", State::Warn),
        ] {
            let report = said(server);
            assert_eq!(report.state(), state, "{server}");
            assert_eq!(report.findings[0].found, found);
        }
    }
}
