#pragma once

#include <map>

#include "plugins/api/record_exchange.hpp"

namespace zikao::test {

/// Writes one line a row, "key|number|id=value;…", and reads lines "key|number|pass|" or "key|number|fail|reason"; "!" makes
/// a fault of its line.
class FakeRecordExchange : public api::RecordExchange
{
public:
    Result<api::ExchangeFile> encode(const api::ExchangeBatch& batch) override
    {
        if (refuses)
            return fail(ErrorCode::invalid_argument, "a value is missing", "exchange_value");
        last = batch;
        std::string bytes;
        for (const api::ExchangeRow& row : batch.rows) {
            bytes += row.key + "|" + row.number + "|";
            for (const auto& [id, value] : row.values)
                bytes += id + "=" + value + ";";
            bytes += row.picture + "\n";
        }
        return api::ExchangeFile{batch.exchange + ".txt", bytes};
    }

    Result<api::ExchangeReading> decode(const std::string&, const std::string& bytes) override
    {
        api::ExchangeReading reading;
        int number = 0;
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
            const std::string line = bytes.substr(at, end - at);
            at = end + 1;
            ++number;
            const auto part = [&](int wanted) {
                std::size_t from = 0;
                for (int i = 0; i < wanted; ++i)
                    from = line.find('|', from) + 1;
                return line.substr(from, line.find('|', from) - from);
            };
            if (line.starts_with("!"))
                reading.faults.push_back({number, "columns"});
            else
                reading.answers.push_back(
                    {number, part(0), part(1),
                     part(2) == "pass" ? api::ExchangeVerdict::pass : api::ExchangeVerdict::fail, part(3)});
        }
        return reading;
    }

    api::ExchangeBatch last;
    bool refuses = false;
};

} // namespace zikao::test
