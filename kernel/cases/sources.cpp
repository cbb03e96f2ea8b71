#include "kernel/cases/sources.hpp"

#include <algorithm>
#include <set>

#include "kernel/base/crypto.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/cases/field_checks.hpp"
#include "kernel/cases/vocabulary.hpp"
#include "kernel/catalog/catalog.hpp"

namespace zikao::cases {

namespace {

/// "0100-东区", "030301-行政管理-专科", as the field's `shows` asks.
std::string withCode(const Field& field, const std::string& code, const std::string& name,
                     const std::string& level)
{
    const std::string shows = field.raw.value("shows", std::string());
    if (shows.empty())
        return name;
    return code + "-" + name + (shows == "code-name-level" && !level.empty() ? "-" + level : "");
}

std::string textIn(const Json& table, const std::string& key)
{
    const auto found = table.is_object() ? table.find(key) : table.end();
    if (!table.is_object() || found == table.end())
        return {};
    return found->is_number_integer() ? std::to_string(found->get<std::int64_t>())
           : found->is_string()       ? found->get<std::string>()
                                      : std::string{};
}

struct Source
{
    std::string of, what;
};
Source parted(const std::string& source)
{
    const auto dot = source.find('.');
    return dot == std::string::npos ? Source{source, {}}
                                    : Source{source.substr(0, dot), source.substr(dot + 1)};
}

/// The field of another case's raw definition, which may itself be faulty; null: there is none.
const Json* rawField(const Json& raw, const std::string& id)
{
    if (!raw.is_object() || !raw.contains("pages") || !raw["pages"].is_array())
        return nullptr;
    for (const Json& page : raw["pages"])
        if (page.is_object() && page.contains("fields") && page["fields"].is_array())
            for (const Json& field : page["fields"])
                if (field.is_object() && field.value("id", Json()) == id)
                    return &field;
    return nullptr;
}

} // namespace

std::string shownValue(catalog::Catalog& catalog, exams::Exams& exams, const Field& field, const Json& value)
{
    if (value.is_array()) {
        std::string joined;
        for (const Json& item : value)
            joined +=
                (joined.empty() ? "" : "、") + (item.is_string() ? shownValue(catalog, exams, field, item)
                                                                 : item.value("code", std::string()));
        return joined;
    }
    if (value.is_boolean())
        return value.get<bool>() ? "是" : "否";
    if (!value.is_string())
        return {};
    const auto& text = value.get_ref<const std::string&>();
    const auto options = field.raw.find("options");
    if (options != field.raw.end() && options->is_object()) {
        const auto item = catalog.item(options->value("list", std::string()), text);
        if (item && *item)
            return withCode(field, text, (*item)->name, {});
    }
    if (options != field.raw.end() && options->is_array())
        for (const Json& option : *options)
            if (option.value("value", std::string()) == text)
                return option.value("label", text);
    if (field.widget == "major") {
        const auto major = catalog.major(text);
        if (major && *major)
            return withCode(field, text, (*major)->name, (*major)->level);
    }
    if (field.widget == "sitting") {
        const auto sitting = exams.sitting(text);
        if (sitting && *sitting)
            return withCode(field, text, (*sitting)->name, {});
    }
    return text;
}

Result<std::string> Sources::text(const std::string& source, const std::string& list)
{
    const auto [of, what] = parted(source);
    Result<std::string> found = of == "person"   ? ofPerson(what)
                                : of == "fields" ? Result<std::string>(ownField(what))
                                : of == "major"  ? ofMajor(what)
                                                 : Result<std::string>(std::string{});
    if (of == "previous_degree") {
        auto fact = facts_.fact(of);
        if (!fact)
            return fail(fact.error());
        found = fact->is_object() ? textIn(*fact, what) : std::string{};
    } else if (of != "person" && of != "fields" && of != "major") {
        found = facts_.value(source);
    }
    if (!found || list.empty() || found->empty())
        return found;
    auto item = services_.catalog.item(list, *found);
    if (!item)
        return fail(item.error());
    return *item ? (*item)->name : *found;
}

Result<std::string> Sources::ofPerson(const std::string& what)
{
    if (!person_) {
        auto person = services_.identity.person(record_.subject_id);
        if (!person && person.error().code != ErrorCode::not_found)
            return fail(person.error());
        person_ = person ? std::move(*person) : identity::Person{};
    }
    const identity::Person& person = *person_;
    if (what == "id_number") {
        const auto number = identity::IdNumber::parse(person.id_number);
        return whole_ ? person.id_number : number ? number->masked() : std::string{};
    }
    if (what == "phone")
        return whole_ ? person.phone : identity::maskPhone(person.phone, false);
    constexpr std::string_view kMore = "more.";
    if (what.starts_with(kMore)) {
        const auto kept = person.more.find(what.substr(kMore.size()));
        return kept == person.more.end() ? std::string{} : kept->second;
    }
    return what == "name"               ? person.name
           : what == "sex"              ? person.sex
           : what == "ethnicity"        ? person.ethnicity
           : what == "birth_date"       ? person.birth_date
           : what == "admission_number" ? person.admission_number
           : what == "email"            ? person.email
                                        : std::string{};
}

Result<std::string> Sources::ofMajor(const std::string& what)
{
    auto plan = facts_.fact("plan");
    if (!plan)
        return fail(plan.error());
    const Json major = plan->is_object() ? plan->value("major", Json::object()) : Json::object();
    if (what != "school")
        return textIn(major, what);
    const std::string code = textIn(major, "school_code");
    auto office = services_.catalog.office(code);
    if (!office)
        return fail(office.error());
    return *office ? (*office)->name : code;
}

std::string Sources::ownField(const std::string& id)
{
    const Field* field = definition_.field(id);
    const Json values = visibleValues(definition_, record_.state, record_.fields);
    if (!field || !values.contains(id))
        return {};
    const Json& value = values[id];
    if (!whole_ && value.is_string() && field->widget == "phone")
        return identity::maskPhone(value.get<std::string>(), false);
    if (!whole_ && value.is_string() && field->widget == "id_number") {
        const auto number = identity::IdNumber::parse(value.get<std::string>());
        return number ? number->masked() : std::string{};
    }
    return shownValue(services_.catalog, services_.exams, *field, value);
}

Result<std::optional<Sources::Picture>> Sources::picture(const std::string& source)
{
    const auto [of, what] = parted(source);
    std::string case_id = record_.id;
    if (of != "fields") {
        auto other = store_.inPhase(record_.subject_id, of, {Phase::approved, Phase::completed});
        if (!other)
            return fail(other.error());
        if (!*other)
            return std::optional<Picture>{};
        case_id = (*other)->id;
    }
    auto files = services_.files.ofCase(case_id);
    if (!files)
        return fail(files.error());
    const auto newest = std::find_if(files->rbegin(), files->rend(),
                                     [&what = what](const files::File& file) { return file.field == what; });
    if (newest == files->rend())
        return std::optional<Picture>{};
    // A PNG is kept beside a small JPEG of it.
    const bool small = newest->type != "jpg";
    auto bytes = services_.files.read(*newest, small);
    if (!bytes)
        return fail(bytes.error());
    Picture picture{newest->id, std::move(*bytes), {}, newest->width, newest->height};
    if (small) {
        auto header = files::readPictureHeader(picture.jpeg);
        if (!header)
            return fail(header.error());
        picture.width = header->width;
        picture.height = header->height;
    }
    picture.sm3 = hex(sm3(picture.jpeg));
    return std::optional(std::move(picture));
}

std::string sourceFault(const std::string& source, const Definition& definition,
                        const rules::Package& package)
{
    static const std::set<std::string, std::less<>> kMajor = {"code", "name", "level", "school"};
    static const std::set<std::string, std::less<>> kDegree = {
        "level", "conclusion",     "school",          "major",      "study_form",
        "type",  "admission_year", "graduation_year", "printed_on", "basis"};
    const auto [of, what] = parted(source);
    if (of == "person" || of == "sitting")
        return isSourceName(source) ? "" : "a " + of + " has no " + what;
    if (of == "fields")
        return definition.field(what) ? "" : "there is no field " + what;
    if (of == "major")
        return !kMajor.contains(what)         ? "a major has no " + what
               : !definition.fieldOf("major") ? "needs a field with the widget major"
                                              : "";
    if (of == "previous_degree")
        return kDegree.contains(what) ? "" : "a previous degree has no " + what;
    const auto other = package.cases.find(of);
    if (other == package.cases.end())
        return "there is no case " + of;
    return rawField(other->second, what) ? "" : "the case " + of + " has no field " + what;
}

std::string pictureFault(const std::string& source, const Definition& definition,
                         const rules::Package& package)
{
    const auto [of, what] = parted(source);
    const auto shows = [](const std::string& widget) { return widget == "photo" || widget == "upload"; };
    if (of == "fields") {
        const Field* field = definition.field(what);
        return !field ? "there is no field " + what : shows(field->widget) ? "" : what + " is no picture";
    }
    const auto other = package.cases.find(of);
    if (other == package.cases.end())
        return "there is no case " + of;
    const Json* field = rawField(other->second, what);
    if (!field)
        return "the case " + of + " has no field " + what;
    const Json widget = field->value("widget", Json());
    return widget.is_string() && shows(widget.get<std::string>()) ? "" : what + " is no picture";
}

} // namespace zikao::cases
