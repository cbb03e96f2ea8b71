#include "kernel/cases/treatments.hpp"

#include <algorithm>
#include <set>

namespace zikao::cases {

namespace {

constexpr std::size_t kMostTreatments = 40;
constexpr std::size_t kMostWith = 20;
constexpr std::size_t kLongestCode = 40;
constexpr const char* kRule = "kernel.ledger";

bool isCode(const Json& value)
{
    if (!value.is_string())
        return false;
    const auto& text = value.get_ref<const std::string&>();
    return !text.empty() && text.size() <= kLongestCode && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
               c == '_';
    });
}

bool isTreatment(const Json& value)
{
    static const std::set<std::string> kKeys = {"course", "kind", "rule", "with"};
    if (!value.is_object() || !value.contains("course") || !value.contains("kind") || !value.contains("rule"))
        return false;
    for (const auto& [key, each] : value.items())
        if (!kKeys.contains(key))
            return false;
    const Json with = value.value("with", Json::array());
    return isCode(value["course"]) && isCode(value["rule"]) &&
           (value["kind"] == "waiver" || value["kind"] == "substitution") && with.is_array() &&
           with.size() <= kMostWith && std::ranges::all_of(with, isCode);
}

} // namespace

bool isTreatments(const Json& value)
{
    return value.is_array() && value.size() <= kMostTreatments && std::ranges::all_of(value, isTreatment);
}

std::vector<exams::Treatment> treatmentsIn(const Json& value)
{
    std::vector<exams::Treatment> all;
    if (!isTreatments(value))
        return all;
    for (const Json& one : value)
        all.push_back({one["course"].get<std::string>(), one["kind"].get<std::string>(),
                       one["rule"].get<std::string>(), one.value("with", std::vector<std::string>{}), false});
    return all;
}

std::string fieldOfFile(const std::string& name)
{
    return name.substr(0, name.find('.'));
}

std::string proofName(const Field& field, const std::string& course)
{
    return field.id + "." + course;
}

std::vector<std::string> unproven(const Field& field, const Json& value,
                                  const std::vector<files::File>& files)
{
    std::vector<std::string> courses;
    for (const exams::Treatment& one : treatmentsIn(value))
        if (one.kind == "waiver" &&
            std::ranges::count(files, proofName(field, one.course), &files::File::field) == 0)
            courses.push_back(one.course);
    return courses;
}

std::vector<Reason> treatmentReasons(const Field& field, const exams::Ledger& ledger)
{
    const auto nameOf = [&](const std::string& code) {
        const auto found = ledger.names.find(code);
        return code + (found == ledger.names.end() ? "" : " " + found->second);
    };
    std::vector<Reason> reasons;
    for (const exams::TreatmentFault& fault : ledger.faults) {
        Json args = fault.args;
        args["course"] = nameOf(fault.course);
        if (args.contains("with"))
            args["with"] = nameOf(args["with"].get<std::string>());
        args["label"] = field.label;
        reasons.push_back({fault.code, std::move(args), kRule, field.id});
    }
    return reasons;
}

} // namespace zikao::cases
