#pragma once

#include <chrono>
#include <map>
#include <string>

#include "plugins/api/degree_checker.hpp"
#include "plugins/support/crypto.hpp"

namespace zikao::chsi {

/// One authority's access to the register (manifest.json says what each setting is).
struct Settings
{
    std::string base_url, client_id, key_id, aead_key, path, header_prefix, associated_data;
    support::PrivateKey key;
    std::map<std::string, support::PublicKey, std::less<>> register_keys; ///< by key id
    std::map<api::DegreePurpose, std::string> purposes;
    std::chrono::seconds tolerance{300};
    std::chrono::milliseconds timeout{4000};

    /// @errors `invalid_argument` naming everything that is wrong
    static Result<Settings> parse(const std::string& settings_json);
};

} // namespace zikao::chsi
