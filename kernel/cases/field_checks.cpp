#include "kernel/cases/field_checks.hpp"

#include <algorithm>

#include "kernel/base/encoding.hpp"
#include "kernel/cases/rows_check.hpp"
#include "kernel/cases/treatments.hpp"
#include "kernel/cases/vocabulary.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/identity/id_number.hpp"
#include "kernel/identity/identity.hpp"

namespace zikao::cases {

namespace {

constexpr const char* kRule = "kernel.fields";

/// Checks one definition's fields one after another, collecting what is wrong.
class Checker
{
public:
    explicit Checker(const FieldInput& input) : in_(input) {}

    Result<std::vector<Reason>> run()
    {
        const auto visible = visibleFields(in_.definition, in_.state, in_.fields);
        // What cannot be changed now was judged when it could; a list may have moved on since.
        for (const Field* field : visible)
            if (!in_.definition.isFixed(*field, in_.state))
                if (auto done = check(*field); !done)
                    return fail(done.error());
        for (const Field* field : visible)
            if (field->widget == "id_number")
                agreesWithNumber(*field);
        return std::move(reasons_);
    }

private:
    void add(const Field& field, const std::string& code, Json args = Json::object())
    {
        args["label"] = field.label;
        reasons_.push_back({code, std::move(args), kRule, field.id});
    }
    [[nodiscard]] std::string text(const std::string& id) const { return textAt(in_.fields, id); }
    [[nodiscard]] const Json& value(const Field& field) const
    {
        static const Json kNothing;
        const auto found = in_.fields.find(field.id);
        return found == in_.fields.end() ? kNothing : *found;
    }

    Result<void> check(const Field& field)
    {
        switch (widgetNamed(field.widget)->kind) {
        case ValueKind::text: return checkText(field);
        case ValueKind::texts: return checkTexts(field);
        case ValueKind::flag: checkFlag(field); break;
        case ValueKind::slots: checkSlots(field); break;
        case ValueKind::file: checkFile(field); break;
        case ValueKind::secret: checkSecret(field); break;
        case ValueKind::rows: checkRows(field); break;
        case ValueKind::treatments: checkTreatments(field); break;
        case ValueKind::none: checkDegree(field); break;
        }
        return ok();
    }

    Result<void> checkText(const Field& field)
    {
        const std::string given = text(field.id);
        const bool chosen = field.widget == "choice" || field.widget == "region" || field.widget == "major" ||
                            field.widget == "sitting";
        if (given.find_first_not_of(" \t\n") == std::string::npos) {
            if (field.required)
                add(field, chosen ? "required_choice" : "required");
            return ok();
        }
        if (field.widget == "text")
            checkPlain(field, given);
        else if (field.widget == "id_number")
            checkNumber(field, given);
        else if (field.widget == "phone")
            checkPhone(field, given);
        else if (field.widget == "email")
            checkEmail(field, given);
        else if (field.widget == "date")
            checkDate(field, given);
        else
            return checkOption(field, given);
        return ok();
    }

    void checkPlain(const Field& field, const std::string& given)
    {
        const auto have = static_cast<std::int64_t>(utf8Length(given));
        const std::int64_t least = field.raw.value("min", std::int64_t{0});
        const std::int64_t most = field.raw.value("max", std::int64_t{200});
        if (have < least)
            add(field, "text_short", {{"min", least}, {"have", have}});
        else if (have > most)
            add(field, "text_long", {{"max", most}, {"have", have}});
        else if (field.raw.contains("pattern") &&
                 !fitsPattern(field.raw["pattern"].get<std::string>(), given))
            add(field, "text_pattern");
    }
    void checkNumber(const Field& field, const std::string& given)
    {
        const auto number = identity::IdNumber::parse(given);
        if (!number)
            add(field, number.error().reason);
    }
    void checkPhone(const Field& field, const std::string& given)
    {
        const bool fine = given.size() == 11 && given[0] == '1' &&
                          std::ranges::all_of(given, [](char c) { return c >= '0' && c <= '9'; });
        if (!fine)
            add(field, "phone_format");
    }
    void checkEmail(const Field& field, const std::string& given)
    {
        const auto at = given.find('@');
        const auto dot = given.rfind('.');
        const bool fine =
            given.size() <= 254 && at != std::string::npos && at > 0 && given.rfind('@') == at &&
            dot != std::string::npos && dot > at + 1 && dot + 1 < given.size() &&
            std::ranges::all_of(given, [](char c) {
                return c > ' ' && c < 0x7F && c != ',' && c != ';' && c != '<' && c != '>' && c != '"';
            });
        if (!fine)
            add(field, "email_format");
    }
    void checkDate(const Field& field, const std::string& given)
    {
        const auto date = Date::parse(given);
        if (!date || date->year() < 1900 || date->year() > 2200)
            add(field, "date_format");
        else if (field.id == "birth_date" && *date > in_.today)
            add(field, "birth_date_in_future");
    }

    Result<bool> isOption(const Field& field, const std::string& given)
    {
        if (field.widget == "major")
            return in_.catalog.major(given).transform([](const auto& found) { return found.has_value(); });
        if (field.widget == "sitting")
            return std::ranges::count(in_.open_sittings, given) > 0;
        const Json& options = field.raw["options"];
        if (options.is_array())
            return std::ranges::any_of(options, [&](const Json& option) { return option["value"] == given; });
        auto item = in_.catalog.item(options["list"].get<std::string>(), given);
        if (!item)
            return fail(item.error());
        const std::string parent = field.raw.value("parent_field", "");
        return item->has_value() && (parent.empty() || (*item)->parent == text(parent));
    }
    Result<void> checkOption(const Field& field, const std::string& given)
    {
        auto known = isOption(field, given);
        if (!known)
            return fail(known.error());
        if (!*known)
            add(field, "option_unknown");
        return ok();
    }
    Result<void> checkTexts(const Field& field)
    {
        const Json& given = value(field);
        if (!given.is_array() || given.empty()) {
            if (field.required)
                add(field, "required_choice");
            return ok();
        }
        std::set<std::string> seen;
        for (const Json& item : given) {
            if (!seen.insert(item.get<std::string>()).second) {
                add(field, "option_unknown");
                return ok();
            }
            if (auto done = checkOption(field, item.get<std::string>()); !done)
                return done;
        }
        return ok();
    }
    void checkFlag(const Field& field)
    {
        if (field.required && value(field) != true)
            add(field, field.widget == "notice" ? "required_notice" : "required_declaration");
    }

    void checkSlots(const Field& field)
    {
        const Json& given = value(field);
        if (!given.is_array() || given.empty()) {
            if (field.required)
                add(field, "no_course_chosen");
            return;
        }
        std::set<std::int64_t> slots;
        for (const Json& chosen : given) {
            const auto slot_no = chosen["slot_no"].get<std::int64_t>();
            const auto code = chosen["code"].get<std::string>();
            if (!slots.insert(slot_no).second)
                add(field, "course_in_slot_twice", {{"slot_no", slot_no}});
            const exams::Slot* slot = nullptr;
            if (in_.sitting)
                for (const exams::Slot& each : in_.sitting->slots)
                    if (each.slot_no == slot_no)
                        slot = &each;
            if (!slot)
                add(field, "slot_unknown", {{"slot_no", slot_no}});
            else if (std::ranges::count(slot->courses, code) == 0)
                add(field, "course_not_offered", {{"course", code}, {"slot_no", slot_no}});
        }
    }
    void checkFile(const Field& field)
    {
        const bool there =
            std::ranges::any_of(in_.files, [&](const files::File& file) { return file.field == field.id; });
        if (field.required && !there)
            add(field, "required_upload");
    }

    void checkRows(const Field& field)
    {
        const Json& given = value(field);
        if (!given.is_array() || given.empty()) {
            if (field.required)
                add(field, "required");
            return;
        }
        for (auto& [code, args] : rowFaults(field.raw, given, in_.today))
            add(field, code, std::move(args));
    }
    void checkTreatments(const Field& field)
    {
        for (const std::string& course : unproven(field, value(field), in_.files))
            add(field, "treatment_unproven", {{"course", course}});
    }
    void checkDegree(const Field& field)
    {
        if (field.required && !in_.has_degree)
            add(field, "required_degree");
    }

    [[nodiscard]] std::string secret(const std::string& id) const
    {
        const auto found = in_.secrets.is_object() ? in_.secrets.find(id) : in_.secrets.end();
        return in_.secrets.is_object() && found != in_.secrets.end() && found->is_string()
                   ? found->get<std::string>()
                   : std::string{};
    }
    void checkSecret(const Field& field)
    {
        // A phone_code is checked by checkPhoneCodes.
        if (!in_.asks_secrets || field.widget != "secret")
            return;
        const std::string given = secret(field.id);
        const std::string confirmed = field.raw.value("confirms", "");
        if (given.empty()) {
            if (field.required)
                add(field, "required");
        } else if (!confirmed.empty()) {
            if (!equalInConstantTime(given, secret(confirmed)))
                add(field, "password_differs");
        } else {
            identity::Person own;
            own.name = text("name");
            own.id_number = text("id_number");
            own.phone = text("phone");
            own.birth_date = text("birth_date");
            for (const std::string& code : identity::passwordFaults(given, own, false))
                add(field, code);
        }
    }

    /// Birth date and sex are part of the number (DEF-GEN-01); the fields of these ids must say the same.
    void agreesWithNumber(const Field& field)
    {
        const auto number = identity::IdNumber::parse(text(field.id));
        if (!number)
            return;
        if (const Field* birth = in_.definition.field("birth_date")) {
            const auto date = Date::parse(text("birth_date"));
            if (date && *date != number->birthDate())
                add(*birth, "birth_date_differs_from_id_number",
                    {{"from_number", number->birthDate().text()}});
        }
        const Field* sex = in_.definition.field("sex");
        if (!sex || text("sex").empty())
            return;
        // GB/T 2261.1: 1 male, 2 female.
        if (text("sex") != (number->male() ? "1" : "2"))
            add(*sex, "sex_differs_from_id_number", {{"from_number", number->male() ? "男" : "女"}});
    }

    const FieldInput& in_;
    std::vector<Reason> reasons_;
};

} // namespace

Result<std::vector<Reason>> checkFields(const FieldInput& input)
{
    return Checker(input).run();
}

} // namespace zikao::cases
