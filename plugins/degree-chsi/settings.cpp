#include "plugins/degree-chsi/settings.hpp"

#include "plugins/support/http.hpp"
#include "plugins/support/json.hpp"

namespace zikao::chsi {

namespace {

constexpr std::size_t kAeadKeyBytes = 32;

void readPurposes(support::Settings& from, Settings& made)
{
    using enum api::DegreePurpose;
    static constexpr std::pair<api::DegreePurpose, const char*> kNames[] = {
        {registration, "registration"}, {graduation, "graduation"}, {exemption, "exemption"}};
    const support::Json& words = from.object("purposes");
    for (const auto& [purpose, name] : kNames) {
        made.purposes[purpose] = support::textAt(words, name);
        if (made.purposes[purpose].empty())
            from.complain(std::string("purposes.") + name + " is missing");
    }
}

void readKeys(support::Settings& from, Settings& made)
{
    for (const auto& [id, pem] : from.object("register_keys").items()) {
        auto key = support::PublicKey::parse(pem.is_string() ? pem.get<std::string>() : std::string{});
        if (key)
            made.register_keys.emplace(id, *key);
        else
            from.complain("register_keys." + id + ": " + key.error().message);
    }
    if (made.register_keys.empty())
        from.complain("register_keys holds no key");
}

} // namespace

Result<Settings> Settings::parse(const std::string& settings_json)
{
    support::Settings from(settings_json);
    Settings made;
    made.base_url = from.required("base_url");
    if (const auto url = support::Url::parse(made.base_url);
        !url || url->target != "/" || made.base_url.ends_with('/'))
        from.complain("base_url must be an origin such as https://host");
    made.client_id = from.required("client_id");
    made.key_id = from.required("key_id");
    made.aead_key = from.required("aead_key");
    if (made.aead_key.size() != kAeadKeyBytes)
        from.complain("aead_key must have 32 characters");
    if (auto key = support::PrivateKey::parse(from.required("private_key")))
        made.key = *key;
    else
        from.complain("private_key: " + key.error().message);
    made.path = from.optional("path", "/v1/verifications");
    if (!made.path.starts_with('/') || made.path.ends_with('/'))
        from.complain("path must begin with a slash and not end with one");
    made.header_prefix = from.optional("header_prefix", "X-Verify-");
    made.associated_data = from.optional("associated_data", "chsi-result");
    readKeys(from, made);
    readPurposes(from, made);
    made.tolerance = std::chrono::seconds{from.integer("tolerance_seconds", 300, 30, 900)};
    made.timeout = std::chrono::milliseconds{from.integer("timeout_ms", 4000, 500, 12'000)};
    if (auto good = from.check(); !good)
        return fail(good.error());
    return made;
}

} // namespace zikao::chsi
