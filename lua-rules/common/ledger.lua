-- What a ledger still lacks, as refusals: every missing course with its rule and figures, every group, every sum.
local M = {}

-- "00023 高等数学(工本)"
local function named(course)
  return course.code .. " " .. course.name
end

local function substitution(way)
  if way.with == nil then return "用合计不少于 " .. way.min_credits .. " 学分的未使用合格课程替代（规则 " .. way.rule .. "）" end
  local names = {}
  for _, course in ipairs(way.with) do names[#names + 1] = named(course) end
  local said = "用 " .. text.join(names, " 和 ") .. " 替代（规则 " .. way.rule .. "）"
  return way.ready and said .. "，您已合格" or said
end

local SAID = {
  exam = function(way) return way.ready and "参加考试" or "先通过理论课，再参加考试" end,
  waiver = function(way) return "凭" .. way.text .. "免考（规则 " .. way.rule .. "）" end,
  filing = function() return "您有外省转入成绩，持证明材料到考试机构归档" end,
  substitution = substitution,
}

-- What could still fill a missing course, as one sentence.
---@param line LedgerLine
---@return string
function M.ways(line)
  local said = {}
  for _, way in ipairs(line.ways) do said[#said + 1] = SAID[way.kind](way) end
  return text.join(said, "；")
end

local function missing_refusals(ledger, field, found)
  local missing = list.pluck(ledger.missing, "code")
  for _, line in ipairs(ledger.lines) do
    if list.contains(missing, line.code) then
      found[#found + 1] = refuse("course_missing", {
        course = named(line), credits = line.credits or 0, ways = M.ways(line),
      }, field)
    end
  end
end

local function group_refusals(ledger, field, found)
  for _, group in ipairs(ledger.groups) do
    if not group.fulfilled and not group.whole then
      found[#found + 1] = refuse("group_short", {
        group = group.name, courses = group.courses, min_courses = group.min_courses,
        credits = group.credits, min_credits = group.min_credits,
      }, field)
    end
  end
end

-- Refusals for everything that keeps a ledger from being complete; none when it is.
---@param ledger Ledger?
---@param field string?  id of the field beside which they are shown
---@return Decision[]
function M.refusals(ledger, field)
  if ledger == nil then return { refuse("plan_missing", {}, field) } end
  local found = {}
  missing_refusals(ledger, field, found)
  group_refusals(ledger, field, found)
  if ledger.courses < ledger.min_courses then
    found[#found + 1] = refuse("courses_short", { have = ledger.courses, need = ledger.min_courses }, field)
  end
  if ledger.credits < ledger.min_credits then
    found[#found + 1] = refuse("credits_short", { have = ledger.credits, need = ledger.min_credits }, field)
  end
  return found
end

return M
