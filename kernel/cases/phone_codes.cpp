#include "kernel/cases/phone_codes.hpp"

#include "kernel/cases/field_checks.hpp"

namespace zikao::cases {

namespace {

constexpr const char* kRule = "kernel.fields";

} // namespace

Result<PhoneCodes> checkPhoneCodes(identity::Codes& codes, const Definition& definition, const Json& fields,
                                   const Json& secrets, const std::string& proved,
                                   const identity::Actor& actor, const std::string& state)
{
    PhoneCodes all;
    for (const Field* field : visibleFields(definition, state, fields)) {
        if (field->widget != "phone_code")
            continue;
        const std::string phone = textAt(fields, field->raw.value("phone_field", ""));
        if (!proved.empty() && phone == proved)
            continue;
        const auto fault = [&](const char* code) {
            all.faults.push_back({code, {{"label", field->label}}, kRule, field->id});
        };
        const std::string given = textAt(secrets, field->id);
        if (given.empty()) {
            fault("required");
            continue;
        }
        const auto purpose = identity::codePurposeFrom(field->raw.value("purpose", ""));
        if (!purpose)
            return fail(ErrorCode::corrupt, "a phone_code field without a purpose");
        const auto right = codes.check({*purpose, codes.phoneKey(phone), actor.session_id}, given);
        if (right)
            all.right.push_back(right->id);
        else if (right.error().reason == "code_wrong")
            fault("code_wrong");
        else
            return fail(right.error());
    }
    return all;
}

} // namespace zikao::cases
