#pragma once

#include <memory>
#include <string>

#include "plugins/api/result.hpp"
#include "plugins/api/stamp.hpp"

/// Exports the two symbols a host looks for. Use once, in the plugin's `plugin.cpp`:
///
///     ZIKAO_PLUGIN(api::PaymentProvider, "payment-example",
///                  [](const api::PluginContext& context) { return ExampleProvider::create(context); })
#define ZIKAO_PLUGIN(Interface, id, factory)                                                                 \
    extern "C" __attribute__((visibility("default"))) const zikao::api::PluginStamp zikao_plugin_stamp{      \
        zikao::api::kStampMagic, ZIKAO_TOOLCHAIN, Interface::kName, Interface::kVersion, id};                \
    extern "C" __attribute__((visibility("default"))) zikao::api::Plugin* zikao_plugin_create(               \
        const zikao::api::PluginContext& context, std::string& why)                                          \
    {                                                                                                        \
        zikao::Result<std::unique_ptr<Interface>> made = (factory)(context);                                 \
        if (!made) {                                                                                         \
            why = made.error().message;                                                                      \
            return nullptr;                                                                                  \
        }                                                                                                    \
        return std::move(made).value().release();                                                            \
    }

namespace zikao::api {

/// What every capability derives from.
class Plugin
{
public:
    virtual ~Plugin() = default;
};

/// What a plugin is given when it is made. It sees nothing else of the host (C42).
struct PluginContext
{
    std::string
        settings_json;    ///< the tenant's settings for this plugin, already checked against the manifest
    std::string data_dir; ///< read-only folder of the plugin (models, lists); empty when it has none
};

} // namespace zikao::api
