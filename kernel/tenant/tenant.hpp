#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.hpp"
#include "kernel/base/crypto.hpp"
#include "kernel/base/json.hpp"
#include "kernel/plugin/plugins.hpp"
#include "kernel/rules/registry.hpp"
#include "kernel/storage/database.hpp"
#include "kernel/tenant/profile.hpp"

namespace zikao::tenant {

/// One payment channel that candidates may choose.
struct PaymentChannel
{
    std::string id;    ///< "alipay": in addresses and tables
    std::string label; ///< "支付宝"
    std::unique_ptr<plugin::Loaded<api::PaymentProvider>> provider;
};

/// One authority: its settings, database, keys, rule packages, plugins and file store. Everything above level
/// 4 receives this and can name no other tenant.
struct Tenant
{
    Profile profile;
    const Clock& clock;
    std::unique_ptr<storage::Database> database;
    std::unique_ptr<Vault> vault;
    rules::Evaluator& evaluator;
    std::unique_ptr<rules::Registry> rules;
    std::string file_dir;   ///< blobs, encrypted
    std::string public_url; ///< "http://127.0.0.1:8080/<id>", for notices of providers

    std::vector<PaymentChannel> payments;
    /// By channel: "sms", "email". A channel that nobody serves is not in it.
    std::map<std::string, std::unique_ptr<plugin::Loaded<api::MessageSender>>, std::less<>> senders;
    std::unique_ptr<plugin::Loaded<api::ImageInspector>> images;
    std::unique_ptr<plugin::Loaded<api::IdCardReader>> id_cards;
    std::unique_ptr<plugin::Loaded<api::DegreeChecker>> degrees = nullptr;
    std::unique_ptr<plugin::Loaded<api::RecordExchange>> exchange = nullptr;

    /// Who carries a channel's messages; null: nobody does.
    [[nodiscard]] plugin::Loaded<api::MessageSender>* sender(std::string_view channel) const
    {
        const auto found = senders.find(channel);
        return found == senders.end() ? nullptr : found->second.get();
    }
};

/// What an installation knows about running a tenant.
struct OpenOptions
{
    std::string province_dir;
    std::string data_dir; ///< of the installation; the tenant's files go below `<data_dir>/<id>`
    std::string sql_dir;
    std::string plugin_dir; ///< lib/plugins
    std::string worker_executable;
    std::string public_url;                      ///< the tenant's own: "http://127.0.0.1:8080/<id>"
    std::map<std::string, Json> plugin_settings; ///< by plugin id; goes over the province's settings

    storage::Engine engine = storage::Engine::sqlite;
    storage::MysqlOptions mysql; ///< `database` is a prefix here: the tenant's id is added
    enum class Mode {
        serve,  ///< make a key ring when there is none and no data yet, start the plugins
        manage, ///< for zikaoctl: like `serve`, without plugins
        inspect ///< changes nothing and takes no lock: a missing database or key ring is an error; no plugins
    };
    Mode mode = Mode::serve;
};

/// Opens one tenant. A setting `{"file": "<path>"}` of a plugin is replaced by the text of that file, so that
/// keys stay out of configuration files.
/// @param clock, evaluator  must outlive the tenant
/// @errors those of `Profile::read`, `openSqlite` / `openMysql`, `Migrator::status` and the plugin loaders; `conflict`
///         with reason `schema_pending` or `schema_dirty`: the schema is changed by `zikaoctl migrate` alone
Result<std::unique_ptr<Tenant>> open(const OpenOptions& options, const Clock& clock,
                                     rules::Evaluator& evaluator);

/// Path of a tenant's key ring below the installation's data folder; readable by its owner alone.
std::string keyRingPath(const std::string& data_dir, const std::string& tenant_id);
/// Reads a key ring. @errors `not_found`; `corrupt`; `forbidden` when others than the owner may read the file
Result<KeyRing> readKeyRing(const std::string& path);
/// Writes a key ring beside the old one, syncs and renames (0600), so that a crash loses neither.
Result<void> writeKeyRing(const std::string& path, const KeyRing& ring);

/// Opens only the database of a tenant, for migrations and checks, whatever its schema. With mode `inspect` it is
/// opened for reading and works beside a running server.
Result<std::unique_ptr<storage::Database>> openDatabase(const OpenOptions& options,
                                                        const std::string& tenant_id);

} // namespace zikao::tenant
