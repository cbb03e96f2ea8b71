---@meta
-- The words a rule can use, for a Lua language server. Read by editors only: the kernel leaves this file out of every
-- package. What each word does in full is in docs/rule-author.md.

---@class Reason
---@field code string  looked up in texts/zh-CN.json
---@field args table  the figures of the sentence's {placeholders}
---@field field string?  the field it concerns; nil: the whole case

---@class Decision
---@field allowed boolean
---@field reasons Reason[]

---@return Decision
function allow() end

-- A refusal with one reason.
---@param code string  lower-case words joined by _, with a sentence in texts/zh-CN.json
---@param args table?  what the sentence's {placeholders} are filled with
---@param field string?  id of the field beside which the browser shows it
---@return Decision
function refuse(code, args, field) end

-- Joins decisions: allowed when none refuses, else with every reason in order.
---@param decisions Decision[]
---@return Decision
function refuse_all(decisions) end

-- What another file returns: of the package ("rules.fees") or of the common rules ("common.photos").
---@param module string
---@return table
function use(module) end

-- The kind of a value.
---@param value any
---@return "nil"|"boolean"|"number"|"string"|"table"|"function"
function type(value) end

-- Tables and functions are named by their kind alone: an address would differ from run to run.
---@param value any
---@return string
function tostring(value) end

-- Whole numbers only: "12" is 12, everything else is nil.
---@param value any
---@return integer?
function tonumber(value) end

-- Ends the rule: the kernel answers "try later" and logs file and line. A refusal is `refuse`, never an error.
---@param message string
function error(message) end

---@generic T
---@param value T
---@param message string?
---@return T
function assert(value, message) end

-- In the order of the keys: numbers, then texts.
---@param map table
function pairs(map) end

---@param items table
function ipairs(items) end

-- The first key in order, or the one after `key`.
---@param map table
---@param key any?
function next(map, key) end

-- The fact previous_degree (前置学历) of the case's subject; nil: nothing was ever begun.
---@class PreviousDegree
---@field state "verified"|"expected"|"creating"|"waiting"|"choosing"|"no_record"|"mismatch"|"rejected"|"expired"|"replaced"
---@field basis "online"|"papers"|"expected"?  with verified and expected only, as all below
---@field level string?  as the register or the papers write it: 专科, 本科 …
---@field conclusion string?  online: 毕业, 结业 …
---@field school string?
---@field major string?
---@field study_form string?
---@field type string?
---@field admission_year integer?
---@field graduation_year integer?
---@field printed_on string?  the day the diploma bears: with papers and expected only, the register does not tell it
---@field verified_at string?  "2026-05-01 10:00:00"

-- What common.degrees asks of it.
---@class DegreeAsked
---@field limit string?  last day that the diploma may bear, included; nil: any day
---@field levels string[]  that count
---@field conclusion string  毕业
---@field stated string?  the day the candidate states, of the case's own field
---@field stated_field string?
---@field scan table?  the file of the diploma, of the fact files
---@field scan_field string?

-- One of the fact own_cases: the subject's other cases, drafts left out, newest first.
---@class OwnCase
---@field type string
---@field state string
---@field phase string
---@field sitting string
---@field fields table  as they stand

-- One of the fact actions_taken: the last time that an action was taken in this case.
---@class ActionTaken
---@field seq integer  grows from action to action
---@field at string  "2026-04-11 09:00:00", in Beijing

-- Texts are counted in characters, never in bytes. There are no patterns.
---@class TextLibrary
text = {}
---@param value string
---@return integer
function text.len(value) end
-- Characters `from` to `to`, both included; negative ones count from the end.
---@param value string
---@param from integer
---@param to integer?
---@return string
function text.sub(value, from, to) end
---@param value string
---@param beginning string
---@return boolean
function text.starts_with(value, beginning) end
---@param value string
---@param ending string
---@return boolean
function text.ends_with(value, ending) end
---@param value string
---@param part string  at most 200 bytes
---@return boolean
function text.contains(value, part) end
---@param value string
---@return string
function text.trim(value) end
---@param value string
---@return string  with A-Z for a-z
function text.upper(value) end
---@param value string
---@return string  with a-z for A-Z
function text.lower(value) end
---@param value string
---@return boolean  not empty, and 0-9 alone
function text.is_digits(value) end
---@param parts (string|integer)[]
---@param separator string?
---@return string
function text.join(parts, separator) end
---@param value string
---@param separator string
---@return string[]
function text.split(value, separator) end
-- text.fill("共 {count} 门", { count = 3 })
---@param pattern string
---@param values table<string, string|integer>
---@return string
function text.fill(pattern, values) end
---@param value string|integer
---@param width integer  at most 200
---@param with string?  one plain character, "0" unless told
---@return string
function text.pad_left(value, width, with) end

-- Lists are never changed: what returns a list returns a new one.
---@class ListLibrary
list = {}
---@param items any[]
---@param value any
---@return boolean
function list.contains(items, value) end
-- The first item whose field has the value.
---@generic T
---@param items T[]
---@param field string
---@param value any
---@return T?
function list.find(items, field, value) end
-- Every item whose field has the value.
---@generic T
---@param items T[]
---@param field string
---@param value any
---@return T[]
function list.where(items, field, value) end
-- One field of each item; items without it are left out.
---@param items table[]
---@param field string
---@return any[]
function list.pluck(items, field) end
-- Of whole numbers, or of one field of each item. An overflow is an error.
---@param items any[]
---@param field string?
---@return integer
function list.sum(items, field) end
---@generic T
---@param items T[]
---@param test fun(item: T): boolean
---@return T[]
function list.keep(items, test) end
---@generic T, R
---@param items T[]
---@param change fun(item: T): R
---@return R[]
function list.map(items, change) end
---@generic T
---@param items T[]
---@param test fun(item: T): boolean
---@return boolean
function list.any(items, test) end
---@generic T
---@param items T[]
---@param test fun(item: T): boolean
---@return boolean
function list.all(items, test) end
---@generic T
---@param items T[]
---@param test fun(item: T): boolean
---@return integer
function list.count(items, test) end
-- By value or by a field: all whole numbers, or all text.
---@generic T
---@param items T[]
---@param field string?
---@return T[]
function list.sorted(items, field) end
---@param map table
---@return any[]
function list.keys(map) end
---@generic T
---@param items T[]
---@return T[]
function list.unique(items) end
---@generic T
---@param first T[]
---@param second T[]
---@return T[]
function list.concat(first, second) end

-- Days are texts "YYYY-MM-DD", so == and < compare them too. Today is a fact, not a word.
---@class DateLibrary
date = {}
---@param value any
---@return boolean
function date.is(value) end
---@param day string
---@param days integer
---@return string
function date.add_days(day, days) end
-- The same day of another month; the last one where that month is shorter.
---@param day string
---@param months integer
---@return string
function date.add_months(day, months) end
---@param day string
---@param years integer
---@return string
function date.add_years(day, years) end
---@param from string
---@param to string
---@return integer
function date.days_between(from, to) end
---@param a string
---@param b string
---@return -1|0|1
function date.compare(a, b) end
-- Both ends belong to it.
---@param day string
---@param first string
---@param last string
---@return boolean
function date.within(day, first, last) end
---@param day string
---@return integer
function date.year(day) end
---@param day string
---@return integer
function date.month(day) end
---@param day string
---@return integer
function date.day(day) end
-- Completed years of life (周岁) on a day.
---@param born string
---@param on string
---@return integer
function date.age_on(born, on) end

-- Amounts are whole numbers of fen (分).
---@class MoneyLibrary
money = {}
---@param fen integer
---@return string  "35.00"
function money.yuan(fen) end
---@param fen integer
---@param count integer
---@return integer  an overflow is an error
function money.times(fen, count) end

---@class MathLibrary
math = {}
---@param ... integer
---@return integer
function math.max(...) end
---@param ... integer
---@return integer
function math.min(...) end
---@param value integer
---@return integer
function math.abs(value) end

-- The fact `person`: the record of the case's subject. ID number and phone are masked; `more` holds what a list of people on
-- file or an effect's `keep` put there.
---@class PersonFact
---@field name string
---@field sex string
---@field ethnicity string
---@field birth_date string
---@field office_code string
---@field admission_number string
---@field id_number string
---@field phone string
---@field more table<string, string>
-- One of the fact `fees`, by id: the tenant's fee that holds today; `from` is the day since when, "" since ever.
---@class FeeFact
---@field name string
---@field amount_fen integer
---@field from string

-- An office of the fact `offices`. `traits`: what is special about it, in words that `offices.csv` gives it.
---@class OfficeFact
---@field code string
---@field name string
---@field level "province"|"prefecture"|"county"|"school"
---@field traits string[]

-- The fact `offices`: the one itself, then those above it up to the topmost; empty lists where there is none.
---@class OfficesFact
---@field person OfficeFact[]  of the one that keeps the person's file
---@field case OfficeFact[]  of the one that the case's `office_field` names

-- The plan of a major measured by a person's passes (fact `ledger`).
---@class LedgerCourse
---@field code string
---@field name string

-- Something that could still fill a missing course. `filing`: a pass lies in papers that no office has filed.
---@class LedgerWay
---@field kind "exam"|"waiver"|"substitution"|"filing"
---@field ready boolean  nothing but asking for it is missing
---@field rule string?
---@field text string?  the certificate that frees
---@field evidence string?
---@field with LedgerCourse[]?  what stands in, all of it
---@field min_credits integer?  of a pool of unused passes

---@class LedgerLine: LedgerCourse
---@field standing "passed"|"waived"|"substituted"|"missing"
---@field needed boolean
---@field credits integer?
---@field counted integer
---@field exam_mode string  as the catalogue names it: 笔试, 实践, 毕业论文 …
---@field requirement string
---@field option_group string
---@field theory_code string?  of a practical part: the theory course it belongs to
---@field score integer?
---@field grade string?
---@field passed_on string?
---@field source string?  "exam", "practice", "transfer", "filed"
---@field moved_on string?  with "transfer": when it was moved in
---@field admission_number string?
---@field rule string?  of a waiver or substitution, for explanations; people read `basis` or `with`
---@field basis string?  waived: the certificate that frees, as the catalogue names it
---@field with LedgerCourse[]?
---@field granted boolean?  an office decided it
---@field ways LedgerWay[]?

-- A pass that fills nothing in this plan.
---@class LedgerPass: LedgerCourse
---@field score integer?
---@field grade string?
---@field passed_on string
---@field source string
---@field moved_on string?
---@field admission_number string

---@class LedgerGroup
---@field name string
---@field courses integer
---@field credits integer
---@field min_courses integer
---@field min_credits integer
---@field whole boolean  all of it is wanted
---@field fulfilled boolean

---@class Ledger
---@field plan_id string
---@field complete boolean
---@field courses integer
---@field credits integer
---@field min_courses integer
---@field min_credits integer
---@field lines LedgerLine[]
---@field groups LedgerGroup[]
---@field missing LedgerCourse[]
---@field spare LedgerPass[]
---@field faults { code: string, course: string, fault: string, args: table }[]
---@field altered { kind: "pass"|"number"|"grant", of: string }[]  left out: changed outside the platform
