-- Graduation: the whole plan, passes made here by whoever moved in, the degree before, what has moved out.
-- source: docs/sources/tibet.md, graduation (DEF-XZ-02, DEF-GEN-17, DEF-GEN-19)
local degrees = use "common.degrees"
local moves = use "rules.moves"
local plan = use "common.ledger"
local windows = use "common.windows"

local BACHELOR, COMPLETED = "专升本", "毕业"
local OWN_PASSES = { ["专科"] = 5, [BACHELOR] = 4 } -- DEF-GEN-17
local MADE_HERE, MOVED_IN = { "exam", "practice" }, "transfer"
local BY_HAND = "papers"

local M = {}

local function is_bachelor(facts)
  return facts.plan ~= nil and facts.plan.major.level == BACHELOR
end

-- Whoever moved in passes some courses here before the diploma is this province's.
local function own_pass_refusals(facts)
  local ledger = facts.ledger
  if ledger == nil or facts.plan == nil then return {} end
  local passes = list.concat(list.where(ledger.lines, "standing", "passed"), ledger.spare)
  if not list.any(passes, function(pass) return pass.source == MOVED_IN end) then return {} end
  local have = list.count(passes, function(pass) return list.contains(MADE_HERE, pass.source) end)
  local need = OWN_PASSES[facts.plan.major.level] or OWN_PASSES[BACHELOR]
  if have >= need then return {} end
  return { refuse("own_passes_short", { have = have, need = need, level = facts.plan.major.level }, "courses") }
end

local function moved_refusals(facts)
  local found = {}
  if moves.is_leaving(facts.own_cases) then found[#found + 1] = refuse("transfer_under_way", {}) end
  local gone = moves.moved_out(facts.own_cases)
  if facts.ledger == nil then return found end
  for _, line in ipairs(facts.ledger.lines) do
    local with = list.pluck(line.with or {}, "code")
    local rests = line.standing == "passed" and list.contains(gone, line.code)
      or list.any(with, function(code) return list.contains(gone, code) end)
    if rests then found[#found + 1] = refuse("course_moved_out", { course = line.code .. " " .. line.name }, "courses") end
  end
  return found
end

-- Free of a course comes before: 免考申请 has an office and a proof of its own.
local function wish_refusals(facts)
  local found = {}
  for _, wish in ipairs(list.where(facts.fields.courses or {}, "kind", "waiver")) do
    found[#found + 1] = refuse("waiver_comes_first", { course = wish.course }, "courses")
  end
  return found
end

-- DEF-GEN-19: 专升本 needs a recognised 专科 or higher, 专科 needs nothing.
local function degree_refusals(facts)
  if not is_bachelor(facts) then return {} end
  return degrees.refusals(facts.previous_degree, { levels = degrees.ASSOCIATE_OR_HIGHER, conclusion = COMPLETED })
end

local function all_refusals(facts)
  local found = list.concat(plan.refusals(facts.ledger, "courses"), wish_refusals(facts))
  found = list.concat(found, own_pass_refusals(facts))
  found = list.concat(found, moved_refusals(facts))
  return list.concat(found, degree_refusals(facts))
end

---@param facts table
---@return Decision
function M.is_complete(facts)
  return refuse_all(all_refusals(facts))
end

---@param facts table
---@return Decision
function M.may_apply(facts)
  return M.is_complete(facts)
end

---@param facts table
---@return Decision
function M.may_reapply(facts)
  local over = windows.refusals(facts.windows.graduation, "graduation_window_over")
  if #over > 0 then return refuse_all(over) end
  return M.is_complete(facts)
end

-- Nothing was put in by hand: no substitution that was asked for, no degree proved by papers.
---@param facts table
---@return Decision
function M.records_suffice(facts)
  local found = all_refusals(facts)
  if #(facts.fields.courses or {}) > 0 then found[#found + 1] = refuse("office_looks_at_courses", {}, "courses") end
  local degree = facts.previous_degree
  if is_bachelor(facts) and degree ~= nil and degree.basis == BY_HAND then
    found[#found + 1] = refuse("office_looks_at_degree", {})
  end
  return refuse_all(found)
end

-- At once.
---@param facts { now: string }
---@return string  "2026-06-01 09:00:00"
function M.looked_at(facts)
  return facts.now
end

-- The diploma's picture passed before the form goes in.
---@param facts { graduation_photo: table? }
---@return Decision
function M.may_hand_in(facts)
  if facts.graduation_photo == nil then return refuse("photo_not_passed", {}) end
  return allow()
end

return M
