-- Graduation: the plan, the day of the degree before, cities with a procedure of their own.
-- source: docs/sources/anhui.md, application and review
local plan = use "common.ledger"

local BACHELOR = "专升本"
-- AH-GRA-01: cities with a procedure of their own.
local EXTERNAL = { ["340100"] = "合肥市" }

local M = {}

local function is_bachelor(facts)
  return facts.plan ~= nil and facts.plan.major.level == BACHELOR
end

-- The half year's last day for a degree: 30 June, 30 December.
local function limit(today)
  local year = text.sub(today, 1, 4)
  return date.month(today) <= 6 and year .. "-06-30" or year .. "-12-30"
end

-- AH-DEG-02: the day printed on the diploma before, both days inclusive.
local function degree_refusals(facts)
  if not is_bachelor(facts) then return {} end
  local last, printed = limit(facts.today), facts.fields.diploma_date
  if printed == nil then return { refuse("degree_missing", {}, "degree_paper") } end
  if printed > last then return { refuse("degree_too_late", { printed_on = printed, limit = last }, "diploma_date") } end
  return {}
end

local function city_refusals(facts)
  local name = EXTERNAL[facts.fields.prefecture]
  if name == nil then return {} end
  return { refuse("external_process", { city = name }, "prefecture") }
end

local function all_refusals(facts)
  local found = city_refusals(facts)
  found = list.concat(found, plan.refusals(facts.ledger, "courses"))
  return list.concat(found, degree_refusals(facts))
end

---@param facts table
---@return Decision
function M.may_apply(facts)
  return refuse_all(all_refusals(facts))
end

---@param facts table
---@return Decision
function M.may_reapply(facts)
  local window = facts.windows.graduation
  if window == nil or not window.open then
    return refuse("graduation_window_over", { closes = window and window.closes or "" })
  end
  return M.may_apply(facts)
end

---@param facts { ledger: Ledger?, fields: table }
---@return Decision
function M.may_amend(facts)
  return refuse_all(list.concat(city_refusals(facts), plan.refusals(facts.ledger, "courses")))
end

-- City, school and province confirm what the plan says now.
---@param facts { ledger: Ledger? }
---@return Decision
function M.is_complete(facts)
  return refuse_all(plan.refusals(facts.ledger, "courses"))
end

return M
