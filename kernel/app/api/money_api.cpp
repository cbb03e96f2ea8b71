#include "kernel/app/api/no_fields.hpp"
#include "kernel/app/api/order_json.hpp"
#include "kernel/app/api/routes.hpp"

namespace zikao::app {

namespace {

using namespace http;
using identity::Role;

constexpr std::int64_t kPageSize = 50;

Result<Json> staffOrderJson(Site& site, const billing::Order& order)
{
    Result<Json> json = orderJson(site, order);
    if (!json)
        return fail(json.error());
    std::string name, masked;
    Result<identity::Person> person = site.identity.person(order.candidate_id);
    if (person) {
        const auto number = identity::IdNumber::parse(person->id_number);
        name = person->name;
        masked = number ? number->masked() : "";
    } else if (person.error().code != ErrorCode::not_found) {
        return fail(person.error());
    }
    return Json{{"order", std::move(*json)}, {"candidate_name", name}, {"id_number_masked", masked}};
}

Result<Response> search(Call& call)
{
    StrictObject body(call.body, "");
    const std::string text = body.text("q", "");
    const std::string state = body.text("state", "");
    const std::int64_t page = body.integerOr("page", 1, 1, 100'000);
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    std::vector<std::string> candidates;
    if (!text.empty()) {
        Result<std::vector<identity::Person>> people = call.site.identity.searchCandidates(text, 50);
        if (!people)
            return fail(people.error());
        for (const identity::Person& person : *people)
            candidates.push_back(person.account_id);
    }
    Result<billing::OrderPage> found = call.site.billing.search(
        {text, candidates, state, static_cast<int>(kPageSize), static_cast<int>((page - 1) * kPageSize)});
    if (!found)
        return fail(found.error());
    Json rows = Json::array();
    for (const billing::Order& order : found->orders) {
        Result<Json> row = staffOrderJson(call.site, order);
        if (!row)
            return fail(row.error());
        rows.push_back(std::move(*row));
    }
    return Response::json(
        {{"rows", std::move(rows)}, {"total", found->total}, {"page", page}, {"page_size", kPageSize}});
}

const char* kindTitle(const std::string& kind)
{
    static const std::map<std::string, const char*> kTitles{{"late", "过期后到账"},
                                                            {"double", "重复支付"},
                                                            {"wrong_amount", "金额不符"},
                                                            {"unknown_order", "订单不明"},
                                                            {"after_void", "作废后到账"}};
    const auto found = kTitles.find(kind);
    return found == kTitles.end() ? "其他" : found->second;
}

const char* refundTitle(const std::string& state)
{
    static const std::map<std::string, const char*> kTitles{{"requested", "待批准"}, {"rejected", "已驳回"},
                                                            {"approved", "已批准"},  {"sent", "退款中"},
                                                            {"done", "已退款"},      {"failed", "退款失败"}};
    const auto found = kTitles.find(state);
    return found == kTitles.end() ? "" : found->second;
}

Json exceptionJson(Site& site, const billing::ExceptionEntry& entry)
{
    return {{"id", entry.id},
            {"kind", entry.kind},
            {"kind_title", kindTitle(entry.kind)},
            {"channel", entry.channel},
            {"label", channelLabel(site, entry.channel)},
            {"attempt_no", entry.attempt_no},
            {"provider_trade_no", entry.provider_trade_no},
            {"order_no", entry.order_no},
            {"amount_fen", entry.amount.inFen()},
            {"state", entry.state},
            {"seen_at_ms", entry.seen_at.ms}};
}

/// Names of staff by account id.
Result<std::map<std::string, std::string>> staffNames(Site& site)
{
    Result<std::vector<identity::Identity::StaffRow>> staff = site.identity.staff();
    if (!staff)
        return fail(staff.error());
    std::map<std::string, std::string> names;
    for (const auto& row : *staff)
        names[row.id] = row.name;
    return names;
}

Result<Json> refundsJson(Call& call, const std::string& target)
{
    Result<std::vector<billing::RefundEntry>> refunds = call.site.billing.refunds(target);
    if (!refunds)
        return fail(refunds.error());
    Result<std::map<std::string, std::string>> names = staffNames(call.site);
    if (!names)
        return fail(names.error());
    Json out = Json::array();
    for (const billing::RefundEntry& refund : *refunds)
        out.push_back(
            {{"id", refund.id},
             {"target", refund.target},
             {"amount_fen", refund.amount.inFen()},
             {"reason", refund.reason},
             {"state", refund.state},
             {"state_title", refundTitle(refund.state)},
             {"requested_by_name", (*names)[refund.requested_by]},
             {"requested_at_ms", refund.requested_at.ms},
             {"mine", refund.requested_by == call.actor().id},
             {"approved_by_name", refund.approved_by.empty() ? "" : (*names)[refund.approved_by]},
             {"approved_at_ms", refund.approved_at ? Json(refund.approved_at->ms) : Json(nullptr)}});
    return out;
}

Result<Response> show(Call& call)
{
    Result<std::optional<billing::Order>> order = call.site.billing.find(call.param("no"));
    if (!order)
        return fail(order.error());
    if (!*order)
        return fail(ErrorCode::not_found, "no such order");
    Result<Json> order_json = staffOrderJson(call.site, **order);
    Result<std::vector<billing::Attempt>> attempts = call.site.billing.attempts((*order)->no);
    Result<std::vector<billing::ExceptionEntry>> exceptions = call.site.billing.exceptionsOf((*order)->no);
    Result<Json> refunds = refundsJson(call, (*order)->no);
    for (const Error* error :
         {order_json ? nullptr : &order_json.error(), attempts ? nullptr : &attempts.error(),
          exceptions ? nullptr : &exceptions.error(), refunds ? nullptr : &refunds.error()})
        if (error != nullptr)
            return fail(*error);
    Json attempt_list = Json::array();
    for (const billing::Attempt& attempt : *attempts)
        attempt_list.push_back({{"no", attempt.no},
                                {"channel", attempt.channel},
                                {"label", channelLabel(call.site, attempt.channel)},
                                {"state", attempt.state},
                                {"created_at_ms", attempt.created_at.ms},
                                {"expires_at_ms", attempt.expires_at.ms}});
    Json exception_list = Json::array();
    for (const billing::ExceptionEntry& entry : *exceptions)
        exception_list.push_back(exceptionJson(call.site, entry));
    return Response::json({{"order", std::move(*order_json)},
                           {"attempts", std::move(attempt_list)},
                           {"refund_reasons", call.site.profile().value("refund_reasons", Json::array())},
                           {"exceptions", std::move(exception_list)},
                           {"refunds", std::move(*refunds)}});
}

Result<Response> exceptions(Call& call)
{
    const bool all = call.request.query("all").value_or("0") == "1";
    Result<std::vector<billing::ExceptionEntry>> entries = call.site.billing.exceptions(!all);
    if (!entries)
        return fail(entries.error());
    Json out = Json::array();
    for (const billing::ExceptionEntry& entry : *entries)
        out.push_back(exceptionJson(call.site, entry));
    return Response::json(out);
}

Result<Response> refunds(Call& call)
{
    Result<Json> json = refundsJson(call, {});
    if (!json)
        return fail(json.error());
    return Response::json(*json);
}

Result<Response> oneRefund(Call& call, const std::string& id)
{
    Result<Json> all = refundsJson(call, {});
    if (!all)
        return fail(all.error());
    for (const Json& refund : *all)
        if (refund["id"] == id)
            return Response::json(refund);
    return fail(ErrorCode::not_found, "no such refund");
}

/// The reasons for which this may be given back; empty: for any. Money that found no order is not a fee, and goes
/// back whatever the authority says of fees (XZ-PAY-13).
Result<std::vector<std::string>> typesFor(Site& site, const std::string& target)
{
    const Json types = site.profile().value("refund_reasons", Json::array());
    if (types.empty())
        return std::vector<std::string>{};
    Result<std::optional<billing::Order>> order = site.billing.find(target);
    if (!order)
        return fail(order.error());
    return *order ? types.get<std::vector<std::string>>() : std::vector<std::string>{};
}

Result<Response> requestRefund(Call& call)
{
    StrictObject body(call.body, "");
    const std::string target = body.text("target");
    const std::int64_t amount = body.integer("amount_fen", 1, INT64_MAX);
    const std::string operation_id = body.text("operation_id");
    std::string reason = body.text("reason", "");
    const std::string type = body.text("reason_type", "");
    Result<std::vector<std::string>> types = typesFor(call.site, target);
    if (!types)
        return fail(types.error());
    if (types->empty() ? !type.empty() : std::find(types->begin(), types->end(), type) == types->end())
        body.fault("reason_type", "field_choice");
    if (reason.size() < 2 && types->empty())
        body.fault("reason", "field_range");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    if (!type.empty())
        reason = reason.empty() ? type : type + "：" + reason;
    Result<std::string> id =
        call.site.billing.requestRefund({target, Money::fen(amount), reason, call.actor().id, operation_id});
    if (!id)
        return fail(id.error());
    return oneRefund(call, *id);
}

Result<Response> approveRefund(Call& call)
{
    if (Result<void> done = call.site.billing.approveRefund(call.param("id"), call.actor().id); !done)
        return fail(done.error());
    return oneRefund(call, call.param("id"));
}

Result<Response> rejectRefund(Call& call)
{
    if (Result<void> done = call.site.billing.rejectRefund(call.param("id"), call.actor().id); !done)
        return fail(done.error());
    return oneRefund(call, call.param("id"));
}

} // namespace

void addMoneyRoutes(Routes& routes)
{
    constexpr Need kLook = Need::roles(bit(Role::finance) | bit(Role::province_office));
    constexpr Need kAct = Need::roles(bit(Role::finance)) | Need::csrf;
    constexpr BodyRule kNone = BodyRule::none();
    constexpr BodyRule kSmall = BodyRule::json(4096);
    routes.add({Method::post, "/api/staff/orders/search", Scope::tenant, kLook | Need::csrf, kSmall,
                Rate::read, Cost::light},
               search);
    routes.add({Method::get, "/api/staff/orders/{no}", Scope::tenant, kLook, kNone, Rate::read, Cost::light},
               show);
    routes.add({Method::get, "/api/staff/exceptions", Scope::tenant, kLook, kNone, Rate::read, Cost::light},
               exceptions);
    routes.add({Method::get, "/api/staff/refunds", Scope::tenant, kLook, kNone, Rate::read, Cost::light},
               refunds);
    routes.add({Method::post, "/api/staff/refunds", Scope::tenant, kAct, kSmall, Rate::write, Cost::light},
               requestRefund);
    routes.add({Method::post, "/api/staff/refunds/{id}/approve", Scope::tenant, kAct, BodyRule::json(64),
                Rate::write, Cost::light},
               noFields(approveRefund));
    routes.add({Method::post, "/api/staff/refunds/{id}/reject", Scope::tenant, kAct, BodyRule::json(64),
                Rate::write, Cost::light},
               noFields(rejectRefund));
}

} // namespace zikao::app
