#include "kernel/app/api/case_view.hpp"

#include "kernel/app/texts.hpp"
#include "kernel/cases/field_checks.hpp"
#include "kernel/cases/sources.hpp"

namespace zikao::app {

namespace {

/// Widgets whose values are S3: masked for staff until an unmask is logged, for the owner once they are fixed
/// (DEF-GEN-06).
bool isSensitive(const std::string& widget)
{
    return widget == "id_number" || widget == "phone";
}

std::string maskValue(const std::string& widget, const std::string& text, bool for_owner)
{
    if (widget == "phone")
        return identity::maskPhone(text, for_owner);
    const auto number = identity::IdNumber::parse(text);
    return number ? number->masked() : std::string(text.empty() ? "" : "***");
}

Json orNull(const std::string& text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

Json stateJson(const cases::State& state)
{
    return {{"id", state.id}, {"title", state.title}, {"phase", cases::name(state.phase)}};
}

/// The pages of the case's present state.
Json definitionJson(const cases::View& view)
{
    const cases::Definition& definition = *view.definition;
    Json pages = Json::array();
    for (const cases::Page& page : definition.pages) {
        if (!cases::isShown(page, view.record.state))
            continue;
        Json facts = Json::array();
        for (const cases::ShownFact& fact : page.facts) {
            const auto value = view.facts.find(page.id + "." + fact.id);
            facts.push_back({{"id", fact.id},
                             {"label", fact.label},
                             {"value", value == view.facts.end() ? std::string() : value->second}});
        }
        Json fields = Json::array();
        for (const cases::Field& field : page.fields) {
            Json raw = field.raw;
            raw["id"] = field.id;
            raw["widget"] = field.widget;
            raw["label"] = field.label;
            raw["hint"] = field.hint;
            raw["required"] = field.required;
            fields.push_back(std::move(raw));
        }
        pages.push_back({{"id", page.id},
                         {"title", page.title},
                         {"notices", page.notices},
                         {"facts", std::move(facts)},
                         {"fields", std::move(fields)}});
    }
    Json states = Json::array();
    for (const auto& [id, state] : definition.states)
        states.push_back(stateJson(state));
    return {{"pages", std::move(pages)}, {"states", std::move(states)}};
}

/// The package's texts that the shown pages name: their notices, and what their fields call by key.
Json textsFor(const cases::View& view)
{
    const Json& all = view.package->texts;
    Json named = Json::object();
    const auto name = [&](const std::string& key) {
        if (const auto text = all.find(key); text != all.end())
            named[key] = *text;
    };
    for (const cases::Page& page : view.definition->pages) {
        if (!cases::isShown(page, view.record.state))
            continue;
        std::ranges::for_each(page.notices, name);
        for (const cases::Field& field : page.fields) {
            name(field.hint);
            for (const Json& value : field.raw)
                if (value.is_string())
                    name(value.get_ref<const std::string&>());
        }
    }
    return named;
}

/// Members of the answer that hang on package and state alone, `"definition":{…},"texts":{…}`: kept, unless a page shows
/// facts of the person.
Result<std::shared_ptr<const std::string>> drawnBy(Site& site, const cases::View& view)
{
    const auto make = [&] {
        return Result<std::string>("\"definition\":" + dumpJson(definitionJson(view)) +
                                   ",\"texts\":" + dumpJson(textsFor(view)));
    };
    if (std::ranges::all_of(view.definition->pages, &std::vector<cases::ShownFact>::empty,
                            &cases::Page::facts))
        return site.shown.text(view.package->hash + ":" + view.record.type + ":" + view.record.state, make);
    return std::make_shared<const std::string>(make().value());
}

std::string titleOfAction(const cases::Definition& definition, const std::string& id)
{
    for (const cases::Action& action : definition.actions)
        if (action.id == id)
            return action.title;
    return id;
}

/// The candidate deals with an office, not with a person; who registered had no name yet.
Result<std::string> whoActed(Site& site, const cases::Event& event, const cases::Record& record,
                             bool for_staff)
{
    if (event.actor_id.starts_with("system:"))
        return std::string("系统");
    if (event.actor_id == record.subject_id || event.actor_office.empty())
        return event.actor_name.empty() ? record.subject_name : event.actor_name;
    if (for_staff)
        return event.actor_name;
    Result<std::optional<catalog::Office>> office = site.catalog.office(event.actor_office);
    if (!office)
        return fail(office.error());
    return *office ? (*office)->name : std::string("考试机构");
}

Result<Json> historyJson(Site& site, const cases::View& view, bool for_staff)
{
    Json history = Json::array();
    for (const cases::Event& event : view.history) {
        Result<std::string> who = whoActed(site, event, view.record, for_staff);
        if (!who)
            return fail(who.error());
        history.push_back({{"seq", event.seq},
                           {"actor_name", std::move(*who)},
                           {"action", event.action},
                           {"action_title", titleOfAction(*view.definition, event.action)},
                           {"from_title", titleOfState(*view.definition, event.from)},
                           {"to_title", titleOfState(*view.definition, event.to)},
                           {"reason", event.reason},
                           {"at_ms", event.at.ms},
                           {"rules_version", event.rules_version}});
    }
    return history;
}

} // namespace

Json gateJson(const Json& gate, const Json& texts)
{
    if (!gate.is_object() || gate.empty())
        return nullptr;
    const auto text = [&](const char* key) { return gate.value(key, std::string()); };
    return {{"title", text("title")},
            {"text", sentence(texts, text("text"), Json::object())},
            {"tick", text("tick")},
            {"button", text("button")}};
}

namespace {

/// Whether reviewers are told of traces of editing in this field's pictures.
bool asksForTraces(const cases::View& view, const std::string& id)
{
    const cases::Field* field = view.definition->field(id);
    return field != nullptr && field->raw.value("traces", false);
}

Json gateJson(const cases::View& view)
{
    if (!view.definition->gate)
        return nullptr;
    const cases::Gate& gate = *view.definition->gate;
    Json json = app::gateJson(
        {{"title", gate.title}, {"text", gate.text}, {"tick", gate.tick}, {"button", gate.button}},
        view.package->texts);
    json["needed"] = view.gate_needed;
    return json;
}

Json confirmJson(const cases::Action& action, const cases::View& view)
{
    if (!action.confirm)
        return nullptr;
    Json fields = Json::array();
    for (const std::string& id : action.confirm->fields)
        if (const cases::Field* field = view.definition->field(id))
            fields.push_back({{"id", id}, {"label", field->label}});
    // The placeholders name what is typed in the browser at that moment.
    return {{"text", view.package->texts.value(action.confirm->text, std::string())},
            {"fields", std::move(fields)}};
}

Json afterJson(const cases::Action& action, const cases::View& view)
{
    if (!action.after)
        return nullptr;
    const auto& [say, button, go] = *action.after;
    return {{"say", say.empty() ? Json(nullptr) : Json(sentence(view.package->texts, say, Json::object()))},
            {"button", orNull(button)},
            {"go", go}};
}

} // namespace

std::string shownValue(Site& site, const cases::Field& field, const Json& value, bool masked)
{
    if (masked && value.is_string() && isSensitive(field.widget))
        return maskValue(field.widget, value.get<std::string>(), false);
    return cases::shownValue(site.catalog, site.exams, field, value);
}

Json inspectionJson(const Json& inspection, const Json& package_texts)
{
    if (!inspection.is_object())
        return nullptr;
    Json checks = Json::array();
    for (Json check : inspection.value("checks", Json::array())) {
        const std::string verdict =
            check.value("verdict", check.value("passed", false) ? "passed" : "failed");
        check["verdict"] = verdict;
        const std::string code =
            verdict == "borderline" ? "photo_borderline" : "photo_" + check.value("code", std::string());
        check["detail"] = verdict == "passed" ? std::string() : sentence(package_texts, code, check);
        checks.push_back(std::move(check));
    }
    return {{"checks", std::move(checks)}, {"points", inspection.value("points", Json::array())}};
}

Json fileJson(const files::File& file, const Json& package_texts, bool warns)
{
    Json inspection = nullptr, warnings = Json::array();
    const Json traces =
        file.inspection.is_object() ? file.inspection.value("traces", Json::array()) : Json::array();
    if (warns)
        for (const Json& trace : traces) {
            const auto code = "trace_" + trace.get<std::string>();
            warnings.push_back({{"code", code}, {"detail", sentence(package_texts, code, Json::object())}});
        }
    // Traces alone are no inspection against a standard.
    if (file.inspection.is_object() &&
        (traces.empty() || !file.inspection.value("checks", Json::array()).empty()))
        inspection = inspectionJson(file.inspection, package_texts);
    return {{"id", file.id},
            {"field", file.field},
            {"type", file.type},
            {"size_bytes", file.size_bytes},
            {"width", file.width},
            {"height", file.height},
            {"inspection", std::move(inspection)},
            {"warnings", std::move(warnings)},
            {"uploaded_at_ms", file.uploaded_at.ms}};
}

Json reasonChoices(const Json& profile, const std::string& type, const std::string& action,
                   const std::string& demand, Json of_pictures)
{
    static const Json kNone = Json::object();
    const auto kept = profile.find("reason_choices");
    const Json& own = kept == profile.end() ? kNone : *kept;
    if (const auto named = own.find(type + "." + action); named != own.end())
        return *named;
    if (demand != "required")
        return Json::array();
    for (const Json& sentence : own.value(type, Json::array()))
        of_pictures.push_back(sentence);
    return of_pictures;
}

namespace {

/// A sentence for each item of the pictures' checklists.
Json checklistReasons(const cases::View& view)
{
    Json reasons = Json::array();
    for (const cases::Page& page : view.definition->pages)
        for (const cases::Field& field : page.fields)
            for (const Json& item : field.raw.value("checklist", Json::array()))
                reasons.push_back(item["reason"]);
    return reasons;
}

} // namespace

Json offerJson(const cases::Offer& offer, const cases::View& view, Call& call)
{
    Json reasons = Json::array();
    for (const Reason& reason : offer.reasons)
        reasons.push_back(reasonJson(reason, view.package->texts));
    const cases::Action* action = nullptr;
    for (const cases::Action& each : view.definition->actions)
        if (each.id == offer.id)
            action = &each;
    Json message = nullptr;
    if (action != nullptr)
        for (const cases::EffectCall& effect : action->effects)
            if (effect.verb == "send_message")
                message = orNull(sentence(view.package->texts, effect.args.value("template", std::string()),
                                          Json::object()));
    const std::string demand = action == nullptr || action->reason.empty() ? "none" : action->reason;
    return {{"id", offer.id},
            {"title", offer.title},
            {"enabled", offer.enabled},
            {"reason", demand},
            {"checks_fields", action != nullptr && action->checks_fields},
            {"reasons", std::move(reasons)},
            {"reason_choices",
             reasonChoices(call.site.profile(), view.record.type, offer.id, demand, checklistReasons(view))},
            {"message_template", std::move(message)},
            {"confirm", action == nullptr ? Json(nullptr) : confirmJson(*action, view)},
            {"after", action == nullptr ? Json(nullptr) : afterJson(*action, view)}};
}

Json readingsJson(const cases::View& view, bool for_staff)
{
    Json out = Json::object();
    for (const cases::Reading& reading : view.readings)
        out[reading.field] = {{"state", reading.state},
                              {"values", for_staff ? Json::object() : reading.values},
                              {"detail", reading.state == "failed"
                                             ? sentence(view.package->texts, "card_unreadable", {})
                                             : std::string()}};
    return out;
}

namespace {

Json formsJson(const cases::View& view)
{
    Json forms = Json::array();
    for (const cases::Print& print : view.definition->prints)
        if (cases::isShown(print, *view.definition, view.record.state))
            forms.push_back({{"id", print.id},
                             {"title", print.title},
                             {"draft", std::ranges::count(print.draft_in, view.record.state) > 0}});
    return forms;
}

Json holdJson(const cases::View& view, const std::string& actor_id)
{
    if (!view.hold)
        return nullptr;
    return {{"holder_name", view.hold->holder_name},
            {"mine", view.hold->holder_id == actor_id},
            {"taken_at_ms", view.hold->taken_at.ms},
            {"until_ms", view.hold->until.ms}};
}

} // namespace

std::string titleOfState(const cases::Definition& definition, const std::string& id)
{
    const auto found = definition.states.find(id);
    return found == definition.states.end() ? id : found->second.title;
}

std::string waitsFor(const cases::View& view)
{
    const auto state = view.definition->states.find(view.record.state);
    return state == view.definition->states.end()
               ? ""
               : sentence(view.package->texts, state->second.waits_for, {});
}

Result<std::string> caseViewText(Call& call, const cases::View& view)
{
    Site& site = call.site;
    const cases::Record& record = view.record;
    const bool staff = call.isStaff();

    std::string office_name;
    if (!record.office_code.empty()) {
        Result<std::optional<catalog::Office>> office = site.catalog.office(record.office_code);
        if (!office)
            return fail(office.error());
        office_name = *office ? (*office)->name : std::string();
    }
    Result<Json> history = historyJson(site, view, staff);
    if (!history)
        return fail(history.error());

    Json fields = record.fields;
    Json masked = Json::array();
    // Whole only while the owner types it (DEF-GEN-06).
    const auto typed = [&](const cases::Field& field) {
        return !staff && view.editable &&
               std::find(view.fixed.begin(), view.fixed.end(), field.id) == view.fixed.end();
    };
    for (const cases::Page& page : view.definition->pages)
        for (const cases::Field& field : page.fields)
            if (!typed(field) && isSensitive(field.widget) && fields.contains(field.id) &&
                fields[field.id].is_string()) {
                fields[field.id] = maskValue(field.widget, fields[field.id].get<std::string>(), !staff);
                masked.push_back(field.id);
            }

    using Kept = Result<std::vector<files::File>>;
    const Kept kept = record.wasOnlyBegun() ? Kept(std::vector<files::File>{}) : site.files.ofCase(record.id);
    if (!kept)
        return fail(kept.error());
    Json file_list = Json::array();
    for (const files::File& file : *kept)
        file_list.push_back(fileJson(file, view.package->texts, staff && asksForTraces(view, file.field)));
    Json actions = Json::array();
    for (const cases::Offer& offer : view.offers)
        actions.push_back(offerJson(offer, view, call));
    using Newest = Result<std::optional<billing::Order>>;
    const Newest order = record.wasOnlyBegun() ? Newest(std::optional<billing::Order>{})
                                               : site.billing.newestOrderOfCase(record.id);
    if (!order)
        return fail(order.error());

    const auto drawn = drawnBy(site, view);
    if (!drawn)
        return fail(drawn.error());
    std::string text = "{" + **drawn + ",";
    text +=
        std::string_view(
            dumpJson(Json{
                {"case",
                 {{"id", record.id},
                  {"type", record.type},
                  {"title", view.definition->title},
                  {"state", record.state},
                  {"state_title", titleOfState(*view.definition, record.state)},
                  {"phase", cases::name(record.phase)},
                  {"waits_for", waitsFor(view)},
                  {"revision", record.revision},
                  {"fields", std::move(fields)},
                  {"masked", std::move(masked)},
                  {"sitting", orNull(record.sitting)},
                  {"office_name", office_name},
                  {"created_at_ms", record.created_at.ms},
                  {"changed_at_ms", record.changed_at.ms},
                  {"subject", {{"name", view.subject_name}, {"id_number_masked", view.subject_masked_id}}}}},
                {"gate", gateJson(view)},
                {"editable", view.editable},
                {"fixed", view.fixed},
                {"actions", std::move(actions)},
                {"history", std::move(*history)},
                {"files", std::move(file_list)},
                {"readings", readingsJson(view, staff)},
                {"comparison", staff ? comparisonJson(site, view) : Json::array()},
                {"ledger", view.ledger},
                {"hold", holdJson(view, call.actor().id)},
                {"forms", formsJson(view)},
                {"order_no", *order ? Json((*order)->no) : Json(nullptr)}}))
            .substr(1);
    return text;
}

} // namespace zikao::app
