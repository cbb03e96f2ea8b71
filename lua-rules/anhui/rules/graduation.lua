-- Graduation: the plan, the degree before, corrections under way, cities with a procedure of their own.
-- source: docs/sources/anhui.md, preparation; application and review
local cities = use "rules.cities"
local degrees = use "common.degrees"
local plan = use "common.ledger"
local windows = use "common.windows"

local BACHELOR = "专升本"
local COMPLETED = "毕业"
-- AH-DEG-02: the last days of the two halves, included.
local FIRST_HALF_ENDS, SECOND_HALF_ENDS = "-06-30", "-12-30"
local LAST_MONTH_OF_FIRST_HALF = 6
-- The catalogue's codes begin with 4 or 5 for 专科, with 0 or 1 for 本科.
local FIRST_ASSOCIATE = "4"
-- AH-DEG-09: the city has confirmed the application, and nobody has taken that back.
local CONFIRMED = { "joint", "ministry", "checking", "exception", "exception_review" }
local REGISTERED = { "registered", "collected" }
-- AH-GRA-16: the city's word on 思想品德鉴定, and the word that takes it back.
local CONDUCT, CONDUCT_WITHDRAWN = "conduct_passed", "conduct_withdrawn"
local LOOKED_AT_AGAIN = { "sent_back" }

local M = {}

local function is_bachelor(facts)
  return facts.plan ~= nil and facts.plan.major.level == BACHELOR
end

local function in_first_half(day)
  return date.month(day) <= LAST_MONTH_OF_FIRST_HALF
end

-- A day of the session: the window's beginning, since cities review for longer than the half lasts.
local function session_day(facts)
  local window = facts.windows.graduation
  return window ~= nil and text.sub(window.opens, 1, 10) or facts.today
end

local function limit(facts)
  local day = session_day(facts)
  return date.year(day) .. (in_first_half(day) and FIRST_HALF_ENDS or SECOND_HALF_ENDS)
end

local function associate_in(own_cases, states)
  return list.any(own_cases or {}, function(one)
    return one.type == "graduation" and list.contains(states, one.state)
      and text.sub(one.fields.major or "", 1, 1) >= FIRST_ASSOCIATE
  end)
end

-- Once an application is in, the one for 专科 may be registered before it; before that a diploma that was registered
-- is an earlier session's, and the register knows it.
local function goes_with_associate(facts)
  return associate_in(facts.own_cases, list.concat(CONFIRMED, REGISTERED))
end

-- AH-DEG-01, AH-DEG-02
local function degree_refusals(facts)
  return degrees.refusals(facts.previous_degree, {
    limit = limit(facts), levels = degrees.ASSOCIATE_OR_HIGHER, conclusion = COMPLETED,
    stated = facts.fields.diploma_date, stated_field = "diploma_date",
    scan = facts.files.diploma_scan, scan_field = "diploma_scan",
  })
end

-- AH-DEG-08, AH-DEG-09: who hands in without a degree.
local function opening_refusals(facts)
  if not is_bachelor(facts) or associate_in(facts.own_cases, CONFIRMED) then return {} end
  if in_first_half(session_day(facts)) and degrees.is_expected(facts.previous_degree, limit(facts)) then return {} end
  return degree_refusals(facts)
end

local function lacks_degree(facts)
  return is_bachelor(facts) and not degrees.is_held(facts.previous_degree) and not goes_with_associate(facts)
end

local function has_conduct(facts)
  local taken = facts.actions_taken
  local passed, withdrawn = taken[CONDUCT], taken[CONDUCT_WITHDRAWN]
  return passed ~= nil and (withdrawn == nil or withdrawn.seq < passed.seq)
end

-- AH-GRA-01: with a file kept elsewhere, too, nobody graduates through such a city here.
local function city_refusals(facts)
  return cities.refusals(facts.fields.prefecture, "prefecture")
end

-- AH-PRE-03: a correction under way is finished first.
local function correction_refusals(facts)
  local open = list.any(facts.own_cases or {}, function(one)
    return one.type == "identity_change" and (one.phase == "in_review" or one.phase == "returned")
  end)
  return open and { refuse("identity_change_open", {}) } or {}
end

local function all_refusals(facts)
  local found = list.concat(city_refusals(facts), correction_refusals(facts))
  found = list.concat(found, plan.refusals(facts.ledger, "courses"))
  return list.concat(found, opening_refusals(facts))
end

---@param facts table
---@return Decision
function M.may_apply(facts)
  return refuse_all(all_refusals(facts))
end

---@param facts table
---@return Decision
function M.may_reapply(facts)
  local over = windows.refusals(facts.windows.graduation, "graduation_window_over")
  if #over > 0 then return refuse_all(over) end
  return M.may_apply(facts)
end

---@param facts { ledger: Ledger?, fields: table }
---@return Decision
function M.may_amend(facts)
  return refuse_all(list.concat(city_refusals(facts), plan.refusals(facts.ledger, "courses")))
end

-- AH-GRA-16: the city confirms the plan and 思想品德鉴定, and the degree with the day on the diploma; a school's word is
-- no degree yet.
---@param facts table
---@return Decision
function M.may_pass(facts)
  local found = plan.refusals(facts.ledger, "courses")
  if not has_conduct(facts) then found[#found + 1] = refuse("conduct_missing", {}) end
  if is_bachelor(facts) and not goes_with_associate(facts) then found = list.concat(found, degree_refusals(facts)) end
  return refuse_all(found)
end

---@param facts { actions_taken: table<string, ActionTaken> }
---@return Decision
function M.conduct_is_open(facts)
  return has_conduct(facts) and refuse("conduct_is_recorded", {}) or allow()
end

---@param facts { actions_taken: table<string, ActionTaken> }
---@return Decision
function M.conduct_is_recorded(facts)
  return has_conduct(facts) and allow() or refuse("conduct_missing", {})
end

-- School and province confirm what the plan says now, and that the degree has not gone.
---@param facts table
---@return Decision
function M.is_complete(facts)
  local found = plan.refusals(facts.ledger, "courses")
  if lacks_degree(facts) then found[#found + 1] = refuse("degree_missing", {}) end
  return refuse_all(found)
end

-- AH-DEG-08, AH-DEG-10: by the end of this day the check is finished.
---@param facts { today: string, windows: table }
---@return string  YYYY-MM-DD
function M.finish_degree_by(facts)
  return limit(facts)
end

-- While the city looks at the 专科 application again nobody gives up: without it the offices cannot agree anyway.
---@param facts { plan: table?, previous_degree: PreviousDegree?, own_cases: OwnCase[]? }
---@return Decision
function M.must_give_up(facts)
  if lacks_degree(facts) and not associate_in(facts.own_cases, LOOKED_AT_AGAIN) then return allow() end
  return refuse("degree_is_held", {})
end

return M
