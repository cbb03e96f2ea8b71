#include "kernel/cases/vocabulary.hpp"

#include <algorithm>
#include <array>

namespace zikao::cases {

namespace {

constexpr std::array<std::string_view, 9> kPhases = {"draft",     "submitted",        "in_review",
                                                     "returned",  "awaiting_payment", "approved",
                                                     "completed", "rejected",         "closed"};

const std::vector<Widget> kWidgets = {
    {"text", ValueKind::text, {"min", "max", "pattern", "flagged"}, {}},
    {"secret", ValueKind::secret, {"confirms"}, {}},
    {"id_number", ValueKind::text, {}, {}},
    {"phone", ValueKind::text, {}, {}},
    {"phone_code", ValueKind::secret, {"phone_field", "purpose"}, {"phone_field", "purpose"}},
    {"email", ValueKind::text, {}, {}},
    {"date", ValueKind::text, {}, {}},
    {"choice", ValueKind::text, {"options", "parent_field", "shows"}, {"options"}},
    {"region", ValueKind::text, {"options", "parent_field", "shows"}, {"options", "parent_field"}},
    {"checks", ValueKind::texts, {"options"}, {"options"}},
    {"major", ValueKind::text, {"special_from", "shows"}, {}},
    {"sitting", ValueKind::text, {"shows"}, {}},
    {"course_slots", ValueKind::slots, {"major_field", "slot_text"}, {"major_field"}},
    {"rows", ValueKind::rows, {"columns", "min_rows", "max_rows", "period"}, {"columns"}},
    {"course_plan",
     ValueKind::treatments,
     {"major_field", "accept", "max_bytes"},
     {"major_field", "accept", "max_bytes"}},
    {"declaration", ValueKind::flag, {}, {}},
    {"notice", ValueKind::flag, {"text"}, {"text"}},
    {"upload",
     ValueKind::file,
     {"accept", "max_bytes", "min_bytes", "papers_for", "traces", "checklist"},
     {"accept", "max_bytes"}},
    {"photo",
     ValueKind::file,
     {"accept",   "max_bytes",     "min_bytes",  "width",    "height",         "grounds",     "face",
      "camera",   "min_sharpness", "traces",     "dpi",      "min_quality",    "true_colour", "plain_file",
      "hairline", "eye_line",      "face_width", "max_tilt", "max_off_centre", "borderline",  "checklist"},
     {"accept", "max_bytes"}},
    {"previous_degree", ValueKind::none, {}, {}},
    {"id_card",
     ValueKind::file,
     {"accept", "max_bytes", "min_bytes", "fills", "traces", "checklist"},
     {"accept", "max_bytes", "fills"}},
};

const std::vector<EffectWord> kEffects = {
    {"open_account", {"keep"}, {}},
    {"claim_account", {"keep"}, {}},
    {"update_person", {"keep"}, {}},
    {"sign_up", {"district", "site"}, {}},
    {"void_sign_up", {}, {}},
    {"release_sign_up", {}, {}},
    {"confirm_sign_up", {}, {}},
    {"charge",
     {"lines", "lives_seconds", "code_seconds", "ends_by", "business"},
     {"lines", "lives_seconds", "business"}},
    {"send_message", {"template", "phone"}, {"template"}},
    {"set_deadline", {"action", "at", "days", "remind"}, {"action"}},
    {"assign_number", {"prefix", "digits"}, {"prefix", "digits"}},
    {"amend", {"case", "action", "fields"}, {"case", "action", "fields"}},
    {"grant_courses", {}, {}},
    {"revoke_courses", {}, {}},
    {"record_credit", {"course", "score", "passed_on", "origin"}, {"course", "score", "passed_on"}},
    {"merge_numbers", {"rows"}, {"rows"}},
    {"unmerge_numbers", {}, {}},
    {"verify_degree",
     {"basis", "document", "number", "scan", "level", "school", "major", "printed_on"},
     {"basis", "scan", "level", "printed_on"}},
};

/// Code points of UTF-8 text; an empty list when it is not UTF-8.
std::vector<char32_t> codePoints(std::string_view text)
{
    std::vector<char32_t> points;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const int extra = lead < 0x80 ? 0 : lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : -1;
        if (extra < 0 || i + static_cast<std::size_t>(extra) >= text.size())
            return {};
        char32_t point = extra == 0 ? lead : lead & (0x3Fu >> extra);
        for (int k = 1; k <= extra; ++k)
            point =
                (point << 6) | (static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]) & 0x3Fu);
        points.push_back(point);
        i += static_cast<std::size_t>(extra) + 1;
    }
    return points;
}

bool isHan(char32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x323AF);
}

constexpr char32_t kMiddleDot = 0xB7;

/// Han characters; middle dots only between them (尼玛·次仁).
bool isChineseName(const std::vector<char32_t>& points)
{
    bool after_dot = true;
    for (const char32_t c : points) {
        const bool dot = c == kMiddleDot;
        if ((dot && after_dot) || (!dot && !isHan(c)))
            return false;
        after_dot = dot;
    }
    return !after_dot;
}

template <class Test>
bool each(const std::vector<char32_t>& points, Test test)
{
    return !points.empty() && std::ranges::all_of(points, test);
}

bool isDigit(char32_t c)
{
    return c >= '0' && c <= '9';
}
bool isLetter(char32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

} // namespace

const char* name(Phase phase)
{
    return kPhases[static_cast<std::size_t>(phase)].data();
}

std::optional<Phase> phaseNamed(std::string_view name)
{
    const auto found = std::ranges::find(kPhases, name);
    if (found == kPhases.end())
        return std::nullopt;
    return static_cast<Phase>(found - kPhases.begin());
}

bool isOver(Phase phase)
{
    return phase == Phase::completed || phase == Phase::rejected || phase == Phase::closed;
}

const Widget* widgetNamed(std::string_view name)
{
    const auto found = std::ranges::find(kWidgets, name, &Widget::name);
    return found == kWidgets.end() ? nullptr : &*found;
}

bool isPattern(std::string_view name)
{
    return name == "chinese_name" || name == "digits" || name == "letters_digits";
}

bool fitsPattern(std::string_view pattern, std::string_view text)
{
    const auto points = codePoints(text);
    if (pattern == "chinese_name")
        return isChineseName(points);
    if (pattern == "digits")
        return each(points, isDigit);
    return each(points, [](char32_t c) { return isDigit(c) || isLetter(c); });
}

bool isFormPurpose(std::string_view purpose)
{
    return purpose == "register" || purpose == "claim" || purpose == "change";
}

const std::set<std::string, std::less<>>& factNames()
{
    static const std::set<std::string, std::less<>> names = {
        "today", "now",    "fields",  "changed",         "files",     "person",        "sitting", "plan",
        "order", "ledger", "windows", "previous_degree", "own_cases", "actions_taken", "fees",    "offices"};
    return names;
}

bool isFactOfCase(std::string_view fact)
{
    static const std::set<std::string, std::less<>> names = {"fields", "files",  "plan",
                                                             "order",  "ledger", "actions_taken"};
    return names.contains(fact);
}

const EffectWord* effectNamed(std::string_view verb)
{
    const auto found = std::ranges::find(kEffects, verb, &EffectWord::verb);
    return found == kEffects.end() ? nullptr : &*found;
}

const std::set<std::string, std::less<>>& readingNames()
{
    static const std::set<std::string, std::less<>> names = {"name",       "sex",       "ethnicity",
                                                             "birth_date", "id_number", "address"};
    return names;
}

bool isSourceName(std::string_view source)
{
    static const std::set<std::string, std::less<>> names = {
        "person.name",  "person.sex",   "person.ethnicity", "person.birth_date",       "person.id_number",
        "person.phone", "person.email", "sitting.code",     "person.admission_number", "sitting.name"};
    constexpr std::string_view kMore = "person.more.";
    return names.contains(source) || (source.starts_with(kMore) && source.size() > kMore.size());
}

std::optional<identity::Role> roleNamed(std::string_view wanted)
{
    using identity::Role;
    for (const Role role :
         {Role::county_office, Role::prefecture_office, Role::host_school, Role::province_office,
          Role::exam_site, Role::finance, Role::tenant_admin, Role::rule_author, Role::system_officer,
          Role::security_officer, Role::audit_officer})
        if (wanted == identity::name(role))
            return role;
    return std::nullopt;
}

bool isReviewer(std::string_view role)
{
    return role == "county_office" || role == "prefecture_office" || role == "host_school" ||
           role == "province_office" || role == "exam_site" || role == "finance";
}

} // namespace zikao::cases
