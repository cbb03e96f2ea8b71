#include "kernel/app/api/case_view.hpp"
#include "kernel/app/api/no_fields.hpp"
#include "kernel/app/api/order_json.hpp"
#include "kernel/app/api/payment_page.hpp"
#include "kernel/app/api/routes.hpp"
#include "kernel/documents/documents.hpp"

namespace zikao::app {

namespace {

using namespace http;

/// The caller's own order; another's is not found (C15).
Result<billing::Order> ownOrder(Call& call)
{
    Result<std::optional<billing::Order>> order = call.site.billing.find(call.param("no"));
    if (!order)
        return fail(order.error());
    if (!*order || (*order)->candidate_id != call.actor().id)
        return fail(ErrorCode::not_found, "no such order of this candidate");
    return **order;
}

Result<Response> answer(Call& call, const billing::Order& order)
{
    Result<Json> json = orderJson(call.site, order);
    if (!json)
        return fail(json.error());
    return Response::json(*json);
}

Result<Response> orders(Call& call)
{
    Result<std::vector<billing::Order>> own = call.site.billing.ofCandidate(call.actor().id);
    if (!own)
        return fail(own.error());
    Json out = Json::array();
    for (const billing::Order& order : *own) {
        Result<Json> json = orderJson(call.site, order);
        if (!json)
            return fail(json.error());
        out.push_back(std::move(*json));
    }
    return Response::json(out);
}

Result<Response> order(Call& call)
{
    Result<billing::Order> own = ownOrder(call);
    if (!own)
        return fail(own.error());
    return answer(call, *own);
}

/// Opens the payment app on the same telephone where the code is an ordinary address and the channel's
/// application takes it; other schemes need a scan.
Json openUrl(const Site& site, const billing::Attempt& attempt)
{
    for (const Json& channel : site.profile().value("payment_channels", Json::array()))
        if (channel["id"] == attempt.channel && !channel.value("same_phone", true))
            return nullptr;
    return attempt.qr_text.starts_with("https://") ? Json(attempt.qr_text) : Json(nullptr);
}

Result<Response> newCodes(Call& call)
{
    StrictObject body(call.body, "");
    const std::string operation_id = body.text("operation_id");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<billing::Order> own = ownOrder(call);
    if (!own)
        return fail(own.error());
    Result<std::vector<billing::Attempt>> attempts = call.site.billing.newCodes(own->no, operation_id);
    if (!attempts)
        return fail(attempts.error());
    Json out = Json::array();
    for (const billing::Attempt& attempt : *attempts) {
        Result<std::string> svg = documents::qrSvg(attempt.qr_text);
        if (!svg)
            return fail(svg.error());
        out.push_back({{"no", attempt.no},
                       {"channel", attempt.channel},
                       {"label", channelLabel(call.site, attempt.channel)},
                       {"qr_svg", std::move(*svg)},
                       {"open_url", openUrl(call.site, attempt)},
                       {"expires_at_ms", attempt.expires_at.ms}});
    }
    return Response::json(
        {{"attempts", std::move(out)}, {"total_fen", own->total.inFen()}, {"now_ms", call.now().ms}});
}

Result<Response> refresh(Call& call)
{
    Result<billing::Order> own = ownOrder(call);
    if (!own)
        return fail(own.error());
    Result<billing::Billing::Answer> asked = call.site.billing.refresh(own->no);
    if (!asked)
        return fail(asked.error());
    Result<Json> json = orderJson(call.site, asked->order);
    if (!json)
        return fail(json.error());
    return Response::json(
        {{"order", std::move(*json)}, {"asked_at_ms", asked->asked_at.ms}, {"sure", asked->sure}});
}

Result<Response> giveUp(Call& call)
{
    Result<billing::Order> own = ownOrder(call);
    if (!own)
        return fail(own.error());
    Result<billing::Order> ended = call.site.billing.giveUp(own->no, call.actor().id);
    if (!ended)
        return fail(ended.error());
    return answer(call, *ended);
}

Result<Response> receipt(Call& call)
{
    Result<billing::Order> own = ownOrder(call);
    if (!own)
        return fail(own.error());
    if (own->state != billing::OrderState::paid && own->state != billing::OrderState::refunding &&
        own->state != billing::OrderState::refunded)
        return fail(ErrorCode::conflict, "the order is not paid", "order_not_paid");
    Result<documents::Sheet> sheet = receiptSheet(call.site, *own);
    if (!sheet)
        return fail(sheet.error());
    Result<std::string> pdf = documents::renderPdf(*sheet);
    if (!pdf)
        return fail(pdf.error());
    return Response::download(std::move(*pdf), "application/pdf", "order-" + own->no + ".pdf", false);
}

Result<Response> paymentOfCase(Call& call)
{
    Result<cases::View> view = call.site.engine.view(call.actor(), call.param("case"));
    if (!view)
        return fail(view.error());
    Result<Json> page = paymentPageJson(call, *view);
    if (!page)
        return fail(page.error());
    return Response::json(*page);
}

Result<Response> notify(Call& call)
{
    api::RawNotice raw;
    for (const auto& [name, value] : call.request.head->message)
        raw.headers.emplace_back(name, value);
    raw.body = std::move(call.raw);
    // A bank that notifies by GET, or by POST with an empty body, signs what follows the '?'.
    const std::string& target = call.request.head->message.getURI();
    if (const std::size_t mark = target.find('?'); raw.body.empty() && mark != std::string::npos)
        raw.body = target.substr(mark + 1);
    Result<api::NoticeReply> reply = call.site.billing.notice(call.param("channel"), raw);
    if (!reply)
        return fail(reply.error());
    Response response = Response::text(std::move(reply->body), reply->content_type);
    response.head.setStatus(static_cast<Status>(reply->status));
    return response;
}

} // namespace

void addPaymentRoutes(Routes& routes)
{
    constexpr BodyRule kNone = BodyRule::none();
    constexpr BodyRule kSmall = BodyRule::json(1024);
    constexpr Need kChange = Need::candidate | Need::csrf;
    routes.add({Method::get, "/api/orders", Scope::tenant, Need::candidate, kNone, Rate::read, Cost::light},
               orders);
    routes.add(
        {Method::get, "/api/orders/{no}", Scope::tenant, Need::candidate, kNone, Rate::read, Cost::light},
        order);
    routes.add(
        {Method::post, "/api/orders/{no}/codes", Scope::tenant, kChange, kSmall, Rate::write, Cost::heavy},
        newCodes);
    routes.add(
        {Method::post, "/api/orders/{no}/refresh", Scope::tenant, kChange, kSmall, Rate::write, Cost::heavy},
        noFields(refresh));
    routes.add(
        {Method::post, "/api/orders/{no}/give_up", Scope::tenant, kChange, kSmall, Rate::write, Cost::heavy},
        noFields(giveUp));
    routes.add({Method::get, "/api/orders/{no}/receipt.pdf", Scope::tenant, Need::candidate, kNone,
                Rate::read, Cost::heavy},
               receipt);
    routes.add({Method::get, "/api/cases/{case}/payment", Scope::tenant, Need::candidate, kNone, Rate::read,
                Cost::light},
               paymentOfCase);
    constexpr Need kSender = Need::anyone | Need::signed_by_sender;
    routes.add({Method::post, "/api/notify/{channel}", Scope::tenant, kSender, BodyRule::raw(64 * 1024),
                Rate::provider, Cost::light},
               notify);
    routes.add(
        {Method::get, "/api/notify/{channel}", Scope::tenant, kSender, kNone, Rate::provider, Cost::light},
        notify);
}

} // namespace zikao::app
