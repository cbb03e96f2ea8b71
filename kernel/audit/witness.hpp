#pragma once

#include <map>
#include <mutex>
#include <string>

#include "kernel/audit/audit.hpp"
#include "kernel/base/crypto.hpp"

namespace zikao::audit {

/// Checkpoints of the audit chains in an append-only file, outside the database and best on another machine's
/// disk: whoever rewrites the database cannot rewrite what was already witnessed (C48). Each checkpoint holds
/// the last hash of every lane that moved, and a MAC under the tenant's keys over it and the checkpoint
/// before it:
///
///     @ <UTC ms> <MAC>
///     <lane>:<seq>:<hash>
///
/// @threads any, one object per file in one process; several processes write a file each
class Witness
{
public:
    Witness(std::string path, const Vault& vault) : path_(std::move(path)), vault_(vault) {}

    /// Appends a checkpoint and syncs it; nothing when no lane moved since the last one. Call every ten
    /// seconds.
    /// @return whether something was written. @errors `unavailable`: the file; `corrupt`: the file was
    ///         altered
    Result<bool> checkpoint(storage::Database& database, Instant now);

    /// Whether the file is unaltered and everything it ever witnessed is still in the chains.
    /// @return what is wrong; empty: nothing. @errors `not_found`: there is no file
    Result<std::string> check(storage::Database& database);

    /// Whether the newest checkpoint is still in the chains: a look at the file's end, for the start of a server, where
    /// `check` reads and asks for everything. A database from before it has lost it.
    /// @return the first "lane:seq:hash" that is gone; empty: none is, or there is no file
    /// @errors `unavailable`; `invalid_argument`: the end cannot be read as a checkpoint
    Result<std::string> lost(storage::Database& database) const;

    /// Puts the file aside, under its name and the time, and begins anew with the next checkpoint: once somebody has
    /// answered for a gap that a restore tore. Nobody else may have the file in use.
    /// @return the name of what was put aside; empty: there was no file. @errors `unavailable`
    Result<std::string> putAside(Instant now);

private:
    struct State
    {
        std::map<std::string, std::string> lanes; ///< lane → "seq:hash" as last witnessed
        std::string mac;
    };
    Result<State> read(std::vector<std::string>* every_line) const;

    const std::string path_;
    const Vault& vault_;
    std::mutex mutex_;
    std::optional<State> state_; ///< as of the end of the file
};

} // namespace zikao::audit
