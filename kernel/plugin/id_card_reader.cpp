#include "kernel/plugin/proxy.hpp"

namespace zikao::plugin {

namespace {

using api::IdCardReader;
using namespace std::chrono_literals;

constexpr auto kDeadline = 10s;

class ReaderProxy : public IdCardReader
{
public:
    explicit ReaderProxy(Line& line) : line_(line) {}

    Result<api::IdCardReading> read(const std::string& image_bytes) override
    {
        return line_.call("read", Json::object(), image_bytes, kDeadline, [](const Json& head, std::string&) {
            const auto text = [&](const char* key) { return head.at(key).get<std::string>(); };
            api::IdCardReading reading{text("name"),
                                       text("sex"),
                                       text("ethnicity"),
                                       text("birth_date"),
                                       text("id_number"),
                                       text("address"),
                                       head.at("confidence").get<int>()};
            return reading;
        });
    }

private:
    Line& line_;
};

worker::Message writeReading(api::IdCardReading&& reading)
{
    return {Json{{"name", reading.name},
                 {"sex", reading.sex},
                 {"ethnicity", reading.ethnicity},
                 {"birth_date", reading.birth_date},
                 {"id_number", reading.id_number},
                 {"address", reading.address},
                 {"confidence", reading.confidence}}};
}

Result<worker::Message> answer(IdCardReader& reader, const worker::Message& call)
{
    if (call.head.at("method") != "read")
        return unknownMethod(call.head.at("method").get<std::string>());
    return pack(reader.read(call.body), writeReading);
}

} // namespace

worker::Handler serveIdCards(std::shared_ptr<api::Plugin> plugin)
{
    return
        [plugin](const worker::Message& call) { return answer(static_cast<IdCardReader&>(*plugin), call); };
}

Result<std::unique_ptr<Loaded<api::IdCardReader>>> loadIdCardReader(const LoadOptions& options)
{
    return LoadedPlugin<IdCardReader, ReaderProxy>::load(options);
}

} // namespace zikao::plugin
