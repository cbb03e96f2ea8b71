#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/api/result.hpp"

namespace zikao {

/// What a key seals with; the first byte of every value it sealed (C50).
enum class Sealing : char {
    sm4_ctr_hmac_sm3 = 1, ///< encrypt, then MAC
    aes_256_gcm = 2
};

/// "sm4-ctr-hmac-sm3", "aes-256-gcm": as key rings and `zikaoctl keys` write them.
[[nodiscard]] std::string_view name(Sealing sealing);
[[nodiscard]] std::optional<Sealing> sealingNamed(std::string_view name);

/// The tenant's secrets, by version, kept as a text file of lines `index <base 64>` and `key <version> [<sealing>]
/// <base 64>`; without a word it is SM4. Wiped when destroyed. Made and rotated with `zikaoctl keys`.
class KeyRing
{
public:
    /// What one version seals with. Cipher and MAC have keys of their own, derived from the master once.
    struct Keys
    {
        Sealing sealing;
        std::string master, cipher, mac;
        Keys(Sealing how, std::string given);
        Keys(const Keys&) = delete;
        Keys& operator=(const Keys&) = delete;
        ~Keys();
    };

    /// A ring with one fresh key of version 1.
    static KeyRing generate(Sealing sealing = Sealing::sm4_ctr_hmac_sm3);
    /// @errors `corrupt`: the file is not a key ring
    static Result<KeyRing> parse(std::string_view text);
    [[nodiscard]] std::string serialise() const;
    /// Adds a fresh key; new values use it, old ones keep opening with theirs.
    void rotate(Sealing sealing);

    KeyRing(KeyRing&&) noexcept = default;
    KeyRing& operator=(KeyRing&& other) noexcept
    {
        keys_.swap(other.keys_); // the former secrets are wiped with `other`
        index_.swap(other.index_);
        return *this;
    }
    ~KeyRing();

    [[nodiscard]] int newest() const;
    /// Whether everything that `former` sealed and indexed can be opened and found with this ring.
    [[nodiscard]] bool goesOn(const KeyRing& former) const;
    /// Null when the version is unknown.
    [[nodiscard]] const Keys* keys(int version) const;
    /// The 32-byte secret of the keyed index. It never rotates with the others, or nothing would be found.
    [[nodiscard]] std::string_view indexSecret() const { return index_; }

private:
    KeyRing() = default;
    std::map<int, Keys> keys_;
    std::string index_;
};

/// Encryption at rest, a fresh nonce for each value. Sealing and key version stand in front of each value, so
/// that a ring of several keys opens them all (C50).
/// @threads any
class Vault
{
public:
    /// Where the ring is kept, to look again after it was rotated.
    using Source = std::function<Result<KeyRing>()>;

    explicit Vault(std::shared_ptr<const KeyRing> keys, Source source = {});

    /// Takes the newest ring from its source: what is sealed from now on is under its newest key. Without a
    /// source there is nothing to do. @return the newest version
    /// @errors those of the source; `conflict` when the ring does not go on from the present one. The present ring stays.
    Result<int> renew();

    /// @param purpose  bound into the MAC, so that a value cannot be moved to another column
    ///         ("candidate.phone")
    [[nodiscard]] std::string seal(std::string_view plain, std::string_view purpose) const;
    /// A value under a key that is unknown here makes the vault look at its source once more.
    /// @errors `corrupt`: altered, of another purpose, or under a key the ring does not hold (reason key_unknown)
    [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view purpose) const;

    /// Keyed hash to find an encrypted value by: 64 hex characters, the same for the same value and purpose.
    [[nodiscard]] std::string index(std::string_view plain, std::string_view purpose) const;

private:
    [[nodiscard]] std::shared_ptr<const KeyRing> ring() const
    {
        return keys_.load(std::memory_order_acquire);
    }

    std::atomic<std::shared_ptr<const KeyRing>> keys_;
    Source source_;
};

} // namespace zikao
