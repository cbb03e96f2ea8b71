#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/clock.hpp"
#include "kernel/base/crypto.hpp"
#include "kernel/base/json.hpp"
#include "kernel/plugin/plugins.hpp"
#include "kernel/rules/registry.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::tenant {

/// One payment channel that candidates may choose.
struct PaymentChannel
{
    std::string id;    ///< "alipay": in addresses and tables
    std::string label; ///< "支付宝"
    std::unique_ptr<plugin::Loaded<api::PaymentProvider>> provider;
};

/// provinces/<p>/province.json, checked; unknown keys refuse the start with their path.
struct Profile
{
    std::string id;            ///< folder name and first path segment
    std::string name;          ///< "…考试院"
    std::string platform_name; ///< on every page
    std::vector<std::string> hosts;
    Json raw; ///< the whole checked document: captcha length, session limits, texts, theme, contact, plugins …
    std::string dir;

    static Result<Profile> read(const std::string& dir);
};

/// One authority: its settings, database, keys, rule packages, plugins and file store. Everything above level 4
/// receives this and can name no other tenant.
struct Tenant
{
    Profile profile;
    const Clock& clock;
    std::unique_ptr<storage::Database> database;
    std::unique_ptr<Vault> vault;
    rules::Evaluator& evaluator;
    std::unique_ptr<rules::Registry> rules;
    std::string file_dir; ///< blobs, encrypted
    std::string public_url; ///< "http://127.0.0.1:8080/<id>", for notices of providers

    std::vector<PaymentChannel> payments;
    std::unique_ptr<plugin::Loaded<api::MessageSender>> sms;
    std::unique_ptr<plugin::Loaded<api::ImageInspector>> images;
    std::unique_ptr<plugin::Loaded<api::IdCardReader>> id_cards;
};

} // namespace zikao::tenant
