"""What Redis does for us in one go, by its own clock alone."""

TALK = """
-- Hands out places. KEYS: who wants rest, then rooms. ARGV: worker, places, milliseconds for which what is said
-- holds, milliseconds of a turn; then of each room how many places are used, are kept, are wanted.
-- A room is a hash: worker -> places held, places wanted, valid until, waiting since, holding since.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local worker, places = ARGV[1], tonumber(ARGV[2])
local valid, longest = tonumber(ARGV[3]), tonumber(ARGV[4])
local answer = {}

local function target_of(everybody, wanted)
  table.sort(everybody, function(a, b)
    if a.turn ~= b.turn then return a.turn < b.turn end
    return a.name < b.name
  end)
  local each, more = math.floor(places / #everybody), places % #everybody
  local spare, mine = places, 0
  for rank, one in ipairs(everybody) do
    local share = each + (rank <= more and 1 or 0)
    spare = spare - math.min(one.wanted, share)
    if one.name == worker then mine = share end
  end
  return math.min(wanted, mine + spare)
end

for number = 2, #KEYS do
  local key, at = KEYS[number], 4 + (number - 2) * 3
  local used, kept, wanted = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local everybody, elsewhere, before, turn, since = {}, 0, 0, now, 0
  local said = redis.call('HGETALL', key)
  for i = 1, #said, 2 do
    local held, wants, till, began, holds = string.match(said[i + 1], '(%d+) (%d+) (%d+) (%d+) (%d+)')
    if tonumber(till) <= now then
      redis.call('HDEL', key, said[i])
    elseif said[i] == worker then
      before, turn, since = tonumber(held), tonumber(began), tonumber(holds)
    else
      elsewhere = elsewhere + tonumber(held)
      everybody[#everybody + 1] = {name = said[i], wanted = tonumber(wants), turn = tonumber(began)}
    end
  end
  local held, target = 0, 0
  if used == 0 and wanted == 0 then
    redis.call('HDEL', key, worker)
  else
    if since > 0 and now - since > longest then turn, since = now, now end
    target = places
    if #everybody > 0 then
      everybody[#everybody + 1] = {name = worker, wanted = wanted, turn = turn}
      target = target_of(everybody, wanted)
    end
    -- Requests that are under way can't be taken back, even if we had forgotten them.
    held = math.max(used, math.min(kept, math.max(before, places - elsewhere)))
    if target > held then held = math.max(held, math.min(target, places - elsewhere)) end
    if held == 0 then since = 0 elseif before == 0 then since = now end
    redis.call('HSET', key, worker, string.format('%d %d %d %d %d', held, wanted, now + valid, turn, since))
    redis.call('PEXPIRE', key, valid)
  end
  answer[#answer + 1] = held
  answer[#answer + 1] = target
end

local resting = redis.call('ZRANGEBYSCORE', KEYS[1], now + 1, '+inf', 'WITHSCORES', 'LIMIT', 0, 1000)
for i = 2, #resting, 2 do resting[i] = math.floor(resting[i] - now) end
return {answer, resting}
"""

REST = """
-- Notes who wants rest. KEYS: the note. ARGV: the longest that it may hold; then host, milliseconds, and so on.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
for i = 2, #ARGV, 2 do redis.call('ZADD', KEYS[1], 'GT', now + tonumber(ARGV[i + 1]), ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
"""

TURN = """
-- Lets one request go to a host that wants time between two. KEYS: the host. ARGV: milliseconds of that time.
-- Answers 0 to whoever may go, and to others how long they have to wait before they ask again.
if redis.call('SET', KEYS[1], 1, 'NX', 'PX', ARGV[1]) then return 0 end
return math.max(1, redis.call('PTTL', KEYS[1]))
"""
