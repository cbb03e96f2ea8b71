#include "kernel/app/api/case_view.hpp"
#include "kernel/app/api/routes.hpp"
#include "kernel/audit/audit.hpp"

namespace zikao::app {

namespace {

using namespace http;
using identity::Role;

constexpr std::int64_t kPageSize = 50, kSmallestPage = 10, kLargestPage = 200;

/// Case types and states in Chinese, by the package that new cases get.
struct Titles
{
    explicit Titles(Site& site)
    {
        if (const auto package = site.tenant->rules->active())
            cases_ = (*package)->cases;
    }
    [[nodiscard]] std::string type(const std::string& type) const
    {
        const auto found = cases_.find(type);
        return found == cases_.end() ? type : found->second.value("title", type);
    }
    [[nodiscard]] std::string state(const std::string& type, const std::string& state) const
    {
        const auto found = cases_.find(type);
        if (found == cases_.end() || !found->second.contains("states"))
            return state;
        return found->second["states"].value(state, Json::object()).value("title", state);
    }

private:
    std::map<std::string, Json> cases_;
};

Json bulkJson(const cases::BulkAction& action, const Json& texts, const Json& profile,
              const std::string& type)
{
    const std::string demand = action.reason.empty() ? "none" : action.reason;
    return {{"id", action.id},
            {"title", action.title},
            {"to_title", action.to_title},
            {"reason", demand},
            {"reason_choices", reasonChoices(profile, type, action.id, demand)},
            {"message_template",
             action.message.empty() ? Json(nullptr) : Json(sentence(texts, action.message, Json::object()))}};
}

Result<Response> queues(Call& call)
{
    Result<std::vector<cases::QueueCount>> counts = call.site.engine.queueCounts(call.actor());
    if (!counts)
        return fail(counts.error());
    const Json texts = call.site.packageTexts();
    Json out = Json::array();
    for (const cases::QueueCount& queue : *counts) {
        Json bulk = Json::array();
        for (const cases::BulkAction& action : queue.bulk)
            bulk.push_back(bulkJson(action, texts, call.site.profile(), queue.type));
        out.push_back({{"id", queue.type + "." + queue.state},
                       {"title", queue.title},
                       {"type", queue.type},
                       {"state", queue.state},
                       {"count", queue.count},
                       {"bulk", std::move(bulk)}});
    }
    return Response::json(out);
}

Result<std::string> officeName(Site& site, const std::string& code)
{
    Result<std::optional<catalog::Office>> office = site.catalog.office(code);
    if (!office)
        return fail(office.error());
    return *office ? (*office)->name : std::string();
}

std::optional<cases::QueueFilter::Place> readPlace(StrictObject& body, std::string_view key)
{
    if (!body.has(key))
        return std::nullopt;
    StrictObject place(body.object(key), body.pathOf(key));
    cases::QueueFilter::Place read{{place.integer("waits_since_ms", 0, INT64_MAX)}, place.text("id")};
    static_cast<void>(place.finish());
    body.take(place);
    return read;
}

Result<Response> searchCases(Call& call)
{
    StrictObject body(call.body, "");
    cases::QueueFilter filter;
    filter.type = body.text("type", "");
    filter.state = body.text("state", "");
    filter.phase = body.text("phase", "");
    filter.text = body.text("q", "");
    filter.mine = body.boolean("mine", false);
    const std::int64_t page = body.integerOr("page", 1, 1, 100'000);
    const std::int64_t page_size = body.integerOr("page_size", kPageSize, kSmallestPage, kLargestPage);
    filter.after = readPlace(body, "after");
    filter.before = readPlace(body, "before");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    filter.limit = static_cast<int>(page_size);
    filter.offset = filter.after || filter.before ? 0 : static_cast<int>((page - 1) * page_size);
    Result<cases::Queue> queue = call.site.engine.queue(call.actor(), filter);
    if (!queue)
        return fail(queue.error());
    const Titles titles(call.site);
    Json rows = Json::array();
    for (const cases::QueueRow& row : queue->rows) {
        const cases::Record& record = row.record;
        Result<std::string> office = officeName(call.site, record.office_code);
        if (!office)
            return fail(office.error());
        rows.push_back({{"id", record.id},
                        {"type", record.type},
                        {"revision", record.revision},
                        {"type_title", titles.type(record.type)},
                        {"state", record.state},
                        {"state_title", titles.state(record.type, record.state)},
                        {"phase", cases::name(record.phase)},
                        {"subject_name", row.subject_name},
                        {"id_number_masked", row.subject_masked_id},
                        {"office_name", *office},
                        {"marks", row.marks},
                        {"changed_at_ms", record.changed_at.ms},
                        {"waits_since_ms", row.since.ms},
                        {"held_by", row.holder_name.empty() ? Json(nullptr) : Json(row.holder_name)},
                        {"sitting", record.sitting.empty() ? Json(nullptr) : Json(record.sitting)}});
    }
    return Response::json(
        {{"rows", std::move(rows)}, {"total", queue->total}, {"page", page}, {"page_size", page_size}});
}

Result<Response> unmask(Call& call)
{
    StrictObject body(call.body, "");
    const std::string case_id = body.text("case_id");
    const std::string reason = body.text("reason");
    if (reason.size() < 2 || reason.size() > 800)
        body.fault("reason", "field_range");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<cases::View> view = call.site.engine.view(call.actor(), case_id);
    if (!view)
        return fail(view.error());
    // The act stands in the chain before anything is shown (C49).
    Result<void> logged = call.site.tenant->database->transaction([&](storage::Transaction& tx) {
        return audit::append(tx,
                             {call.actor().id, "case.unmask", "case:" + case_id,
                              dumpJson({{"reason", reason}}), call.request.id},
                             call.now());
    });
    if (!logged)
        return fail(logged.error());
    Json fields = Json::object();
    for (const cases::Page& page : view->definition->pages)
        for (const cases::Field& field : page.fields)
            if ((field.widget == "id_number" || field.widget == "phone") &&
                view->record.fields.contains(field.id))
                fields[field.id] = view->record.fields[field.id];
    return Response::json({{"fields", std::move(fields)}});
}

Result<Response> searchCandidates(Call& call)
{
    StrictObject body(call.body, "");
    cases::QueueFilter filter;
    filter.text = body.text("q");
    if (filter.text.size() < 2)
        body.fault("q", "field_range");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    filter.mine = false;
    filter.limit = kPageSize;
    // Only through their cases does an officer know candidates: the office's rights hold without a second
    // rule.
    Result<cases::Queue> queue = call.site.engine.queue(call.actor(), filter);
    if (!queue)
        return fail(queue.error());
    const Titles titles(call.site);
    std::vector<std::string> order;
    std::map<std::string, Json> by_subject;
    for (const cases::QueueRow& row : queue->rows) {
        const cases::Record& record = row.record;
        if (record.visitor)
            continue;
        if (!by_subject.contains(record.subject_id)) {
            Result<identity::Person> person = call.site.identity.person(record.subject_id);
            if (!person)
                return fail(person.error());
            Result<std::string> office = officeName(call.site, record.office_code);
            if (!office)
                return fail(office.error());
            order.push_back(record.subject_id);
            by_subject[record.subject_id] = {{"id", record.subject_id},
                                             {"name", person->name},
                                             {"id_number_masked", row.subject_masked_id},
                                             {"phone_masked", identity::maskPhone(person->phone, false)},
                                             {"office_name", *office},
                                             {"cases", Json::array()}};
        }
        by_subject[record.subject_id]["cases"].push_back(
            {{"id", record.id},
             {"type", record.type},
             {"type_title", titles.type(record.type)},
             {"state_title", titles.state(record.type, record.state)}});
    }
    Json out = Json::array();
    for (const std::string& subject : order)
        out.push_back(std::move(by_subject[subject]));
    return Response::json(out);
}

} // namespace

void addStaffRoutes(Routes& routes)
{
    constexpr Need kReviewers = Need::roles(bit(Role::county_office) | bit(Role::prefecture_office) |
                                            bit(Role::host_school) | bit(Role::province_office));
    constexpr BodyRule kSmall = BodyRule::json(4096);
    routes.add({Method::get, "/api/staff/queues", Scope::tenant, Need::staff, BodyRule::none(), Rate::read,
                Cost::light},
               queues);
    routes.add({Method::post, "/api/staff/cases/search", Scope::tenant, kReviewers | Need::csrf, kSmall,
                Rate::read, Cost::light},
               searchCases);
    routes.add({Method::post, "/api/staff/unmask", Scope::tenant, kReviewers | Need::csrf, kSmall,
                Rate::write, Cost::light},
               unmask);
    routes.add({Method::post, "/api/staff/candidates/search", Scope::tenant, kReviewers | Need::csrf, kSmall,
                Rate::read, Cost::light},
               searchCandidates);
}

} // namespace zikao::app
