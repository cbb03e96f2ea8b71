#include <algorithm>

#include "kernel/cases/effects/effect.hpp"
#include "kernel/catalog/catalog.hpp"

namespace zikao::cases::effects {

namespace {

/// What the officer read in a field: of a choice its words, not its code, as the paper writes them.
Result<std::string> wordsOf(const Asking& asking, const char* arg)
{
    const std::string id = asking.args.value(arg, "");
    const Field* field = id.empty() ? nullptr : asking.definition.field(id);
    const auto value = asking.record.fields.find(id);
    if (!field || value == asking.record.fields.end() || !value->is_string())
        return std::string{};
    auto words = value->get<std::string>();
    const auto options = field->raw.find("options");
    if (options == field->raw.end())
        return words;
    if (options->is_object()) {
        auto item = asking.services.catalog.item(options->value("list", ""), words);
        if (!item)
            return fail(item.error());
        return *item ? (*item)->name : words;
    }
    for (const Json& option : *options)
        if (option.value("value", "") == words)
            return option.value("label", "");
    return words;
}

Failure missing(const char* what)
{
    return fail(ErrorCode::refused, std::string("the case tells no ") + what, "degree_paper_missing");
}

} // namespace

Result<Apply> verifyDegree(const Asking& asking)
{
    degrees::Degree degree;
    degree.basis = degrees::basisNamed(asking.args.value("basis", "")).value_or(degrees::Basis::expected);
    const std::pair<const char*, std::string*> texts[] = {{"document", &degree.document},
                                                          {"number", &degree.document_number},
                                                          {"level", &degree.level},
                                                          {"school", &degree.school},
                                                          {"major", &degree.major}};
    for (const auto& [arg, into] : texts) {
        auto words = wordsOf(asking, arg);
        if (!words)
            return fail(words.error());
        *into = std::move(*words);
    }
    auto printed = wordsOf(asking, "printed_on");
    if (!printed)
        return fail(printed.error());
    const auto day = Date::parse(*printed);
    if (!day)
        return missing("day");
    degree.printed_on = *day;
    degree.graduation_year = day->year();
    auto files = asking.facts.files();
    if (!files)
        return fail(files.error());
    if (std::ranges::count(*files, asking.args.value("scan", ""), &files::File::field) == 0)
        return missing("scan");
    const bool named = !degree.document.empty() && !degree.document_number.empty();
    if (degree.level.empty() || (degree.basis == degrees::Basis::papers && !named))
        return missing("level, kind or number");
    degree.case_id = asking.record.id;
    degree.verified_at = asking.now;
    degree.verified_by = asking.actor.id;
    return Apply{[degree, &degrees = asking.services.degrees](storage::Transaction& tx, Moving& moving) {
        return degrees.record(tx, moving.record.subject_id, degree);
    }};
}

} // namespace zikao::cases::effects
