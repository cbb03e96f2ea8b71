#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::identity {

struct Person;

/// Argon2id in a pool of one thread with a bounded queue (C10): whatever storms the login takes one core at
/// most. Before hashing the password goes through HMAC-SHA-256 with the pepper, which is not in the database.
/// @errors `too_many` with reason `login_busy`: the queue is full
/// @threads any; calls block until their hash is made
class Passwords
{
public:
    explicit Passwords(std::string pepper, int queue_limit = 64);
    ~Passwords();
    Passwords(const Passwords&) = delete;
    Passwords& operator=(const Passwords&) = delete;

    /// candidate: 19 MiB, 2 passes · staff: 64 MiB, 3 passes
    enum class Cost { candidate, staff };

    /// @return the hash with its parameters and salt in PHC form ("$argon2id$v=19$m=…")
    Result<std::string> hash(const std::string& plain, Cost cost);

    /// Takes the same time when `stored` is empty (unknown account, C6): then a hash nobody knows the word
    /// of, at `cost_if_unknown`, is computed and the answer is false.
    /// @errors `corrupt`: `stored` is not an Argon2id hash, or its parameters are beyond what we ever wrote
    Result<bool> verify(const std::string& plain, const std::string& stored,
                        Cost cost_if_unknown = Cost::candidate);

    /// Whether a hash was made with weaker parameters than `cost` asks for now; hash anew after a good login.
    [[nodiscard]] static bool outdated(const std::string& stored, Cost cost);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// DEF-GEN-04, C8. @return reason codes of what is wrong: `password_short`, `password_long`,
/// `password_no_letter`, `password_no_digit`, `password_contains_own_data`, `password_common`, for staff also
/// `password_three_classes`
std::vector<std::string> passwordFaults(const std::string& password, const Person& own, bool staff);

} // namespace zikao::identity
