#include <filesystem>

#include "kernel/plugin/interfaces.hpp"
#include "kernel/plugin/library.hpp"
#include "kernel/plugin/plugins.hpp"

namespace zikao::plugin {

namespace {

struct Known
{
    std::string_view name;
    int version;
    worker::Handler (*serve)(std::shared_ptr<api::Plugin>);
};

constexpr Known kInterfaces[] = {
    {api::PaymentProvider::kName, api::PaymentProvider::kVersion, servePayment},
    {api::MessageSender::kName, api::MessageSender::kVersion, serveSender},
    {api::ImageInspector::kName, api::ImageInspector::kVersion, serveInspector},
    {api::IdCardReader::kName, api::IdCardReader::kVersion, serveIdCards},
    {api::DegreeChecker::kName, api::DegreeChecker::kVersion, serveDegrees},
    {api::RecordExchange::kName, api::RecordExchange::kVersion, serveExchange},
};

const Known* find(std::string_view name)
{
    for (const Known& known : kInterfaces)
        if (known.name == name)
            return &known;
    return nullptr;
}

} // namespace

int interfaceVersion(std::string_view name)
{
    const Known* known = find(name);
    return known ? known->version : 0;
}

worker::HandlerFactory serveInterface(const std::string& plugin_dir, const std::string& interface_name)
{
    return [plugin_dir, interface_name](const std::string& greeting) -> Result<worker::Handler> {
        const Known* known = find(interface_name);
        if (!known)
            return fail(ErrorCode::plugin_fault, "unknown interface " + interface_name);
        auto settings = parseJson(greeting);
        auto manifest = Manifest::read(plugin_dir);
        auto file = LibraryFile::open(plugin_dir);
        if (!settings || !manifest || !file)
            return fail(!settings ? settings.error() : !manifest ? manifest.error() : file.error());
        if (auto good = file->checkDigest(settings->value("digest", "")); !good)
            return fail(good.error());
        if (auto good = file->checkStamp(*manifest); !good)
            return fail(good.error());
        api::PluginContext context;
        context.settings_json = settings->value("settings", Json::object()).dump();
        const std::string data = plugin_dir + "/data";
        std::error_code error;
        context.data_dir = std::filesystem::is_directory(data, error) ? data : "";
        auto plugin = file->make(context);
        if (!plugin)
            return fail(plugin.error());
        return known->serve(std::move(*plugin));
    };
}

} // namespace zikao::plugin
