#include "kernel/app/api/menu.hpp"

#include <algorithm>
#include <set>

namespace zikao::app {

namespace {

const cases::Record* newestOf(const std::vector<cases::Record>& records, const std::string& type)
{
    for (const cases::Record& record : records)
        if (record.type == type)
            return &record;
    return nullptr;
}

const cases::Record* newestOf(const std::vector<cases::Record>& records, const Json& types)
{
    for (const cases::Record& record : records)
        if (std::any_of(types.begin(), types.end(), [&](const Json& type) { return type == record.type; }))
            return &record;
    return nullptr;
}

std::string startPath(const std::string& type)
{
    return "/start/" + type;
}

/// Whether a case of this candidate is where the entry wants it.
bool holds(const Json& item, const std::vector<cases::Record>& records)
{
    const auto needs = item.find("needs");
    if (needs == item.end())
        return true;
    const std::string type = needs->value("case", std::string());
    const std::string phase = needs->value("phase", std::string());
    return std::any_of(records.begin(), records.end(), [&](const cases::Record& record) {
        return record.type == type && cases::name(record.phase) == phase;
    });
}

/// The entry's `path` for this candidate: null where it leads nowhere itself; nothing where it is not there now.
std::optional<Json> pathFor(const Json& item, const std::vector<cases::Record>& records)
{
    if (item.contains("case")) {
        const cases::Record* record = newestOf(records, item["case"].get<std::string>());
        return record == nullptr ? startPath(item["case"].get<std::string>()) : casePath(record->id);
    }
    if (item.contains("person_of")) {
        const cases::Record* record = newestOf(records, item["person_of"]);
        return record == nullptr ? startPath(item["person_of"][0].get<std::string>())
                                 : "/person/" + record->id;
    }
    if (item.contains("payment_of")) {
        const cases::Record* record = newestOf(records, item["payment_of"].get<std::string>());
        if (record == nullptr || record->phase == cases::Phase::draft ||
            record->phase == cases::Phase::closed)
            return std::nullopt;
        return casePath(record->id) + "/payment";
    }
    const std::optional<std::string> fixed = fixedPath(item);
    return fixed ? Json(*fixed) : Json(nullptr);
}

/// @param exchanges  whether the province exchanges files with anybody
Json staffMenu(const identity::Actor& actor, bool exchanges)
{
    using identity::Role;
    struct Duty
    {
        const char *id, *title, *path;
        std::vector<Role> roles;
    };
    static const std::vector<Role> kReviewers{Role::county_office, Role::prefecture_office, Role::host_school,
                                              Role::province_office};
    static const std::vector<Duty> kDuties{
        {"queues", "待办", "/staff/queues", kReviewers},
        {"candidates", "考生", "/staff/candidates", kReviewers},
        {"exchanges", "上报与回传", "/staff/exchanges", {Role::province_office}},
        {"sittings", "报考", "/staff/sittings", {Role::province_office, Role::tenant_admin}},
        {"orders", "订单", "/staff/orders", {Role::finance, Role::province_office}},
        {"messages", "消息", "/staff/messages", {Role::province_office, Role::tenant_admin}},
        {"rules", "规则", "/staff/rules", {Role::rule_author}},
    };
    Json menu = Json::array();
    for (const Duty& duty : kDuties)
        if ((exchanges || std::string_view(duty.id) != "exchanges") &&
            std::any_of(duty.roles.begin(), duty.roles.end(), [&](Role role) { return actor.has(role); }))
            menu.push_back({{"id", duty.id}, {"title", duty.title}, {"path", duty.path}, {"under", nullptr}});
    return menu;
}

} // namespace

std::optional<std::string> fixedPath(const Json& entry)
{
    if (entry.contains("case"))
        return startPath(entry["case"].get<std::string>());
    if (entry.contains("notice"))
        return "/notices/" + entry["notice"].get<std::string>();
    if (entry.contains("page"))
        return "/" + entry["page"].get<std::string>();
    return std::nullopt;
}

Json pageTitles(const Json& profile)
{
    Json titles = Json::object();
    for (const Json& entry : profile.value("menu", Json::array()))
        if (entry.contains("page"))
            titles[entry["page"].get<std::string>()] = entry.value("title", std::string());
    return titles;
}

std::string casePath(const std::string& case_id)
{
    return "/cases/" + case_id;
}

Result<Json> candidateMenu(Call& call)
{
    Result<std::vector<cases::Record>> records = call.site.engine.ofSubject(call.actor());
    if (!records)
        return fail(records.error());
    Json menu = Json::array();
    std::set<std::string> shown{""};
    for (const Json& item : call.site.profile().value("menu", Json::array())) {
        const std::string id = item.value("id", std::string()), under = item.value("under", std::string());
        if (!shown.contains(under) || !holds(item, *records))
            continue;
        std::optional<Json> path = pathFor(item, *records);
        if (!path)
            continue;
        shown.insert(id);
        menu.push_back({{"id", id},
                        {"title", item.value("title", std::string())},
                        {"path", std::move(*path)},
                        {"under", under.empty() ? Json(nullptr) : Json(under)}});
    }
    return menu;
}

Result<Json> meJson(Call& call)
{
    const identity::Actor& actor = call.actor();
    Json me{{"kind", "visitor"}, {"name", actor.name}, {"csrf", call.session->csrf}, {"roles", Json::array()},
            {"office", nullptr}, {"unread", 0},        {"menu", Json::array()}};
    if (actor.kind == identity::ActorKind::candidate) {
        me["kind"] = "candidate";
        Result<int> unread = call.site.notify.unread(actor.id);
        Result<Json> menu = candidateMenu(call);
        if (!unread || !menu)
            return fail(!unread ? unread.error() : menu.error());
        me["unread"] = *unread;
        me["menu"] = std::move(*menu);
    }
    if (actor.kind == identity::ActorKind::staff) {
        me["kind"] = "staff";
        for (const identity::Role role : actor.roles)
            me["roles"].push_back(identity::name(role));
        Result<std::optional<catalog::Office>> office = call.site.catalog.office(actor.office_code);
        if (!office)
            return fail(office.error());
        if (*office)
            me["office"] = {{"code", (*office)->code}, {"name", (*office)->name}};
        me["menu"] = staffMenu(actor, call.site.tenant->exchange != nullptr);
    }
    return me;
}

} // namespace zikao::app
