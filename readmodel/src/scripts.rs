//! The Lua scripts by which hot views are written: older never overwrites newer.

/// Writes a hot view or a generation unless a newer one is there. Gives 1 when it is written, 0
/// when a newer one is there, −1 when the hot views are not where the writer thinks.
///
/// `KEYS`: the key, and [`crate::Keys::hot_position`]. `ARGV`: the value as
/// [`crate::keys::encode`] writes it; seconds to live, 0 for ever; and the sequence the hot views
/// must be at, or an empty text where that does not matter.
pub const PUT: &str = "
if ARGV[3] ~= '' and redis.call('GET', KEYS[2]) ~= ARGV[3] then
  return -1
end
local version = string.sub(ARGV[1], 1, 20)
local there = redis.call('GETRANGE', KEYS[1], 0, 19)
if there ~= '' and there > version then
  return 0
end
if ARGV[2] == '0' then
  redis.call('SET', KEYS[1], ARGV[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
end
return 1
";

/// Moves the position of the hot views. Gives 1 when it was where the writer thinks, else 0.
///
/// `KEYS`: [`crate::Keys::hot_position`]. `ARGV`: from which sequence, to which.
pub const ADVANCE: &str = "
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
return 1
";
