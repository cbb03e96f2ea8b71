#pragma once

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/json.hpp"

namespace zikao {

/// Reads a JSON object whose every key must be known: settings files, manifests, request bodies (C16).
/// Missing, mistyped and unknown keys are collected with their full path; look at `faults()` once at the end.
///
///     StrictObject object(json, "zikaod.json");
///     config.port = object.integer("port", 8080, 0, 65535);
///     config.data_dir = object.text("data_dir");
///     if (Result<void> good = object.finish(); !good) return fail(good.error());
class StrictObject
{
public:
    /// One thing wrong. `code`: field_missing, field_type, field_unknown, field_range
    struct Fault
    {
        std::string path, code;
    };

    StrictObject(const Json& object, std::string path);

    [[nodiscard]] bool has(std::string_view key) const;

    /// Required without a default, optional with one. Text that is not UTF-8 never reaches here (parseJson).
    std::string text(std::string_view key);
    std::string text(std::string_view key, std::string_view otherwise);
    std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most);
    std::int64_t integerOr(std::string_view key, std::int64_t otherwise, std::int64_t least,
                           std::int64_t most);
    bool boolean(std::string_view key, bool otherwise);
    std::vector<std::string> texts(std::string_view key); ///< optional array of strings
    /// An optional object; an empty one when absent.
    const Json& object(std::string_view key);
    /// An optional array; an empty one when absent.
    const Json& array(std::string_view key);
    /// Any value or null; only marks the key as known.
    const Json& any(std::string_view key);

    [[nodiscard]] std::string pathOf(std::string_view key) const;
    void fault(std::string_view key, std::string code);
    /// Takes over the faults of a nested object.
    void take(const StrictObject& nested);

    /// Adds a fault for every key nobody asked for. @errors `invalid_argument` naming every fault with its
    /// path
    Result<void> finish();
    [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }

private:
    const Json* find(std::string_view key, bool required);

    const Json& object_;
    std::string path_;
    std::set<std::string, std::less<>> known_;
    std::vector<Fault> faults_;
};

} // namespace zikao
