//! What was used of the limits, added up in Redis for all processes of an installation.
//!
//! No request waits for it: each process counts for itself and, ten times a second, tells what was
//! used since and learns what everybody has used together. While Redis is away each goes on by
//! itself, with the same figures. Keys are `{ns}:limit:{whom}:{seconds}`, each with the moment at
//! which all of it will have come back, by the clock of Redis alone; nothing else makes names of
//! that kind.

use redis::{RedisResult, Script};

use super::counts::Told;
use crate::redis::Redis;

/// How many are told at once: Redis does nothing else meanwhile, for about a millisecond.
pub(super) const AT_ONCE: usize = 400;

/// Adds what was used, and gives for each key all that is used now.
///
/// `KEYS`: who. `ARGV`, two for each: what was used, and the most that can be, in microseconds.
const ADD: &str = "
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local all = {}
for i, key in ipairs(KEYS) do
  local used = math.max(tonumber(redis.call('GET', key) or '0') - now, 0)
  used = math.min(used + tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i]))
  redis.call('SET', key, string.format('%.0f', now + used), 'PX', math.ceil(used / 1000))
  all[i] = used
end
return all
";

/// The counts of all processes.
#[derive(Debug)]
pub(super) struct Shared {
    redis: Redis,
    prefix: String,
    add: Script,
}

impl Shared {
    pub(super) fn new(redis: Redis, namespace: &str) -> Self {
        Self {
            redis,
            prefix: format!("{namespace}:limit:"),
            add: Script::new(ADD),
        }
    }

    /// Adds what was used; gives for each what all have used together, in microseconds.
    pub(super) async fn add(&self, told: &[Told]) -> RedisResult<Vec<u64>> {
        let mut call = self.add.prepare_invoke();
        for one in told {
            let seconds = one.window / 1_000_000;
            call.key(format!("{}{}:{seconds}", self.prefix, one.whom));
            call.arg(one.used).arg(one.window);
        }
        call.invoke_async(&mut self.redis.clone()).await
    }
}
