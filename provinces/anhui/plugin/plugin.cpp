#include "provinces/anhui/plugin/exchange.hpp"

ZIKAO_PLUGIN(zikao::api::RecordExchange, "exchange-anhui",
             [](const zikao::api::PluginContext& context) { return zikao::anhui::Exchange::create(context); })
