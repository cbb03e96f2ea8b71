#include "kernel/cases/facts.hpp"

#include <set>

#include "kernel/billing/billing.hpp"
#include "kernel/cases/field_checks.hpp"
#include "kernel/cases/offices.hpp"
#include "kernel/cases/treatments.hpp"
#include "kernel/cases/vocabulary.hpp"
#include "kernel/catalog/catalog.hpp"

namespace zikao::cases {

namespace {

Json majorJson(const catalog::Major& major)
{
    return {{"code", major.code},
            {"name", major.name},
            {"level", major.level},
            {"special", major.special},
            {"open", major.open},
            {"school_code", major.school_code},
            {"min_courses", major.min_courses},
            {"min_credits", major.min_credits}};
}

Json courseJson(const catalog::PlanCourse& course)
{
    Json json{{"code", course.code},
              {"name", course.name},
              {"exam_mode", course.exam_mode},
              {"requirement", course.requirement},
              {"option_group", course.option_group}};
    if (course.credits)
        json["credits"] = *course.credits;
    return json;
}

} // namespace

Result<std::string> Facts::table(const std::vector<std::string>& names)
{
    std::string all;
    // By name, as every object is written: the same facts have the same digest.
    for (const std::string& name : std::set<std::string>(names.begin(), names.end())) {
        auto said = text(name);
        if (!said)
            return fail(said.error());
        if (**said != "null")
            all.append(all.empty() ? "{" : ",").append(dumpJson(name)).append(":").append(**said);
    }
    return all.empty() ? "{}" : all + "}";
}

Result<Json> Facts::fact(const std::string& name)
{
    if (const auto known = known_.find(name); known != known_.end())
        return known->second;
    auto made = one(name);
    if (made)
        known_[name] = *made;
    return made;
}

Result<std::shared_ptr<const std::string>> Facts::text(const std::string& name)
{
    if (const auto known = texts_.find(name); known != texts_.end())
        return known->second;
    const auto made = [&]() -> Result<std::string> {
        auto said = fact(name);
        return said ? Result<std::string>(dumpJson(*said)) : fail(said.error());
    };
    // A plan is the same for everybody who chose the major, and by far the longest of the facts. Only what is a major is kept:
    // a draft may hold any text there.
    if (const Field* field = name == "plan" ? definition_.fieldOf("major") : nullptr) {
        const std::string code = textAt(record_.fields, field->id);
        auto major = services_.catalog.major(code);
        if (!major)
            return fail(major.error());
        if (*major)
            return services_.catalog.remembered("plan:" + code, made);
    }
    auto said = made();
    if (!said)
        return fail(said.error());
    return texts_[name] = std::make_shared<const std::string>(std::move(*said));
}

Result<std::optional<identity::Person>> Facts::person()
{
    if (!person_) {
        person_.emplace();
        if (record_.visitor)
            return *person_;
        auto found = services_.identity.person(record_.subject_id);
        if (!found && found.error().code != ErrorCode::not_found) {
            person_.reset();
            return fail(found.error());
        }
        if (found)
            *person_ = std::move(*found);
    }
    return *person_;
}

Result<Json> Facts::one(const std::string& name)
{
    if (name == "today")
        return Json(services_.tenant.clock.today().text());
    if (name == "now")
        return Json(beijingText(services_.tenant.clock.now()));
    if (name == "fields")
        return visibleValues(definition_, record_.state, record_.fields);
    if (name == "changed")
        return Json::array();
    if (name == "files")
        return filesFact();
    if (name == "person")
        return personFact();
    if (name == "offices")
        return officesFact();
    if (name == "sitting")
        return sittingFact();
    if (name == "plan")
        return planFact();
    if (name == "order")
        return orderFact();
    if (name == "ledger")
        return ledgerFact();
    if (name == "windows")
        return windowsFact();
    if (name == "fees")
        return feesFact();
    if (name == "previous_degree")
        return degreeFact();
    if (name == "own_cases")
        return ownCasesFact();
    if (name == "actions_taken")
        return actionsFact();
    return caseFact(name);
}

Result<std::optional<exams::Sitting>> Facts::sitting()
{
    if (!sitting_) {
        if (record_.sitting.empty()) {
            sitting_.emplace();
        } else {
            auto found = services_.exams.sitting(record_.sitting);
            if (!found)
                return fail(found.error());
            sitting_ = std::move(*found);
        }
    }
    return *sitting_;
}

Result<std::vector<files::File>> Facts::files()
{
    if (!files_) {
        auto found = services_.files.ofCase(record_.id);
        if (!found)
            return fail(found.error());
        std::map<std::string, files::File> newest;
        for (files::File& file : *found) {
            const auto known = newest.find(file.field);
            if (known == newest.end() || known->second.uploaded_at <= file.uploaded_at)
                newest[file.field] = std::move(file);
        }
        files_.emplace();
        for (auto& [field, file] : newest)
            files_->push_back(std::move(file));
    }
    return *files_;
}

Result<Json> Facts::filesFact()
{
    auto all = files();
    if (!all)
        return fail(all.error());
    std::set<std::string> visible;
    for (const Field* field : visibleFields(definition_, record_.state, record_.fields))
        visible.insert(field->id);
    Json fact = Json::object();
    for (const files::File& file : *all) {
        if (!visible.contains(fieldOfFile(file.field)))
            continue;
        Json checks = Json::array();
        if (file.inspection.is_object())
            checks = file.inspection.value("checks", Json::array());
        fact[file.field] = {{"type", file.type},
                            {"size_bytes", file.size_bytes},
                            {"width", file.width},
                            {"height", file.height},
                            {"checks", std::move(checks)}};
    }
    return fact;
}

Result<Json> Facts::personFact()
{
    auto found = this->person();
    if (!found)
        return fail(found.error());
    if (!*found)
        return Json();
    const std::optional<identity::Person>& person = *found;
    // A rule decides by what the masked ones show; whole ones have no place in its facts (I18).
    const auto number = identity::IdNumber::parse(person->id_number);
    return Json{{"name", person->name},
                {"sex", person->sex},
                {"ethnicity", person->ethnicity},
                {"birth_date", person->birth_date},
                {"office_code", person->office_code},
                {"admission_number", person->admission_number},
                {"id_number", number ? number->masked() : std::string()},
                {"phone", identity::maskPhone(person->phone, true)},
                {"more", person->more}};
}

Result<Json> Facts::officesFact()
{
    std::string of_person, of_case;
    if (!record_.visitor) {
        auto subject = person();
        if (!subject)
            return fail(subject.error());
        of_person = *subject ? (*subject)->office_code : std::string();
    }
    if (!definition_.office_field.empty()) {
        auto chosen = officeOf(services_.catalog, definition_, definition_.office_field, record_.fields);
        if (!chosen)
            return fail(chosen.error());
        of_case = *chosen;
    }
    Json fact = Json::object();
    for (const auto& [key, code] : {std::pair{"person", of_person}, std::pair{"case", of_case}}) {
        auto line = officeLine(services_.catalog, code);
        if (!line)
            return line;
        fact[key] = std::move(*line);
    }
    return fact;
}

Result<Json> Facts::sittingFact()
{
    auto found = sitting();
    if (!found)
        return fail(found.error());
    if (!*found)
        return Json();
    const exams::Sitting& sitting = **found;
    const Instant now = services_.tenant.clock.now();
    Json slots = Json::array();
    for (const exams::Slot& slot : sitting.slots)
        slots.push_back({{"slot_no", slot.slot_no},
                         {"date", beijingDate(slot.starts_at).text()},
                         {"starts_at", beijingText(slot.starts_at)},
                         {"ends_at", beijingText(slot.ends_at)},
                         {"courses", slot.courses}});
    return Json{{"code", sitting.code},
                {"name", sitting.name},
                {"signup_opens", beijingText(sitting.signup_opens)},
                {"signup_closes", beijingText(sitting.signup_closes)},
                {"pay_until", beijingText(sitting.pay_until)},
                {"signup_open", sitting.signup_opens <= now && now < sitting.signup_closes},
                {"payment_open", now < sitting.pay_until},
                {"slots", std::move(slots)}};
}

Result<Json> Facts::planFact()
{
    const Field* field = definition_.fieldOf("major");
    const auto chosen = field ? record_.fields.find(field->id) : record_.fields.end();
    if (!field || chosen == record_.fields.end() || !chosen->is_string())
        return Json();
    auto major = services_.catalog.major(chosen->get<std::string>());
    if (!major)
        return fail(major.error());
    if (!*major)
        return Json();
    auto plan = services_.catalog.plan((*major)->plan_id);
    if (!plan)
        return fail(plan.error());
    Json courses = Json::array();
    for (const catalog::PlanCourse& course : *plan)
        courses.push_back(courseJson(course));
    return Json{{"major", majorJson(**major)}, {"courses", std::move(courses)}};
}

Result<Json> Facts::orderFact()
{
    auto order = services_.billing.newestOrderOfCase(record_.id);
    if (!order)
        return fail(order.error());
    if (!*order)
        return Json();
    return Json{{"no", (*order)->no},
                {"state", billing::name((*order)->state)},
                {"total_fen", (*order)->total.inFen()},
                {"received_fen", (*order)->received.inFen()}};
}

Result<std::string> Facts::value(const std::string& source)
{
    const auto dot = source.find('.');
    const std::string of = source.substr(0, dot),
                      what = dot == std::string::npos ? "" : source.substr(dot + 1);
    if (of == "sitting") {
        auto own = record_.sitting.empty() ? services_.exams.current() : sitting();
        if (!own)
            return fail(own.error());
        return !*own ? std::string{} : what == "code" ? (*own)->code : (*own)->name;
    }
    auto said = fact(of);
    if (!said)
        return fail(said.error());
    const Json& table = *said;
    constexpr std::string_view kMore = "more.";
    if (of != "person" || !what.starts_with(kMore))
        return textAt(table, what);
    return table.is_object() ? textAt(table.value("more", Json::object()), what.substr(kMore.size()))
                             : std::string{};
}

Result<void> Facts::preset(Json& fields)
{
    for (const Page& page : definition_.pages)
        for (const Field& field : page.fields) {
            std::vector<std::string> sources = field.preset;
            if (field.widget == "sitting" && definition_.needsSitting())
                sources = {"sitting.code"};
            for (const std::string& source : sources) {
                if (fields.contains(field.id))
                    break;
                auto found = value(source);
                if (!found)
                    return fail(found.error());
                if (!found->empty())
                    fields[field.id] = *found;
            }
        }
    return ok();
}

Result<std::optional<degrees::Check>> Facts::degree()
{
    if (!degree_) {
        if (record_.visitor) {
            degree_.emplace();
        } else {
            auto check = services_.degrees.check(record_.subject_id);
            if (!check)
                return fail(check.error());
            degree_.emplace(std::move(*check));
        }
    }
    return *degree_;
}

Result<Json> Facts::degreeFact()
{
    auto check = degree();
    if (!check)
        return fail(check.error());
    if (!*check || (*check)->state() == "none")
        return Json();
    Json fact{{"state", (*check)->state()}};
    if (!(*check)->held)
        return fact;
    const degrees::Degree& held = *(*check)->held;
    fact["basis"] = degrees::name(held.basis);
    fact["verified_at"] = beijingText(held.verified_at);
    for (const auto& [key, text] : {std::pair{"level", held.level},
                                    {"school", held.school},
                                    {"major", held.major},
                                    {"study_form", held.study_form},
                                    {"type", held.type},
                                    {"conclusion", held.conclusion}})
        if (!text.empty())
            fact[key] = text;
    if (held.admission_year > 0)
        fact["admission_year"] = held.admission_year;
    if (held.graduation_year > 0)
        fact["graduation_year"] = held.graduation_year;
    if (held.printed_on)
        fact["printed_on"] = held.printed_on->text();
    return fact;
}

/// The subject's other cases as they stand, drafts left out, newest first: what one application may say of another.
Result<Json> Facts::ownCasesFact()
{
    if (record_.visitor)
        return Json::array();
    auto all = store_.ofSubject(record_.subject_id);
    if (!all)
        return fail(all.error());
    Json list = Json::array();
    for (const Record& one : *all) {
        if (one.id == record_.id || one.phase == Phase::draft)
            continue;
        auto whole = store_.load(one.id);
        if (!whole)
            return fail(whole.error());
        list.push_back({{"type", one.type},
                        {"state", one.state},
                        {"phase", name(one.phase)},
                        {"sitting", one.sitting},
                        {"fields", whole->record.fields}});
    }
    return list;
}

/// The newest of each action: what an officer recorded without moving the case is known by it.
Result<Json> Facts::actionsFact()
{
    auto history = store_.history(record_.id);
    if (!history)
        return fail(history.error());
    Json taken = Json::object();
    for (const Event& event : *history)
        if (!taken.contains(event.action) || taken[event.action]["seq"] < event.seq)
            taken[event.action] = {{"seq", event.seq}, {"at", beijingText(event.at)}};
    return taken;
}

Result<Json> Facts::caseFact(const std::string& type)
{
    auto found = store_.inPhase(record_.subject_id, type, {Phase::approved, Phase::completed});
    if (!found)
        return fail(found.error());
    return *found ? (*found)->fields : Json();
}

} // namespace zikao::cases
