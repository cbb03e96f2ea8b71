#include "kernel/app/api/menu.hpp"

namespace zikao::app {

namespace {

const cases::Record* newestOf(const std::vector<cases::Record>& records, const std::string& type)
{
    for (const cases::Record& record : records)
        if (record.type == type)
            return &record;
    return nullptr;
}

Json entry(const Json& item, const std::string& path)
{
    return {{"id", item.value("id", std::string())},
            {"title", item.value("title", std::string())},
            {"path", path}};
}

Json staffMenu(const identity::Actor& actor)
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
        {"sittings", "报考", "/staff/sittings", {Role::province_office, Role::tenant_admin}},
        {"orders", "订单", "/staff/orders", {Role::finance, Role::province_office}},
        {"rules", "规则", "/staff/rules", {Role::rule_author}},
    };
    Json menu = Json::array();
    for (const Duty& duty : kDuties)
        if (std::any_of(duty.roles.begin(), duty.roles.end(), [&](Role role) { return actor.has(role); }))
            menu.push_back({{"id", duty.id}, {"title", duty.title}, {"path", duty.path}});
    return menu;
}

} // namespace

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
    for (const Json& item : call.site.profile().value("menu", Json::array())) {
        if (const auto needs = item.find("needs"); needs != item.end()) {
            const std::string type = needs->value("case", std::string());
            const std::string phase = needs->value("phase", std::string());
            if (std::none_of(records->begin(), records->end(), [&](const cases::Record& record) {
                    return record.type == type && cases::name(record.phase) == phase;
                }))
                continue;
        }
        if (item.contains("case")) {
            const std::string type = item["case"].get<std::string>();
            const cases::Record* record = newestOf(*records, type);
            menu.push_back(entry(item, record == nullptr ? "/start/" + type : casePath(record->id)));
        } else if (item.contains("payment_of")) {
            const cases::Record* record = newestOf(*records, item["payment_of"].get<std::string>());
            if (record != nullptr && record->phase != cases::Phase::draft &&
                record->phase != cases::Phase::closed)
                menu.push_back(entry(item, casePath(record->id) + "/payment"));
        } else if (item.contains("notice")) {
            menu.push_back(entry(item, "/notices/" + item["notice"].get<std::string>()));
        } else if (item.contains("page")) {
            menu.push_back(entry(item, "/" + item["page"].get<std::string>()));
        }
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
        me["menu"] = staffMenu(actor);
    }
    return me;
}

} // namespace zikao::app
