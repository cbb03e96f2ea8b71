#include "kernel/tenant/bindings.hpp"

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

namespace zikao::tenant {

namespace {

namespace fs = std::filesystem;

/// Payments and pictures are asked for while somebody waits, so one slow call must not hold up the next.
constexpr int kWorkersOfBusyPlugin = 2;

Result<void> readFileSettings(Json& settings, const fs::path& base, const std::string& where)
{
    for (auto& [key, value] : settings.items()) {
        if (!value.is_object() || value.size() != 1 || !value.contains("file") || !value["file"].is_string())
            continue;
        const std::string path = (base / value["file"].get<std::string>()).lexically_normal().string();
        std::ifstream file(path, std::ios::binary);
        if (!file)
            return fail(ErrorCode::not_found, where + "." + key + ": cannot read " + path);
        value = std::string(std::istreambuf_iterator<char>(file), {});
    }
    return ok();
}

Result<plugin::LoadOptions> loadOptions(const PluginBinding& binding, const OpenOptions& options)
{
    Json settings = binding.settings;
    const auto own = options.plugin_settings.find(binding.plugin);
    if (own != options.plugin_settings.end())
        settings.merge_patch(own->second);
    if (Result<void> read = readFileSettings(settings, options.province_dir, binding.where); !read)
        return fail(read.error());
    plugin::LoadOptions load;
    load.plugin_dir = (fs::path(options.plugin_dir) / binding.plugin).string();
    load.worker_executable = options.worker_executable;
    load.settings = std::move(settings);
    load.where = binding.where;
    return load;
}

template <class Loaded>
using Loading = std::future<Result<std::unique_ptr<Loaded>>>;

template <class Loaded>
Loading<Loaded> begin(Result<std::unique_ptr<Loaded>> (*loader)(const plugin::LoadOptions&),
                      const PluginBinding& binding, const OpenOptions& options, int workers)
{
    return std::async(std::launch::async, [=, &binding, &options]() -> Result<std::unique_ptr<Loaded>> {
        if (binding.plugin.empty())
            return std::unique_ptr<Loaded>();
        auto load = loadOptions(binding, options);
        if (!load)
            return fail(load.error());
        load->workers = workers;
        auto loaded = loader(*load);
        if (!loaded && !loaded.error().message.starts_with(binding.where))
            return fail(loaded.error().code, binding.where + ": " + loaded.error().message,
                        loaded.error().reason);
        return loaded;
    });
}

template <class Loaded>
Result<void> finish(Loading<Loaded>& loading, std::unique_ptr<Loaded>& place)
{
    auto loaded = loading.get();
    if (!loaded)
        return fail(loaded.error());
    place = std::move(*loaded);
    return ok();
}

} // namespace

Result<void> loadPlugins(Tenant& tenant, const OpenOptions& options)
{
    const Profile& profile = tenant.profile;
    std::vector<Loading<plugin::Loaded<api::PaymentProvider>>> payments;
    for (const ChannelBinding& channel : profile.payment_channels)
        payments.push_back(begin(plugin::loadPaymentProvider, channel.plugin, options, kWorkersOfBusyPlugin));
    auto sms = begin(plugin::loadMessageSender, profile.message_sender, options, 1);
    auto mail = begin(plugin::loadMessageSender, profile.mail_sender, options, 1);
    auto images = begin(plugin::loadImageInspector, profile.image_inspector, options, kWorkersOfBusyPlugin);
    auto id_cards = begin(plugin::loadIdCardReader, profile.id_card_reader, options, 1);
    auto degrees = begin(plugin::loadDegreeChecker, profile.degree_checker, options, 1);
    auto exchange = begin(plugin::loadRecordExchange, profile.record_exchange, options, 1);

    for (std::size_t i = 0; i < payments.size(); ++i) {
        const ChannelBinding& channel = profile.payment_channels[i];
        PaymentChannel opened{channel.id, channel.label, nullptr};
        if (Result<void> done = finish(payments[i], opened.provider); !done)
            return done;
        tenant.payments.push_back(std::move(opened));
    }
    for (const auto& [channel, loading] : {std::pair{"sms", &sms}, std::pair{"email", &mail}}) {
        std::unique_ptr<plugin::Loaded<api::MessageSender>> sender;
        if (Result<void> done = finish(*loading, sender); !done)
            return done;
        if (sender)
            tenant.senders.emplace(channel, std::move(sender));
    }
    if (Result<void> done = finish(images, tenant.images); !done)
        return done;
    if (Result<void> done = finish(id_cards, tenant.id_cards); !done)
        return done;
    if (Result<void> done = finish(degrees, tenant.degrees); !done)
        return done;
    return finish(exchange, tenant.exchange);
}

} // namespace zikao::tenant
