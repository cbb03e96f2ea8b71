#include "kernel/exams/ledger.hpp"

#include <set>

namespace zikao::exams {

namespace {

Json named(const std::string& code, const std::map<std::string, std::string>& names)
{
    const auto found = names.find(code);
    return {{"code", code}, {"name", found == names.end() ? code : found->second}};
}

Json namedAll(const std::vector<std::string>& codes, const std::map<std::string, std::string>& names)
{
    Json all = Json::array();
    for (const std::string& code : codes)
        all.push_back(named(code, names));
    return all;
}

void describePass(Json& json, const PassRecord& pass)
{
    if (pass.score)
        json["score"] = *pass.score;
    if (!pass.grade.empty())
        json["grade"] = pass.grade;
    json["passed_on"] = pass.passed_on;
    json["source"] = pass.source;
    json["admission_number"] = pass.admission_number;
    if (!pass.moved_on.empty())
        json["moved_on"] = pass.moved_on;
}

Json wayJson(const Way& way, const std::map<std::string, std::string>& names)
{
    Json json{{"kind", way.kind}, {"ready", way.ready}};
    for (const auto& [key, text] :
         {std::pair{"rule", way.rule_id}, {"text", way.text}, {"evidence", way.evidence}})
        if (!text.empty())
            json[key] = text;
    if (!way.with.empty())
        json["with"] = namedAll(way.with, names);
    if (way.min_credits > 0)
        json["min_credits"] = way.min_credits;
    return json;
}

Json lineJson(const Line& line, const std::map<std::string, std::string>& names)
{
    Json json{{"code", line.course.code},
              {"name", line.course.name},
              {"exam_mode", line.course.exam_mode},
              {"requirement", line.course.requirement},
              {"option_group", line.course.option_group},
              {"standing", name(line.standing)},
              {"needed", line.needed},
              {"counted", line.credits}};
    if (line.course.credits)
        json["credits"] = *line.course.credits;
    if (!line.course.theory_code.empty())
        json["theory_code"] = line.course.theory_code;
    if (line.record)
        describePass(json, *line.record);
    if (!line.rule_id.empty())
        json["rule"] = line.rule_id;
    if (!line.basis.empty())
        json["basis"] = line.basis;
    if (!line.with.empty())
        json["with"] = namedAll(line.with, names);
    if (line.standing == Standing::waived || line.standing == Standing::substituted)
        json["granted"] = line.granted;
    if (line.standing == Standing::missing) {
        json["ways"] = Json::array();
        for (const Way& way : line.ways)
            json["ways"].push_back(wayJson(way, names));
    }
    return json;
}

Json groupJson(const GroupStanding& standing)
{
    return {{"name", standing.group.name},
            {"min_courses", standing.group.min_courses},
            {"min_credits", standing.group.min_credits},
            {"courses", standing.courses},
            {"credits", standing.credits},
            {"whole", standing.whole},
            {"fulfilled", standing.fulfilled}};
}

} // namespace

const char* name(Standing standing)
{
    switch (standing) {
    case Standing::passed: return "passed";
    case Standing::waived: return "waived";
    case Standing::substituted: return "substituted";
    case Standing::missing: break;
    }
    return "missing";
}

Result<Ledger> ledgerOf(Records& records, catalog::Catalog& catalog, const catalog::Major& major,
                        const std::string& account_id, const std::string& admission_number,
                        const std::vector<Treatment>& treatments, Date today,
                        const std::string& transfers_from)
{
    LedgerInput input{major.plan_id, major.level, major.min_courses, major.min_credits, {}, {}, {}, {}, {},
                      treatments,    {},          today.text(),      transfers_from};
    auto courses = catalog.plan(major.plan_id);
    auto groups = catalog.planGroups(major.plan_id);
    if (!courses || !groups)
        return fail(!courses ? courses.error() : groups.error());
    if (courses->empty())
        return fail(ErrorCode::not_found, "the major " + major.code + " has no plan on file", "plan_unknown");
    input.courses = std::move(*courses);
    input.groups = std::move(*groups);
    for (const catalog::PlanCourse& course : input.courses) {
        auto substitutions = catalog.substitutions(course.code);
        auto waivers = catalog.waivers(course.code);
        if (!substitutions || !waivers)
            return fail(!substitutions ? substitutions.error() : waivers.error());
        for (catalog::Substitution& row : *substitutions)
            if (row.for_course == course.code)
                input.substitutions.push_back(std::move(row));
        input.waivers.insert(input.waivers.end(), waivers->begin(), waivers->end());
    }
    std::vector<AlteredRow> altered;
    auto passes = records.of(account_id, admission_number, &altered);
    auto grants = records.grants(account_id, major.plan_id, &altered);
    if (!passes || !grants)
        return fail(!passes ? passes.error() : grants.error());
    input.passes = std::move(*passes);
    std::set<std::string> spoken_of;
    for (const PassRecord& pass : input.passes)
        spoken_of.insert(pass.course_code);
    for (const catalog::Substitution& row : input.substitutions)
        spoken_of.insert(row.by_course);
    for (const std::string& code : spoken_of) {
        auto course = catalog.course(code);
        if (!course)
            return fail(course.error());
        if (*course)
            input.known.emplace(code, **course);
    }
    for (const Grant& grant : *grants)
        input.treatments.push_back({grant.course_code, grant.kind, grant.rule_id, grant.with, true});
    Ledger ledger = settle(input);
    ledger.altered = std::move(altered);
    return ledger;
}

Json toJson(const Ledger& ledger)
{
    const auto& names = ledger.names;
    Json json{{"plan_id", ledger.plan_id},
              {"complete", ledger.complete},
              {"courses", ledger.courses},
              {"credits", ledger.credits},
              {"min_courses", ledger.min_courses},
              {"min_credits", ledger.min_credits},
              {"lines", Json::array()},
              {"groups", Json::array()},
              {"missing", namedAll(ledger.missing, names)},
              {"spare", Json::array()},
              {"faults", Json::array()},
              {"altered", Json::array()}};
    for (const Line& line : ledger.lines)
        json["lines"].push_back(lineJson(line, names));
    for (const GroupStanding& standing : ledger.groups)
        json["groups"].push_back(groupJson(standing));
    for (const PassRecord& pass : ledger.spare) {
        Json one = named(pass.course_code, names);
        describePass(one, pass);
        json["spare"].push_back(std::move(one));
    }
    for (const TreatmentFault& fault : ledger.faults)
        json["faults"].push_back({{"course", named(fault.course, names)["name"]},
                                  {"code", fault.course},
                                  {"fault", fault.code},
                                  {"args", fault.args}});
    for (const AlteredRow& row : ledger.altered)
        json["altered"].push_back({{"kind", row.kind}, {"of", row.of}});
    return json;
}

} // namespace zikao::exams
