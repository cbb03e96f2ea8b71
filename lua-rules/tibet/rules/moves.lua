-- What applications say of each other: courses moved out, a transfer that is open, somebody who has graduated.
-- source: docs/sources/tibet.md, transfer, graduation
local UNDER_WAY = { "in_review", "approved" }
local GONE = "exchanged"

local M = {}

local function transfers(own_cases)
  return list.where(own_cases or {}, "type", "transfer_out")
end

-- The transfers that stand: under way, or done. One that was refused or given up says nothing.
---@param own_cases OwnCase[]?
---@return OwnCase[]
function M.standing(own_cases)
  return list.keep(transfers(own_cases), function(one)
    return list.contains(UNDER_WAY, one.phase) or one.state == GONE
  end)
end

-- Codes of the courses that the exchange has taken to another province: they count there.
---@param own_cases OwnCase[]?
---@return string[]
function M.moved_out(own_cases)
  local codes = {}
  for _, one in ipairs(list.where(transfers(own_cases), "state", GONE)) do
    codes = list.concat(codes, list.pluck(one.fields.courses or {}, "code"))
  end
  return codes
end

---@param own_cases OwnCase[]?
---@return boolean
function M.is_leaving(own_cases)
  return list.any(transfers(own_cases), function(one) return list.contains(UNDER_WAY, one.phase) end)
end

-- While a graduation is looked at, the passes it rests on stay where they are.
---@param own_cases OwnCase[]?
---@return Decision[]
function M.graduating_refusals(own_cases)
  local open = list.any(own_cases or {}, function(one)
    return one.type == "graduation" and (list.contains(UNDER_WAY, one.phase) or one.phase == "returned")
  end)
  return open and { refuse("graduation_under_way", {}) } or {}
end

return M
