#pragma once

#include "kernel/plugin/plugins.hpp"
#include "plugins/api/record_exchange.hpp"

namespace zikao::plugin {

/// The plugin of a province that writes and reads the files for authorities without an interface.
Result<std::unique_ptr<Loaded<api::RecordExchange>>> loadRecordExchange(const LoadOptions& options);

} // namespace zikao::plugin
