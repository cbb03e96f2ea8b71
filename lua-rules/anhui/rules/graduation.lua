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
-- An application that failed is another one when it comes again.
local HANDED_IN_AGAIN = "reapply"
-- What the employer stamped, and the city that recorded it.
local STAMPED = { "employer", "history", "appraisal", "prefecture" }
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

local function completeness_refusals(facts)
  local found = plan.refusals(facts.ledger, "courses")
  if not is_bachelor(facts) or goes_with_associate(facts) then return found end
  return list.concat(found, degree_refusals(facts))
end

local function has_conduct(facts)
  local taken = facts.actions_taken
  local passed = taken[CONDUCT]
  return passed ~= nil and list.all({ CONDUCT_WITHDRAWN, HANDED_IN_AGAIN }, function(undoing)
    return taken[undoing] == nil or taken[undoing].seq < passed.seq
  end)
end

-- What was stamped is not changed behind the stamp: the city takes its record back first.
local function stamped_refusals(facts)
  if not has_conduct(facts) then return {} end
  local found = {}
  for _, field in ipairs(STAMPED) do
    if list.contains(facts.changed, field) then found[#found + 1] = refuse("conduct_fixes", {}, field) end
  end
  return found
end

-- AH-PRE-03: a correction under way is finished first.
local function correction_refusals(facts)
  local open = list.any(facts.own_cases or {}, function(one)
    return one.type == "identity_change" and (one.phase == "in_review" or one.phase == "returned")
  end)
  return open and { refuse("identity_change_open", {}) } or {}
end

local function all_refusals(facts)
  local found = list.concat(cities.refusals(facts.offices), correction_refusals(facts))
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

---@param facts table
---@return Decision
function M.may_amend(facts)
  local found = list.concat(cities.refusals(facts.offices), stamped_refusals(facts))
  return refuse_all(list.concat(found, plan.refusals(facts.ledger, "courses")))
end

-- Until when a failed application may come again; nil: that time is over.
---@param facts { windows: table }
---@return string?  YYYY-MM-DD HH:MM:SS
function M.reapply_by(facts)
  return windows.closing(facts.windows.graduation)
end

-- AH-GRA-16: the city confirms the plan and 思想品德鉴定, and the degree with the day on the diploma; a school's word is
-- no degree yet.
---@param facts table
---@return Decision
function M.may_pass(facts)
  local conduct = has_conduct(facts) and {} or { refuse("conduct_missing", {}) }
  return refuse_all(list.concat(completeness_refusals(facts), conduct))
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

-- School and province confirm what the plan and the degree say now; so does the city that sends an application to the
-- ministry again.
---@param facts table
---@return Decision
function M.is_complete(facts)
  return refuse_all(completeness_refusals(facts))
end

-- AH-DEG-09: on the way to the register the degree, or the 专科 application in its place, has not gone.
---@param facts { plan: table?, previous_degree: PreviousDegree?, own_cases: OwnCase[]? }
---@return Decision
function M.keeps_degree(facts)
  return lacks_degree(facts) and refuse("degree_missing", {}) or allow()
end

-- AH-DEG-08, AH-DEG-10: by the end of this day the check is finished; an application for 专科 needs none.
---@param facts { today: string, windows: table, plan: table? }
---@return string?  YYYY-MM-DD
function M.finish_degree_by(facts)
  return is_bachelor(facts) and limit(facts) or nil
end

-- While the 专科 application is under way nobody gives up, but it may still be refused; then the degree is missing.
---@param facts { plan: table?, previous_degree: PreviousDegree?, own_cases: OwnCase[]? }
---@return Decision
function M.must_give_up(facts)
  local held = degrees.is_held(facts.previous_degree) or associate_in(facts.own_cases, REGISTERED)
  if not is_bachelor(facts) or held then return refuse("degree_is_held", {}) end
  if associate_in(facts.own_cases, list.concat(CONFIRMED, LOOKED_AT_AGAIN)) then
    return refuse("degree_rests_on_associate", {})
  end
  return allow()
end

return M
