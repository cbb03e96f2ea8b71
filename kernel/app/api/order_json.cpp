#include "kernel/app/api/order_json.hpp"

namespace zikao::app {

namespace {

const char* plainTitle(billing::OrderState state)
{
    switch (state) {
    case billing::OrderState::unpaid: return "未缴费";
    case billing::OrderState::paying: return "支付中";
    case billing::OrderState::paid: return "已缴费";
    case billing::OrderState::expired: return "已过期";
    case billing::OrderState::refunding: return "退款中";
    case billing::OrderState::refunded: return "已退款";
    }
    return "";
}

/// The same of one line: what stands in the column 是否付款.
std::string lineState(const Site& site, billing::OrderState state)
{
    const bool open = state == billing::OrderState::unpaid || state == billing::OrderState::paying;
    const char* key = state == billing::OrderState::paid ? "line_paid" : open ? "line_unpaid" : "";
    const std::string word = site.profile().value("payment_words", Json::object()).value(key, std::string());
    return word.empty() ? stateTitle(site, state) : word;
}

/// Money that came for the order and does not pay it: late, a second time, or another amount.
Result<Json> unmatchedJson(Site& site, const std::string& order_no)
{
    Result<std::vector<billing::ExceptionEntry>> entries = site.billing.exceptionsOf(order_no);
    if (!entries)
        return fail(entries.error());
    Json out = Json::array();
    for (const billing::ExceptionEntry& entry : *entries)
        out.push_back({{"kind", entry.kind},
                       {"amount_fen", entry.amount.inFen()},
                       {"paid_at_ms", entry.paid_at.ms},
                       {"channel_label", channelLabel(site, entry.channel)},
                       {"state", entry.state},
                       {"refunded_fen", entry.refunded.inFen()},
                       {"refunded_at_ms", entry.refunded_at ? Json(entry.refunded_at->ms) : Json(nullptr)}});
    return out;
}

} // namespace

std::string stateTitle(const Site& site, billing::OrderState state)
{
    const std::string word =
        site.profile().value("payment_words", Json::object()).value(billing::name(state), std::string());
    return word.empty() ? plainTitle(state) : word;
}

std::string channelLabel(Site& site, const std::string& channel)
{
    for (const tenant::PaymentChannel& each : site.tenant->payments)
        if (each.id == channel)
            return each.label;
    return channel;
}

Result<Json> linesJson(Site& site, const std::string& case_id, const std::vector<billing::Line>& lines)
{
    std::map<std::string, Instant> starts;
    Result<std::optional<exams::SignUp>> sign_up = site.exams.ofCase(case_id);
    if (!sign_up)
        return fail(sign_up.error());
    if (*sign_up) {
        Result<std::optional<exams::Sitting>> sitting = site.exams.sitting((*sign_up)->sitting);
        if (!sitting)
            return fail(sitting.error());
        if (*sitting)
            for (const exams::ChosenCourse& course : (*sign_up)->courses)
                for (const exams::Slot& slot : (*sitting)->slots)
                    if (slot.slot_no == course.slot_no)
                        starts[course.code] = slot.starts_at;
    }
    Json out = Json::array();
    for (const billing::Line& line : lines) {
        const auto start = starts.find(line.code);
        Result<std::optional<catalog::PlanCourse>> course = site.catalog.course(line.code);
        if (!course)
            return fail(course.error());
        out.push_back({{"code", line.code},
                       {"course", course->has_value()},
                       {"name", line.name},
                       {"amount_fen", line.amount.inFen()},
                       {"exam_at_ms", start == starts.end() ? Json(nullptr) : Json(start->second.ms)}});
    }
    return out;
}

Result<Json> orderJson(Site& site, const billing::Order& order)
{
    Result<Json> lines = linesJson(site, order.case_id, order.lines);
    Result<Json> unmatched = unmatchedJson(site, order.no);
    if (!lines || !unmatched)
        return fail(!lines ? lines.error() : unmatched.error());
    return Json{
        {"no", order.no},
        {"case_id", order.case_id},
        {"business", order.business},
        {"subject", order.subject},
        {"state", billing::name(order.state)},
        {"state_title", stateTitle(site, order.state)},
        {"line_state", lineState(site, order.state)},
        {"total_fen", order.total.inFen()},
        {"received_fen", order.received.inFen()},
        {"refunded_fen", order.refunded.inFen()},
        {"lines", std::move(*lines)},
        {"created_at_ms", order.created_at.ms},
        {"expires_at_ms", order.expires_at.ms},
        {"code_seconds",
         order.code_lives.count() > 0 ? Json(order.code_lives.count() / 1000) : Json(nullptr)},
        {"paid_at_ms", order.paid_at ? Json(order.paid_at->ms) : Json(nullptr)},
        {"paid_channel_label", order.paid_channel.empty() ? "" : channelLabel(site, order.paid_channel)},
        {"provider_trade_no", order.provider_trade_no},
        {"unmatched", std::move(*unmatched)}};
}

} // namespace zikao::app
