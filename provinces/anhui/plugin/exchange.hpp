#pragma once

#include <memory>

#include "plugins/api/record_exchange.hpp"

namespace zikao::anhui {

/// The files for 部级审核 ("ministry") and 学信网核验 ("register"), UTF-8 CSV with a head in Chinese; README.md beside this
/// file describes them. They are samples: no public format was found.
/// @threads any; holds nothing
class Exchange : public api::RecordExchange
{
public:
    static Result<std::unique_ptr<api::RecordExchange>> create(const api::PluginContext& context);

    Result<api::ExchangeFile> encode(const api::ExchangeBatch& batch) override;
    Result<api::ExchangeReading> decode(const std::string& exchange, const std::string& bytes) override;
};

} // namespace zikao::anhui
