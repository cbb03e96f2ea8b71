-- What a rule may name; the sandbox has no more (kernel/rules/sandbox/base_words.cpp).
local words = {
  "allow", "refuse", "refuse_all", "use", "text", "list", "date", "money", "math",
  "type", "tostring", "tonumber", "error", "assert", "pairs", "ipairs", "next",
}
stds.rules = { read_globals = words }
std = "rules"
max_line_length = 130
color = false
-- Declarations for editors: names without bodies.
exclude_files = { "lua-rules/common/host.d.lua" }
