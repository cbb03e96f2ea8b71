-- Transfer out (省际转出): who may, and which passes go.
-- source: docs/sources/tibet.md, transfer (DEF-GEN-16)
local moves = use "rules.moves"

local CODE_DIGITS = 5 -- a national course code
local THESIS, PRACTICE = "毕业论文", "实践"
local MADE_HERE = { "exam", "practice" }

local M = {}

-- Every pass of the person: those that fill the plan and those beside it.
local function passes(ledger)
  return list.concat(list.where(ledger.lines, "standing", "passed"), ledger.spare)
end

-- Somebody with all courses graduates here; somebody without a pass has nothing to move.
local function stage_refusals(ledger)
  if ledger.complete then return { refuse("transfer_all_passed", {}) } end
  local here = list.any(passes(ledger), function(pass) return list.contains(MADE_HERE, pass.source) end)
  return here and {} or { refuse("transfer_no_pass", {}) }
end

local function moved_in_refusals(facts)
  local last = nil
  for _, pass in ipairs(passes(facts.ledger)) do
    if pass.moved_on ~= nil and (last == nil or pass.moved_on > last) then last = pass.moved_on end
  end
  if last == nil then return {} end
  local free_on = date.add_years(last, 1)
  if date.compare(facts.today, free_on) >= 0 then return {} end
  return { refuse("transfer_too_soon", { moved_on = last, free_on = free_on }) }
end

-- The list of people on file tells until when somebody may not sit for exams (停考).
local function suspension_refusals(facts)
  local until_day = facts.person ~= nil and facts.person.more.suspended_until or nil
  if until_day == nil or not date.is(until_day) or date.compare(until_day, facts.today) < 0 then return {} end
  return { refuse("transfer_suspended", { ["until"] = until_day }) }
end

local function province_refusals(facts)
  local elsewhere = list.any(moves.standing(facts.own_cases), function(one)
    return one.fields.target_province ~= facts.fields.target_province
  end)
  return elsewhere and { refuse("transfer_other_province", {}, "target_province") } or {}
end

local function is_passed(ledger, code)
  return list.find(passes(ledger), "code", code) ~= nil
end

-- Why a course stays here; nil: it may go.
local function reason_to_stay(facts, code)
  if text.len(code) ~= CODE_DIGITS or not text.is_digits(code) then return "transfer_no_national_code" end
  if list.contains(moves.moved_out(facts.own_cases), code) then return "transfer_gone" end
  local line = list.find(facts.ledger.lines, "code", code)
  if line == nil then return "transfer_not_in_plan" end
  if line.standing == "waived" then return "transfer_waived" end
  if line.standing ~= "passed" then return "transfer_not_passed" end
  if line.exam_mode == THESIS then return "transfer_thesis" end
  local theory = line.exam_mode == PRACTICE and line.theory_code or nil
  return theory ~= nil and not is_passed(facts.ledger, theory) and "transfer_practice_alone" or nil
end

local function movable(facts)
  local names = {}
  for _, line in ipairs(facts.ledger.lines) do
    if reason_to_stay(facts, line.code) == nil then names[#names + 1] = line.code .. " " .. line.name end
  end
  return #names > 0 and text.join(names, "、") or "无"
end

local function course_refusals(facts)
  local found, seen = {}, {}
  for _, row in ipairs(facts.fields.courses or {}) do
    local why = seen[row.code] and "transfer_twice" or reason_to_stay(facts, row.code)
    seen[row.code] = true
    if why ~= nil then found[#found + 1] = refuse(why, { course = row.code, movable = movable(facts) }, "courses") end
  end
  return found
end

---@param facts { today: string, fields: table, person: PersonFact?, ledger: Ledger?, own_cases: OwnCase[]? }
---@return Decision
function M.may_move(facts)
  if facts.ledger == nil then return refuse("plan_missing", {}, "major") end
  local found = list.concat(stage_refusals(facts.ledger), moved_in_refusals(facts))
  found = list.concat(found, suspension_refusals(facts))
  found = list.concat(found, moves.graduating_refusals(facts.own_cases))
  found = list.concat(found, province_refusals(facts))
  return refuse_all(list.concat(found, course_refusals(facts)))
end

return M
