#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/base/json.hpp"
#include "kernel/worker/pool.hpp"
#include "plugins/api/degree_checker.hpp"
#include "plugins/api/id_card_reader.hpp"
#include "plugins/api/image_inspector.hpp"
#include "plugins/api/message_sender.hpp"
#include "plugins/api/payment_provider.hpp"
#include "plugins/api/record_exchange.hpp"

namespace zikao::plugin {

/// plugins/<id>/manifest.json: what the plugin is, what it needs, which settings it takes (E8).
struct Manifest
{
    std::string id, implements, version, maturity;
    bool network = false;
    int memory_mib = 256;
    std::vector<std::string> readable; ///< system paths it must read (models, fonts)
    Json settings;                     ///< name → {type, required, default, about, secret}

    static Result<Manifest> read(const std::string& plugin_dir);
    /// Applies defaults. @errors `invalid_argument` naming every missing, unknown or mistyped key with its
    /// path
    Result<Json> check(const Json& settings, const std::string& where) const;
};

/// Reads the stamp of a library without running any of its code and compares it with manifest and host.
/// @errors `plugin_fault` with every mismatch in one message
Result<void> checkStamp(const std::string& plugin_dir, const Manifest& manifest);

/// The SM3 digest an operator pinned for a plugin in `plugins.lock` beside the plugin folders:
/// `{ "payment-example": "<64 hex digits>" }`. Empty when there is no lock file.
/// @errors `plugin_fault`: a lock file exists and is broken or does not list the plugin
Result<std::string> pinnedDigest(const std::string& plugin_dir);

/// How the kernel holds one loaded plugin: the same interface, each call guarded, timed, logged and crossing
/// to the plugin's own worker process with a deadline (E7).
/// @errors `plugin_fault`, `timeout`, `unavailable` besides those of the interface
template <class Interface>
class Loaded
{
public:
    virtual ~Loaded() = default;
    virtual Interface& get() = 0;
    /// @errors those of loading: then the old workers keep serving
    virtual Result<void> drainAndReplace() = 0;
    [[nodiscard]] virtual worker::PoolStats stats() const = 0;
};

struct LoadOptions
{
    std::string plugin_dir;        ///< lib/plugins/<id>
    std::string worker_executable; ///< zikao-worker
    Json settings;                 ///< the tenant's
    std::string where;             ///< for messages: "provinces/…/province.json: plugins[1].settings"
    int workers = 1;
};

Result<std::unique_ptr<Loaded<api::PaymentProvider>>> loadPaymentProvider(const LoadOptions& options);
Result<std::unique_ptr<Loaded<api::MessageSender>>> loadMessageSender(const LoadOptions& options);
Result<std::unique_ptr<Loaded<api::ImageInspector>>> loadImageInspector(const LoadOptions& options);
Result<std::unique_ptr<Loaded<api::IdCardReader>>> loadIdCardReader(const LoadOptions& options);
Result<std::unique_ptr<Loaded<api::DegreeChecker>>> loadDegreeChecker(const LoadOptions& options);
Result<std::unique_ptr<Loaded<api::RecordExchange>>> loadRecordExchange(const LoadOptions& options);

/// The worker's side: opens the library once, checks digest and stamp on that descriptor, loads that
/// descriptor with Boost.DLL, makes the plugin, answers calls. For zikao-worker.
worker::HandlerFactory serveInterface(const std::string& plugin_dir, const std::string& interface_name);

} // namespace zikao::plugin
