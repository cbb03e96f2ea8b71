#pragma once

#include <string>

#include "plugins/api/result.hpp"

namespace zikao::files {

/// Sealed blobs of one tenant as files `<dir>/<xx>/<id>.<kind>` under our own random names.
/// @threads any
class Blobs
{
public:
    explicit Blobs(std::string dir) : dir_(std::move(dir)) {}

    /// Written beside, synced, renamed, the folder synced: after success a power cut loses nothing (C45).
    /// @errors `unavailable`: disk full or failing; nothing is left behind
    Result<void> write(const std::string& id, const std::string& kind, const std::string& bytes) const;
    /// @errors `corrupt`: the blob is gone
    Result<std::string> read(const std::string& id, const std::string& kind) const;
    void remove(const std::string& id, const std::string& kind) const;

    [[nodiscard]] std::string path(const std::string& id, const std::string& kind) const;

private:
    std::string dir_;
};

} // namespace zikao::files
