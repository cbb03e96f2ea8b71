#include "kernel/plugin/proxy.hpp"

namespace zikao::plugin {

namespace {

using api::DegreeChecker;
using namespace std::chrono_literals;

constexpr auto kDeadline = 15s;
constexpr auto kLocal = 2s; ///< touches nothing outside

// --- values on the wire
// -------------------------------------------------------------------------------------------

Json toJson(const api::DegreeRecord& record)
{
    return {{"record_id", record.record_id},
            {"name", record.name},
            {"id_number", record.id_number},
            {"school", record.school},
            {"major", record.major},
            {"level", record.level},
            {"study_form", record.study_form},
            {"type", record.type},
            {"conclusion", record.conclusion},
            {"certificate_no", record.certificate_no},
            {"admission_year", record.admission_year},
            {"graduation_year", record.graduation_year},
            {"verify_code", record.verify_code},
            {"verify_code_expires", record.verify_code_expires}};
}

api::DegreeRecord readRecord(const Json& json)
{
    const auto text = [&](const char* key) { return json.at(key).get<std::string>(); };
    api::DegreeRecord record;
    record.record_id = text("record_id");
    record.name = text("name");
    record.id_number = text("id_number");
    record.school = text("school");
    record.major = text("major");
    record.level = text("level");
    record.study_form = text("study_form");
    record.type = text("type");
    record.conclusion = text("conclusion");
    record.certificate_no = text("certificate_no");
    record.admission_year = json.at("admission_year").get<int>();
    record.graduation_year = json.at("graduation_year").get<int>();
    record.verify_code = text("verify_code");
    record.verify_code_expires = text("verify_code_expires");
    return record;
}

api::DegreeAnswer readAnswer(const Json& json)
{
    api::DegreeAnswer answer;
    answer.request_no = json.at("request_no").get<std::string>();
    answer.code_nonce = json.at("code_nonce").get<std::string>();
    answer.state = readEnum(json.at("state"), api::DegreeState::no_record);
    if (!json.at("authorized_at").is_null())
        answer.authorized_at = Instant{json["authorized_at"].get<std::int64_t>()};
    for (const Json& record : json.at("records"))
        answer.records.push_back(readRecord(record));
    answer.event_id = json.at("event_id").get<std::string>();
    answer.raw_digest = json.at("raw_digest").get<std::string>();
    return answer;
}

worker::Message writeAnswer(api::DegreeAnswer&& answer)
{
    Json records = Json::array();
    for (const api::DegreeRecord& record : answer.records)
        records.push_back(toJson(record));
    return {Json{{"request_no", answer.request_no},
                 {"code_nonce", answer.code_nonce},
                 {"state", static_cast<int>(answer.state)},
                 {"authorized_at", answer.authorized_at ? Json(answer.authorized_at->ms) : Json()},
                 {"records", std::move(records)},
                 {"event_id", answer.event_id},
                 {"raw_digest", answer.raw_digest}}};
}

worker::Message writeCode(api::DegreeCode&& code)
{
    return {Json{{"qr_text", code.qr_text}, {"expires_at", code.expires_at.ms}}};
}

// --- the kernel's end
// -------------------------------------------------------------------------------------------

class CheckerProxy : public DegreeChecker
{
public:
    explicit CheckerProxy(Line& line) : line_(line) {}

    Result<api::DegreeCode> create(const api::DegreeRequest& request) override
    {
        Json arguments{{"request_no", request.request_no},
                       {"purpose", static_cast<int>(request.purpose)},
                       {"name", request.name},
                       {"id_number", request.id_number},
                       {"code_nonce", request.code_nonce},
                       {"lives", request.lives.count()},
                       {"callback_url", request.callback_url}};
        return line_.call("create", std::move(arguments), {}, kDeadline, [](const Json& head, std::string&) {
            return api::DegreeCode{head.at("qr_text").get<std::string>(),
                                   Instant{head.at("expires_at").get<std::int64_t>()}};
        });
    }

    Result<api::DegreeAnswer> query(const std::string& request_no) override
    {
        return line_.call("query", {{"request_no", request_no}}, {}, kDeadline,
                          [](const Json& head, std::string&) { return readAnswer(head); });
    }

    Result<api::DegreeAnswer> readCallback(const api::RawNotice& notice, Instant now) override
    {
        return line_.call("read_callback", {{"headers", notice.headers}, {"now", now.ms}}, notice.body,
                          kLocal, [](const Json& head, std::string&) { return readAnswer(head); });
    }

    api::NoticeReply acknowledge(bool accepted) override
    {
        auto reply = line_.call(
            "acknowledge", {{"accepted", accepted}}, {}, kLocal, [](const Json& head, std::string& body) {
                return api::NoticeReply{head.at("status").get<int>(),
                                        head.at("content_type").get<std::string>(), std::move(body)};
            });
        // An answer the register cannot read makes it send the callback again, which costs nothing.
        return reply ? std::move(*reply) : api::NoticeReply{500, "text/plain", "fail"};
    }

private:
    Line& line_;
};

// --- the worker's end
// -------------------------------------------------------------------------------------------

api::DegreeRequest readRequest(const Json& in)
{
    const auto text = [&](const char* key) { return in.at(key).get<std::string>(); };
    api::DegreeRequest request;
    request.request_no = text("request_no");
    request.purpose = readEnum(in.at("purpose"), api::DegreePurpose::exemption);
    request.name = text("name");
    request.id_number = text("id_number");
    request.code_nonce = text("code_nonce");
    request.lives = std::chrono::seconds{in.at("lives").get<std::int64_t>()};
    request.callback_url = text("callback_url");
    return request;
}

Result<worker::Message> answer(DegreeChecker& checker, const worker::Message& call)
{
    const Json& in = call.head;
    const auto method = in.at("method").get<std::string>();
    if (method == "create")
        return pack(checker.create(readRequest(in)), writeCode);
    if (method == "query")
        return pack(checker.query(in.at("request_no").get<std::string>()), writeAnswer);
    if (method == "read_callback") {
        api::RawNotice raw;
        raw.headers = in.at("headers").get<std::vector<std::pair<std::string, std::string>>>();
        raw.body = call.body;
        return pack(checker.readCallback(raw, Instant{in.at("now").get<std::int64_t>()}), writeAnswer);
    }
    if (method == "acknowledge") {
        api::NoticeReply reply = checker.acknowledge(in.at("accepted").get<bool>());
        return worker::Message{Json{{"status", reply.status}, {"content_type", reply.content_type}},
                               std::move(reply.body)};
    }
    return unknownMethod(method);
}

} // namespace

worker::Handler serveDegrees(std::shared_ptr<api::Plugin> plugin)
{
    return
        [plugin](const worker::Message& call) { return answer(static_cast<DegreeChecker&>(*plugin), call); };
}

Result<std::unique_ptr<Loaded<api::DegreeChecker>>> loadDegreeChecker(const LoadOptions& options)
{
    return LoadedPlugin<DegreeChecker, CheckerProxy>::load(options);
}

} // namespace zikao::plugin
