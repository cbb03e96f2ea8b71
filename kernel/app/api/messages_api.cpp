#include "kernel/app/api/messages_api.hpp"
#include "kernel/app/api/routes.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/base/log.hpp"

namespace zikao::app {

namespace {

using namespace http;
using identity::Role;

constexpr std::int64_t kPageSize = 50;
constexpr const char* kPurpose = "message.report_address";

Json outgoingJson(const notify::Outgoing& message)
{
    return {{"id", message.id},
            {"channel", message.channel},
            {"template", message.template_key},
            {"recipient_masked", message.recipient},
            {"state", message.state},
            {"error", message.error},
            {"tries", message.tries},
            {"begun_at_ms", message.begun_at.ms},
            {"report", message.report.empty() ? Json(nullptr) : Json(message.report)},
            {"report_code", message.report_code},
            {"reported_at_ms", message.reported_at ? Json(message.reported_at->ms) : Json(nullptr)}};
}

Result<Response> search(Call& call)
{
    StrictObject body(call.body, "");
    const std::string recipient = body.text("recipient", "");
    const std::int64_t page = body.integerOr("page", 1, 1, 100'000);
    if (!recipient.empty() && !identity::isMobileNumber(recipient) &&
        recipient.find('@') == std::string::npos)
        body.fault("recipient", "recipient_format");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<notify::Notify::OutgoingPage> found =
        call.site.notify.outgoing(recipient, kPageSize, static_cast<int>((page - 1) * kPageSize));
    if (!found)
        return fail(found.error());
    Json rows = Json::array();
    for (const notify::Outgoing& message : found->rows)
        rows.push_back(outgoingJson(message));
    return Response::json({{"rows", std::move(rows)},
                           {"total", found->total},
                           {"queued", found->queued},
                           {"page", page},
                           {"page_size", kPageSize}});
}

/// A provider's push is not signed: whoever knows the address is heard, and what is said changes no message's state.
Result<Response> report(Call& call)
{
    auto* const sender = call.site.tenant->sender("sms"); // mail servers report by mail, not here
    if (!sender || !equalInConstantTime(call.param("key"), reportKey(*call.site.tenant)))
        return fail(ErrorCode::not_found, "no such address");
    Result<api::DeliveryReports> read = sender->get().readReports(call.raw);
    if (!read)
        return fail(read.error());
    for (const api::DeliveryReport& each : read->reports) {
        if (Result<void> noted = call.site.notify.report(each.message_id, each.delivered, each.code); !noted)
            return fail(noted.error());
        if (!each.delivered)
            log::warning("message_not_delivered",
                         {{"tenant", call.site.id()}, {"message", each.message_id}, {"code", each.code}});
    }
    return Response::text(std::move(read->answer), "application/json; charset=utf-8");
}

} // namespace

std::string reportKey(const tenant::Tenant& tenant)
{
    return tenant.vault->index(tenant.profile.id, kPurpose).substr(0, 40);
}

void addMessageRoutes(Routes& routes)
{
    constexpr Need kKeepers = Need::roles(bit(Role::province_office) | bit(Role::tenant_admin));
    routes.add({Method::post, "/api/staff/messages/search", Scope::tenant, kKeepers | Need::csrf,
                BodyRule::json(1024), Rate::read, Cost::light},
               search);
    routes.add({Method::post, "/api/message-reports/{key}", Scope::tenant,
                Need::anyone | Need::signed_by_sender, BodyRule::raw(512 * 1024), Rate::provider,
                Cost::light},
               report);
}

} // namespace zikao::app
