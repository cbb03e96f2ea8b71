#include "kernel/app/api/payment_page.hpp"

#include "kernel/app/api/case_view.hpp"
#include "kernel/app/api/order_json.hpp"

namespace zikao::app {

namespace {

struct Charge
{
    const cases::Action* action = nullptr;
    const cases::EffectCall* effect = nullptr;
};

Charge chargeOf(const cases::Definition& definition)
{
    for (const cases::Action& action : definition.actions)
        for (const cases::EffectCall& effect : action.effects)
            if (effect.verb == "charge")
                return {&action, &effect};
    return {};
}

std::string nameOf(Site& site, const char* list, const std::string& code)
{
    const auto item = site.catalog.item(list, code);
    return item && *item ? (*item)->name : code;
}

/// "person.phone" or "fields.major" of a case, as people read it; number and telephone masked.
std::string factValue(Site& site, const cases::View& view, const identity::Person& person,
                      const std::string& from)
{
    if (from == "person.name")
        return person.name;
    if (from == "person.sex")
        return nameOf(site, "sexes", person.sex);
    if (from == "person.phone")
        return identity::maskPhone(person.phone, true);
    if (from == "person.id_number") {
        const auto number = identity::IdNumber::parse(person.id_number);
        return number ? number->masked() : std::string();
    }
    static constexpr std::string_view kFields = "fields.";
    if (!from.starts_with(kFields))
        return {};
    for (const cases::Page& page : view.definition->pages)
        for (const cases::Field& field : page.fields)
            if (field.id == from.substr(kFields.size()) && view.record.fields.contains(field.id))
                return shownValue(site, field, view.record.fields[field.id], true);
    return {};
}

Result<Json> factsJson(Site& site, const cases::View& view)
{
    Result<identity::Person> person = site.identity.person(view.record.subject_id);
    if (!person)
        return fail(person.error());
    Json facts = Json::array();
    for (const Json& item : site.profile().value("payment_page", Json::array())) {
        const std::string from = item.value("from", std::string());
        facts.push_back({{"id", item.value("id", std::string())},
                         {"label", item.value("label", std::string())},
                         {"value", from.empty() ? item.value("text", std::string())
                                                : factValue(site, view, *person, from)}});
    }
    return facts;
}

/// The last line of the table; nothing when the tenant names none.
Result<Json> totalsJson(Site& site, const cases::View& view, const Json& lines, Money total)
{
    const Json wanted = site.profile().value("payment_totals", Json::array());
    Json totals = Json::array();
    if (wanted.empty())
        return totals;
    Result<identity::Person> person = site.identity.person(view.record.subject_id);
    if (!person)
        return fail(person.error());
    const auto courses =
        std::count_if(lines.begin(), lines.end(), [](const Json& line) { return line["course"] == true; });
    for (const Json& item : wanted) {
        const std::string from = item["from"];
        std::string value = from == "person.name"               ? person->name
                            : from == "person.admission_number" ? person->admission_number
                            : from == "order.course_count"      ? std::to_string(courses)
                                                                : "¥" + total.inYuan();
        totals.push_back({{"id", item["id"]},
                          {"label", item["label"]},
                          {"value", value + item.value("unit", std::string())}});
    }
    return totals;
}

/// What the tenant says on its payment page beyond the order itself.
Json wordsJson(const Site& site)
{
    const Json words = site.profile().value("payment_words", Json::object());
    Json out = Json::object();
    for (const char* key : {"notices_title", "pay_button", "confirm_title", "confirm_text", "contact",
                            "browser_hint", "line_unpaid", "line_paid"})
        out[key] = words.value(key, std::string());
    return out;
}

/// When an open order's last code is over; null when none may be paid, or the order lives as long as its codes.
Result<Json> codesEndJson(Site& site, const std::optional<billing::Order>& order)
{
    if (!order || order->code_lives.count() == 0)
        return Json(nullptr);
    Result<std::optional<Instant>> end = site.billing.codesEnd(order->no);
    if (!end)
        return fail(end.error());
    return *end ? Json((*end)->ms) : Json(nullptr);
}

} // namespace

Result<Json> paymentPageJson(Call& call, const cases::View& view)
{
    Site& site = call.site;
    const Charge charge = chargeOf(*view.definition);
    if (charge.action == nullptr || view.record.phase == cases::Phase::draft)
        return fail(ErrorCode::not_found, "nothing is to be paid for this case");

    Result<std::optional<billing::Order>> order = site.billing.newestOrderOfCase(view.record.id);
    if (!order)
        return fail(order.error());
    const bool counts = *order && (*order)->state != billing::OrderState::expired;
    std::vector<billing::Line> lines;
    if (counts) {
        lines = (*order)->lines;
    } else {
        Result<std::vector<billing::Line>> quoted = site.engine.quote(call.actor(), view.record.id);
        if (!quoted)
            return fail(quoted.error());
        lines = std::move(*quoted);
    }
    Money total;
    for (const billing::Line& line : lines)
        total += line.amount;

    Result<Json> facts = factsJson(site, view);
    Result<Json> line_list = linesJson(site, view.record.id, lines);
    if (!facts || !line_list)
        return fail(!facts ? facts.error() : line_list.error());
    Result<Json> totals = totalsJson(site, view, *line_list, total);
    Result<Json> codes_end = codesEndJson(site, *order);
    if (!totals || !codes_end)
        return fail(!totals ? totals.error() : codes_end.error());
    Json order_json = nullptr;
    if (*order) {
        Result<Json> json = orderJson(site, **order);
        if (!json)
            return fail(json.error());
        order_json = std::move(*json);
    }
    Json action = nullptr;
    for (const cases::Offer& offer : view.offers)
        if (offer.id == charge.action->id)
            action = offerJson(offer, view, call);
    Json pay_until = nullptr;
    if (!view.record.sitting.empty()) {
        Result<std::optional<exams::Sitting>> sitting = site.exams.sitting(view.record.sitting);
        if (!sitting)
            return fail(sitting.error());
        if (*sitting)
            pay_until = (*sitting)->pay_until.ms;
    }
    const billing::OrderState state = counts ? (*order)->state : billing::OrderState::unpaid;
    return Json{{"case_id", view.record.id},
                {"revision", view.record.revision},
                {"facts", std::move(*facts)},
                {"lines", std::move(*line_list)},
                {"total_fen", total.inFen()},
                {"state", billing::name(state)},
                {"state_title", stateTitle(site, state)},
                {"order", std::move(order_json)},
                {"action", std::move(action)},
                {"pay_until_ms", std::move(pay_until)},
                {"codes_end_ms", std::move(*codes_end)},
                {"ordered_at_ms", counts ? (*order)->created_at.ms : view.record.changed_at.ms},
                {"notices", site.profile().value("payment_notices", Json::array())},
                {"columns", site.profile().value("payment_columns", Json::array())},
                {"totals", std::move(*totals)},
                {"words", wordsJson(site)},
                {"now_ms", call.now().ms}};
}

Result<documents::Sheet> receiptSheet(Site& site, const billing::Order& order)
{
    Result<identity::Person> person = site.identity.person(order.candidate_id);
    if (!person)
        return fail(person.error());
    const auto number = identity::IdNumber::parse(person->id_number);
    documents::Sheet sheet;
    sheet.title = "缴费订单";
    sheet.subtitle = site.tenant->profile.platform_name;
    sheet.values = {{"姓名", person->name},
                    {"身份证号", number ? number->masked() : ""},
                    {"订单号", order.no},
                    {"业务", order.business},
                    {"支付状态", stateTitle(site, order.state)},
                    {"支付金额", "¥" + order.received.inYuan()},
                    {"支付方式", channelLabel(site, order.paid_channel)},
                    {"支付时间", order.paid_at ? beijingText(*order.paid_at) : ""},
                    {"交易流水号", order.provider_trade_no}};
    documents::Sheet::Table table{
        "收费内容", {"课程代码", "课程名称", "考试费用（元）"}, {}, {false, false, true}};
    for (const billing::Line& line : order.lines)
        table.rows.push_back({line.code, line.name, line.amount.inYuan()});
    table.rows.push_back({"", "合计", order.total.inYuan()});
    sheet.tables.push_back(std::move(table));
    sheet.notes = {"本订单由系统依据支付机构确认的结果生成，仅供考生留存查对。"};
    sheet.footer = site.tenant->profile.name;
    return sheet;
}

} // namespace zikao::app
