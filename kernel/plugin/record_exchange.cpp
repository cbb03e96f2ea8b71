#include "kernel/plugin/plugins.hpp"
#include "kernel/plugin/proxy.hpp"

namespace zikao::plugin {

namespace {

using api::RecordExchange;
using namespace std::chrono_literals;

constexpr auto kDeadline = 10s; ///< thousands of rows, and nothing outside is waited for

// --- values on the wire
// -------------------------------------------------------------------------------------------

Json toJson(const api::ExchangeBatch& batch)
{
    Json rows = Json::array();
    for (const api::ExchangeRow& row : batch.rows)
        rows.push_back(
            {{"key", row.key}, {"number", row.number}, {"values", row.values}, {"picture", row.picture}});
    return {{"exchange", batch.exchange}, {"made_at", batch.made_at.ms}, {"rows", std::move(rows)}};
}

api::ExchangeBatch readBatch(const Json& json)
{
    api::ExchangeBatch batch;
    batch.exchange = json.at("exchange").get<std::string>();
    batch.made_at = Instant{json.at("made_at").get<std::int64_t>()};
    for (const Json& row : json.at("rows"))
        batch.rows.push_back({row.at("key").get<std::string>(), row.at("number").get<std::string>(),
                              row.at("values").get<std::vector<std::pair<std::string, std::string>>>(),
                              row.at("picture").get<std::string>()});
    return batch;
}

worker::Message writeFile(api::ExchangeFile&& file)
{
    return {Json{{"name", file.name}}, std::move(file.bytes)};
}

worker::Message writeReading(api::ExchangeReading&& reading)
{
    Json answers = Json::array(), faults = Json::array();
    for (const api::ExchangeAnswer& answer : reading.answers)
        answers.push_back({{"line", answer.line},
                           {"key", answer.key},
                           {"number", answer.number},
                           {"verdict", static_cast<int>(answer.verdict)},
                           {"reason", answer.reason}});
    for (const api::ExchangeFault& fault : reading.faults)
        faults.push_back({{"line", fault.line}, {"code", fault.code}});
    return {Json{{"answers", std::move(answers)}, {"faults", std::move(faults)}}};
}

api::ExchangeReading readReading(const Json& json)
{
    api::ExchangeReading reading;
    for (const Json& answer : json.at("answers"))
        reading.answers.push_back({answer.at("line").get<int>(), answer.at("key").get<std::string>(),
                                   answer.at("number").get<std::string>(),
                                   readEnum(answer.at("verdict"), api::ExchangeVerdict::fail),
                                   answer.at("reason").get<std::string>()});
    for (const Json& fault : json.at("faults"))
        reading.faults.push_back({fault.at("line").get<int>(), fault.at("code").get<std::string>()});
    return reading;
}

// --- the kernel's end
// -------------------------------------------------------------------------------------------

class ExchangeProxy : public RecordExchange
{
public:
    explicit ExchangeProxy(Line& line) : line_(line) {}

    Result<api::ExchangeFile> encode(const api::ExchangeBatch& batch) override
    {
        return line_.call("encode", toJson(batch), {}, kDeadline, [](const Json& head, std::string& body) {
            return api::ExchangeFile{head.at("name").get<std::string>(), std::move(body)};
        });
    }

    Result<api::ExchangeReading> decode(const std::string& exchange, const std::string& bytes) override
    {
        return line_.call("decode", {{"exchange", exchange}}, bytes, kDeadline,
                          [](const Json& head, std::string&) { return readReading(head); });
    }

private:
    Line& line_;
};

// --- the worker's end
// -------------------------------------------------------------------------------------------

Result<worker::Message> answer(RecordExchange& exchange, const worker::Message& call)
{
    const Json& in = call.head;
    const auto method = in.at("method").get<std::string>();
    if (method == "encode")
        return pack(exchange.encode(readBatch(in)), writeFile);
    if (method == "decode")
        return pack(exchange.decode(in.at("exchange").get<std::string>(), call.body), writeReading);
    return unknownMethod(method);
}

} // namespace

worker::Handler serveExchange(std::shared_ptr<api::Plugin> plugin)
{
    return
        [plugin](const worker::Message& call) { return answer(static_cast<RecordExchange&>(*plugin), call); };
}

Result<std::unique_ptr<Loaded<api::RecordExchange>>> loadRecordExchange(const LoadOptions& options)
{
    return LoadedPlugin<RecordExchange, ExchangeProxy>::load(options);
}

} // namespace zikao::plugin
