#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "plugins/api/result.hpp"

namespace zikao {

/// The tenant's secrets, by version, kept as a text file of lines `index <base 64>` and `key <version> <base
/// 64>`. Wiped when destroyed. Made and rotated with `zikaoctl keys`.
class KeyRing
{
public:
    /// What one version seals with. Cipher and MAC have keys of their own, derived from the master once.
    struct Keys
    {
        std::string master, cipher, mac;
        explicit Keys(std::string given);
        Keys(const Keys&) = delete;
        Keys& operator=(const Keys&) = delete;
        ~Keys();
    };

    /// A ring with one fresh key of version 1.
    static KeyRing generate();
    /// @errors `corrupt`: the file is not a key ring
    static Result<KeyRing> parse(std::string_view text);
    [[nodiscard]] std::string serialise() const;
    /// Adds a fresh key; new values use it, old ones keep opening with theirs.
    void rotate();

    KeyRing(KeyRing&&) noexcept = default;
    KeyRing& operator=(KeyRing&& other) noexcept
    {
        keys_.swap(other.keys_); // the former secrets are wiped with `other`
        index_.swap(other.index_);
        return *this;
    }
    ~KeyRing();

    [[nodiscard]] int newest() const;
    /// Null when the version is unknown.
    [[nodiscard]] const Keys* keys(int version) const;
    /// The 32-byte secret of the keyed index. It never rotates with the others, or nothing would be found.
    [[nodiscard]] std::string_view indexSecret() const { return index_; }

private:
    KeyRing() = default;
    std::map<int, Keys> keys_;
    std::string index_;
};

/// Encryption at rest: SM4-CTR, then HMAC-SM3 over everything (encrypt then MAC), a fresh nonce for each
/// value. Algorithm and key version stand in front of each value (C50).
/// @threads any
class Vault
{
public:
    explicit Vault(std::shared_ptr<const KeyRing> keys) : keys_(std::move(keys)) {}

    /// @param purpose  bound into the MAC, so that a value cannot be moved to another column
    ///         ("candidate.phone")
    [[nodiscard]] std::string seal(std::string_view plain, std::string_view purpose) const;
    /// @errors `corrupt`: altered, of another purpose, or under a key this ring does not hold
    [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view purpose) const;

    /// Keyed hash to find an encrypted value by: 64 hex characters, the same for the same value and purpose.
    [[nodiscard]] std::string index(std::string_view plain, std::string_view purpose) const;

private:
    std::shared_ptr<const KeyRing> keys_;
};

} // namespace zikao
