-- What several provinces say alike of a previous degree (前置学历): the fact previous_degree, and the day on the diploma.
local M = {}

-- 专科 or higher, in the register's words.
M.ASSOCIATE_OR_HIGHER = {
  "专科", "专科(高职)", "专科（高职）", "本科", "专升本", "专科起点本科", "高中起点本科", "第二学士学位", "硕士研究生", "博士研究生",
}

---@param degree PreviousDegree?
---@return boolean  told by the register, or decided by an officer on papers
function M.is_held(degree)
  return degree ~= nil and degree.state == "verified"
end

-- A school's word that the degree will be there in time, which an officer has seen.
---@param degree PreviousDegree?
---@param limit string  last day that the diploma may bear
---@return boolean
function M.is_expected(degree, limit)
  return degree ~= nil and degree.state == "expected" and date.compare(degree.printed_on, limit) <= 0
end

-- The register tells the year of graduation only. An earlier year than the limit's is in time, a later one is not; within
-- the limit's own year the candidate states the day printed on the diploma and uploads it, and the reviewer compares.
---@param degree PreviousDegree
---@param asked DegreeAsked
---@return Decision[]
local function day_refusals(degree, asked)
  local limit_year = date.year(asked.limit)
  local year = degree.graduation_year or limit_year
  if degree.printed_on == nil and year < limit_year then return {} end
  if degree.printed_on == nil and year > limit_year then
    return { refuse("degree_too_late", { printed_on = tostring(year), limit = asked.limit }) }
  end
  local day = degree.printed_on or asked.stated
  if day == nil or not date.is(day) then return { refuse("degree_date_needed", { limit = asked.limit }, asked.stated_field) } end
  if degree.printed_on == nil then
    if date.year(day) ~= year then
      return { refuse("degree_date_other_year", { printed_on = day, year = year }, asked.stated_field) }
    end
    if asked.scan == nil then return { refuse("degree_scan_needed", {}, asked.scan_field) } end
  end
  if date.compare(day, asked.limit) > 0 then
    return { refuse("degree_too_late", { printed_on = day, limit = asked.limit }, asked.stated_field) }
  end
  return {}
end

-- Everything that speaks against a degree; none: it is held, of a level that counts, completed, and in time where a day counts.
---@param degree PreviousDegree?
---@param asked DegreeAsked
---@return Decision[]
function M.refusals(degree, asked)
  if not M.is_held(degree) then return { refuse("degree_missing", {}) } end
  local found = {}
  if not list.contains(asked.levels, degree.level) then
    found[#found + 1] = refuse("degree_level_low", { level = degree.level })
  end
  -- Papers were read by an officer; the register also lists studies that were not completed (结业, 肄业).
  if degree.basis == "online" and degree.conclusion ~= asked.conclusion then
    found[#found + 1] = refuse("degree_not_graduated", { conclusion = degree.conclusion or "" })
  end
  return asked.limit == nil and found or list.concat(found, day_refusals(degree, asked))
end

return M
