#include "kernel/cases/effects/effect.hpp"
#include "kernel/cases/field_checks.hpp"
#include "kernel/exams/exams.hpp"

namespace zikao::cases::effects {

namespace {

/// The field an argument names, else the definition's own.
std::string fieldFor(const Json& args, const char* key, const std::string& otherwise)
{
    return args.value(key, otherwise);
}

} // namespace

Result<Apply> signUp(const Asking& asking)
{
    const Json values = visibleValues(asking.definition, asking.record.state, asking.record.fields);
    const Field* region = asking.definition.fieldOf("region");
    exams::SignUp wanted;
    wanted.sitting = asking.record.sitting;
    wanted.candidate_id = asking.record.subject_id;
    wanted.case_id = asking.record.id;
    wanted.major_code = textAt(values, asking.definition.fieldOf("major")->id);
    wanted.district_code = textAt(values, fieldFor(asking.args, "district", asking.definition.office_field));
    wanted.site_code = textAt(values, fieldFor(asking.args, "site", region ? region->id : ""));
    for (const Json& chosen : values.value(asking.definition.fieldOf("course_slots")->id, Json::array()))
        wanted.courses.push_back({chosen["slot_no"].get<int>(), chosen["code"].get<std::string>()});
    return Apply{[wanted, &exams = asking.services.exams](storage::Transaction& tx, Moving&) -> Result<void> {
        auto done = exams.signUp(tx, wanted);
        return done ? ok() : Result<void>(fail(done.error()));
    }};
}

} // namespace zikao::cases::effects
