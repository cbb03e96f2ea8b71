#include "provinces/anhui/plugin/exchange.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "provinces/anhui/plugin/csv.hpp"

namespace zikao::anhui {

namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF"; // what spreadsheets know UTF-8 by
constexpr const char* kKey = "业务编号";
constexpr const char* kNumber = "准考证号";
constexpr const char* kPicture = "照片文件";

struct Column
{
    const char* id;
    const char* title;
    bool needed;
};
/// Between 准考证号 and 照片文件.
constexpr std::array kColumns = {
    Column{"name", "姓名", true},
    Column{"sex", "性别", true},
    Column{"birth_date", "出生日期", true},
    Column{"ethnicity", "民族", true},
    Column{"id_number", "身份证号", true},
    Column{"political_status", "政治面貌", false},
    Column{"major_code", "专业代码", true},
    Column{"major_name", "专业名称", true},
    Column{"level", "层次", true},
    Column{"school", "主考院校", true},
    Column{"degree_level", "前置学历层次", false},
    Column{"degree_school", "前置学历院校", false},
};
constexpr std::array kAnswerHead = {kKey, kNumber, "结论", "说明"};

/// The exchanges and how the files are called.
const std::map<std::string, std::string, std::less<>> kExchanges = {{"ministry", "部级审核"},
                                                                    {"register", "学信网核验"}};

std::string trimmed(const std::string& text)
{
    const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
    return first == std::string::npos ? std::string{} : text.substr(first, last - first + 1);
}

/// "20260712-0900", Beijing time.
std::string stamp(Instant at)
{
    std::string out;
    for (const char c : beijingText(at).substr(0, 16))
        out += c == ' ' ? "-" : c >= '0' && c <= '9' ? std::string(1, c) : "";
    return out;
}

} // namespace

Result<std::unique_ptr<api::RecordExchange>> Exchange::create(const api::PluginContext&)
{
    return std::unique_ptr<api::RecordExchange>(std::make_unique<Exchange>());
}

Result<api::ExchangeFile> Exchange::encode(const api::ExchangeBatch& batch)
{
    const auto known = kExchanges.find(batch.exchange);
    if (known == kExchanges.end())
        return fail(ErrorCode::not_found, "no exchange " + batch.exchange);
    std::vector<std::string> head = {kKey, kNumber};
    for (const Column& column : kColumns)
        head.emplace_back(column.title);
    head.emplace_back(kPicture);
    std::string bytes = std::string(kMark) + csvLine(head);
    for (const api::ExchangeRow& row : batch.rows) {
        if (row.key.empty() || row.number.empty())
            return fail(ErrorCode::invalid_argument, "a row without its number", "exchange_value");
        std::vector<std::string> fields = {row.key, row.number};
        for (const Column& column : kColumns) {
            const auto value =
                std::ranges::find_if(row.values, [&](const auto& one) { return one.first == column.id; });
            if (column.needed && (value == row.values.end() || value->second.empty()))
                return fail(ErrorCode::invalid_argument, std::string("a row without ") + column.id,
                            "exchange_value");
            fields.push_back(value == row.values.end() ? std::string{} : value->second);
        }
        fields.push_back(row.picture);
        bytes += csvLine(fields);
    }
    return api::ExchangeFile{batch.exchange + "-" + stamp(batch.made_at) + ".csv", std::move(bytes)};
}

Result<api::ExchangeReading> Exchange::decode(const std::string& exchange, const std::string& bytes)
{
    if (!kExchanges.contains(exchange))
        return fail(ErrorCode::not_found, "no exchange " + exchange);
    api::ExchangeReading reading;
    const auto fault = [&](int line, const char* code) { reading.faults.push_back({line, code}); };
    std::string text = bytes;
    if (text.starts_with(kMark))
        text.erase(0, kMark.size());
    if (!isUtf8(text) || text.find('\0') != std::string::npos) {
        fault(0, "encoding");
        return reading;
    }
    int line = 0;
    const auto records = readCsv(text, line);
    if (!records) {
        fault(line, "quote");
        return reading;
    }
    if (records->empty()) {
        fault(0, "empty");
        return reading;
    }
    std::vector<std::string> head;
    for (const std::string& title : records->front().fields)
        head.push_back(trimmed(title));
    if (!std::ranges::equal(head, kAnswerHead)) {
        fault(records->front().line, "header");
        return reading;
    }
    if (records->size() == 1)
        fault(0, "empty");
    for (auto record = records->begin() + 1; record != records->end(); ++record) {
        if (record->fields.size() != kAnswerHead.size()) {
            fault(record->line, "columns");
            continue;
        }
        api::ExchangeAnswer answer;
        answer.line = record->line;
        answer.key = trimmed(record->fields[0]);
        answer.number = trimmed(record->fields[1]);
        answer.reason = trimmed(record->fields[3]);
        const std::string verdict = trimmed(record->fields[2]);
        answer.verdict = verdict == "通过" ? api::ExchangeVerdict::pass : api::ExchangeVerdict::fail;
        if (answer.key.empty())
            fault(record->line, "key");
        else if (verdict != "通过" && verdict != "不通过")
            fault(record->line, "verdict");
        else if (answer.verdict == api::ExchangeVerdict::fail && answer.reason.empty())
            fault(record->line, "reason");
        else
            reading.answers.push_back(std::move(answer));
    }
    return reading;
}

} // namespace zikao::anhui
