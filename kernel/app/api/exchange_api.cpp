#include <map>

#include "kernel/app/api/routes.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/documents/archive.hpp"

namespace zikao::app {

namespace {

using namespace http;
using identity::Role;

/// One file's graduates: with portraits of 40 KiB each it stays below 25 MiB.
constexpr int kRowsOfAPart = 500;
constexpr std::size_t kMostAnswers = 2000;
constexpr std::size_t kAnswerBytes = 1024 * 1024;

Result<api::RecordExchange*> pluginOf(Call& call)
{
    const auto& loaded = call.site.tenant->exchange;
    if (!loaded)
        return fail(ErrorCode::conflict, "the province has no exchange plugin", "exchange_missing");
    return &loaded->get();
}

Result<void> note(Call& call, const std::string& what, const Json& detail)
{
    const std::string about = "exchange:" + call.param("type") + "/" + call.param("exchange");
    return call.site.tenant->database->transaction([&](storage::Transaction& tx) {
        return audit::append(tx, {call.actor().id, what, about, dumpJson(detail), call.request.id},
                             call.now());
    });
}

Result<Response> list(Call& call)
{
    Result<std::vector<cases::ExchangeInfo>> all = call.site.engine.exchanges(call.actor());
    if (!all)
        return fail(all.error());
    Json out = Json::array();
    for (const cases::ExchangeInfo& one : *all)
        out.push_back({{"type", one.type},
                       {"id", one.id},
                       {"title", one.title},
                       {"case_title", one.case_title},
                       {"state_title", one.state_title},
                       {"waiting", one.waiting},
                       {"parts", (one.waiting + kRowsOfAPart - 1) / kRowsOfAPart}});
    return Response::json(out);
}

/// The data, the portraits, and a list of their digests: the same portrait in every exchange (AH-PHO-16).
Result<Response> handOver(Call& call)
{
    StrictObject body(call.body, "");
    const std::int64_t part = body.integer("part", 1, 1000);
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<api::RecordExchange*> plugin = pluginOf(call);
    if (!plugin)
        return fail(plugin.error());
    Result<cases::ExchangeExport> rows =
        call.site.engine.exchangeRows(call.actor(), call.param("type"), call.param("exchange"), kRowsOfAPart,
                                      static_cast<int>(part - 1) * kRowsOfAPart);
    if (!rows)
        return fail(rows.error());
    if (rows->batch.rows.empty())
        return fail(ErrorCode::conflict, "nothing waits to be handed over", "exchange_nothing");
    Result<api::ExchangeFile> file = (*plugin)->encode(rows->batch);
    if (!file)
        return fail(file.error());
    std::string digests = "file,sm3\r\n";
    std::vector<documents::ArchiveEntry> entries{{file->name, file->bytes}};
    for (cases::ExchangePicture& picture : rows->pictures) {
        digests += picture.name + "," + picture.sm3 + "\r\n";
        entries.push_back({picture.name, std::move(picture.bytes)});
    }
    entries.push_back({"manifest.csv", digests});
    Result<std::string> archive = documents::zip(entries, rows->batch.made_at);
    if (!archive)
        return fail(archive.error());
    const Json detail{{"part", part},
                      {"rows", rows->batch.rows.size()},
                      {"pictures", rows->pictures.size()},
                      {"sm3", hex(sm3(*archive))}};
    if (Result<void> noted = note(call, "exchange.export", detail); !noted)
        return fail(noted.error());
    const std::string name = file->name.substr(0, file->name.rfind('.')) + ".zip";
    return Response::download(std::move(*archive), "application/zip", name, true);
}

Json outcomeJson(const api::ExchangeAnswer& answer, const cases::ExchangeOutcome& outcome,
                 const Json& fallback)
{
    Json reasons = Json::array();
    for (const Reason& reason : outcome.decision.reasons)
        reasons.push_back(reasonJson(reason, outcome.package ? outcome.package->texts : fallback));
    return {{"line", answer.line},
            {"number", answer.number},
            {"name", outcome.subject_name},
            {"case", outcome.case_id},
            {"verdict", answer.verdict == api::ExchangeVerdict::pass ? "pass" : "fail"},
            {"done", outcome.decision.allowed},
            {"state_title", outcome.state_title},
            {"reasons", std::move(reasons)}};
}

/// A file that is not read as a whole changes nothing: the lines, and what is wrong with each.
Response unreadable(Call& call, const std::vector<api::ExchangeFault>& faults)
{
    Decision decision;
    constexpr std::size_t kMostSaid = 20;
    for (const api::ExchangeFault& fault : faults)
        if (decision.reasons.size() < kMostSaid)
            decision.reasons.push_back(
                {"exchange_" + fault.code + (fault.line > 0 ? "_line" : ""), {{"line", fault.line}}, "", ""});
    return refusal(decision, call.site.packageTexts(), call.request.id);
}

Result<Response> takeBack(Call& call)
{
    Result<api::RecordExchange*> plugin = pluginOf(call);
    if (!plugin)
        return fail(plugin.error());
    const std::string& type = call.param("type");
    const std::string& id = call.param("exchange");
    Result<std::vector<cases::ExchangeInfo>> known = call.site.engine.exchanges(call.actor());
    if (!known)
        return fail(known.error());
    if (std::none_of(known->begin(), known->end(),
                     [&](const auto& one) { return one.type == type && one.id == id; }))
        return fail(ErrorCode::not_found, "no exchange " + id);
    Result<api::ExchangeReading> reading = (*plugin)->decode(id, call.raw);
    if (!reading)
        return fail(reading.error());
    if (reading->answers.size() > kMostAnswers)
        reading->faults.push_back({0, "many"});
    if (!reading->faults.empty())
        return unreadable(call, reading->faults);
    // Two answers to one case: whichever came first would be acted upon by chance, so neither is.
    std::map<std::string, int> times;
    for (const api::ExchangeAnswer& answer : reading->answers)
        ++times[answer.key];
    Json rows = Json::array();
    int done = 0;
    for (const api::ExchangeAnswer& answer : reading->answers) {
        cases::ExchangeOutcome outcome;
        if (times[answer.key] > 1) {
            outcome.decision.reasons.push_back({"exchange_twice", Json::object(), "", ""});
        } else {
            Result<cases::ExchangeOutcome> got =
                call.site.engine.exchangeAnswer(call.actor(), type, id, answer);
            if (!got)
                outcome.decision.reasons.push_back({name(got.error().code), Json::object(), "", ""});
            else
                outcome = std::move(*got);
        }
        done += outcome.decision.allowed ? 1 : 0;
        rows.push_back(outcomeJson(answer, outcome, call.site.packageTexts()));
    }
    const Json detail{{"rows", rows.size()}, {"done", done}, {"sm3", hex(sm3(call.raw))}};
    if (Result<void> noted = note(call, "exchange.import", detail); !noted)
        return fail(noted.error());
    return Response::json({{"rows", std::move(rows)}, {"done", done}});
}

} // namespace

void addExchangeRoutes(Routes& routes)
{
    constexpr Need kProvince = Need::roles(bit(Role::province_office));
    routes.add({Method::get, "/api/staff/exchanges", Scope::tenant, kProvince, BodyRule::none(), Rate::read,
                Cost::light},
               list);
    routes.add({Method::post, "/api/staff/exchanges/{type}/{exchange}/export", Scope::tenant,
                kProvince | Need::csrf, BodyRule::json(1024), Rate::write, Cost::heavy},
               handOver);
    routes.add({Method::post, "/api/staff/exchanges/{type}/{exchange}/answers", Scope::tenant,
                kProvince | Need::csrf, BodyRule::raw(kAnswerBytes), Rate::upload, Cost::heavy},
               takeBack);
}

} // namespace zikao::app
