//! Redis: whether it is there, new enough, and knows what to do when it is full.

use std::collections::HashMap;

use chrono::DateTime;
use platform::config;
use platform::redis::Redis;
use redis::{Cmd, cmd};

use super::clock::Asked;
use super::report::Report;

const OF: &str = "Redis";

/// The oldest major version.
const OLDEST: u32 = 7;

/// Looks at Redis. Whatever is wrong with it, Mesa is slower and right.
pub(super) async fn examine(report: &mut Report, config: &config::Redis) {
    let without = "reads are slower and right without it";
    let redis = match Redis::open(config) {
        Ok(redis) => redis,
        Err(error) => return report.fail(OF, "address", error.to_string(), "correct the address"),
    };
    let mut info = HashMap::new();
    for section in ["server", "memory"] {
        match redis
            .ask::<String>(Cmd::new().arg("INFO").arg(section))
            .await
        {
            Ok(text) => info.extend(facts(&text)),
            Err(error) => {
                let advice = format!("start it, and give the user the right to INFO; {without}");
                return report.warn(OF, "server", error.to_string(), advice);
            }
        }
    }
    let fact = |name: &str| info.get(name).map_or("", String::as_str);
    told_version(report, fact("valkey_version"), fact("redis_version"));
    told_memory(report, fact("maxmemory"), fact("maxmemory_policy"));
    let ask = async {
        let (seconds, micros): (i64, i64) = redis.ask(&cmd("TIME")).await.ok()?;
        DateTime::from_timestamp_micros(seconds.checked_mul(1_000_000)?.checked_add(micros)?)
    };
    if let Some(asked) = Asked::of(ask).await {
        asked.tell(report, OF);
    }
}

/// The lines `name:value` of what `INFO` says.
fn facts(text: &str) -> impl Iterator<Item = (String, String)> + use<'_> {
    let lines = text
        .lines()
        .filter_map(|line| line.trim_end().split_once(':'));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned()))
}

fn told_version(report: &mut Report, valkey: &str, redis: &str) {
    let (name, version) = if valkey.is_empty() {
        ("Redis", redis)
    } else {
        ("Valkey", valkey)
    };
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    let found = format!("{name} {version}");
    if major.is_some_and(|major| major >= OLDEST) {
        report.ok(OF, "version", found);
    } else {
        report.warn(
            OF,
            "version",
            found,
            "install Redis 7 or Valkey 8, or later",
        );
    }
}

fn told_memory(report: &mut Report, most: &str, policy: &str) {
    let what = "maxmemory";
    if most == "0" {
        let advice = "it grows until the machine has no more: set one, 256mb are enough to begin \
                      with, and maxmemory-policy volatile-lru";
        report.warn(OF, what, "no limit", advice);
    } else if policy == "noeviction" {
        let advice = "when it is full it takes no hot views: set maxmemory-policy volatile-lru";
        report.warn(OF, "maxmemory-policy", policy, advice);
    } else {
        report.ok(OF, what, format!("{most} bytes, {policy}"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::State;
    use super::*;

    #[test]
    fn what_info_says_is_read() {
        let found: Vec<_> = facts("# Memory\r\nmaxmemory:0\r\nos:Linux 6: x\r\n").collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(found, [pair("maxmemory", "0"), pair("os", "Linux 6: x")]);
    }

    #[test]
    fn old_versions_and_memory_without_a_limit_or_a_way_out_are_told() {
        let worst = |tell: &dyn Fn(&mut Report)| {
            let mut report = Report::default();
            tell(&mut report);
            report.state()
        };
        assert_eq!(
            worst(&|report| told_version(report, "", "7.0.15")),
            State::Ok
        );
        assert_eq!(
            worst(&|report| told_version(report, "8.1.0", "7.2.4")),
            State::Ok
        );
        assert_eq!(
            worst(&|report| told_version(report, "", "6.2.1")),
            State::Warn
        );
        assert_eq!(
            worst(&|report| told_memory(report, "0", "volatile-lru")),
            State::Warn
        );
        assert_eq!(
            worst(&|report| told_memory(report, "1024", "noeviction")),
            State::Warn
        );
        assert_eq!(
            worst(&|report| told_memory(report, "1024", "volatile-lru")),
            State::Ok
        );
    }
}
