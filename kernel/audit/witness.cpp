#include "kernel/audit/witness.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

#include "kernel/base/encoding.hpp"
#include "kernel/base/log.hpp"

namespace zikao::audit {

namespace {

constexpr const char* kPurpose = "audit.witness";

std::string macOf(const Vault& vault, const std::string& previous, const std::string& at,
                  const std::string& lines)
{
    return vault.index(previous + "\n" + at + "\n" + lines, kPurpose);
}

bool appendAndSync(const std::string& path, const std::string& text)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    const off_t end = ::lseek(file, 0, SEEK_END);
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    // Half a checkpoint, of a full disk, would read as an altered witness for ever.
    if (!written && (end < 0 || ::ftruncate(file, end) != 0))
        log::error("audit.witness_torn", {{"file", path}, {"errno", std::to_string(errno)}});
    ::close(file);
    return written;
}

} // namespace

Result<Witness::State> Witness::read(std::vector<std::string>* every_line) const
{
    State state;
    std::ifstream file(path_, std::ios::binary);
    if (!file)
        return ::access(path_.c_str(), F_OK) != 0 ? Result<State>(state)
                                                  : fail(ErrorCode::unavailable, "cannot read " + path_);
    std::string at, mac, lines;
    const auto close = [&] {
        if (at.empty())
            return true;
        if (!equalInConstantTime(macOf(vault_, state.mac, at, lines), mac))
            return false;
        state.mac = mac;
        return true;
    };
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("@ ", 0) == 0) {
            const std::size_t space = line.find(' ', 2);
            if (!close() || space == std::string::npos)
                return fail(ErrorCode::corrupt, "the witness was altered: " + path_);
            at = line.substr(2, space - 2);
            mac = line.substr(space + 1);
            lines.clear();
            continue;
        }
        const std::size_t colon = line.find(':');
        if (at.empty() || colon == std::string::npos)
            return fail(ErrorCode::corrupt, "the witness was altered: " + path_);
        lines += line + "\n";
        state.lanes[line.substr(0, colon)] = line.substr(colon + 1);
        if (every_line != nullptr)
            every_line->push_back(line);
    }
    if (!close())
        return fail(ErrorCode::corrupt, "the witness was altered: " + path_);
    return state;
}

Result<bool> Witness::checkpoint(storage::Database& database, Instant now)
{
    const std::lock_guard lock(mutex_);
    if (!state_) {
        auto found = read(nullptr);
        if (!found)
            return fail(found.error());
        state_ = std::move(*found);
    }
    const auto heads = head(database);
    if (!heads)
        return fail(heads.error());
    State next = *state_;
    std::string moved;
    std::istringstream lines(*heads);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t colon = line.find(':');
        std::string& known = next.lanes[line.substr(0, colon)];
        if (known == line.substr(colon + 1))
            continue;
        known = line.substr(colon + 1);
        moved += line + "\n";
    }
    if (moved.empty())
        return false;
    const std::string at = std::to_string(now.ms);
    next.mac = macOf(vault_, state_->mac, at, moved);
    if (!appendAndSync(path_, "@ " + at + " " + next.mac + "\n" + moved)) {
        state_.reset(); // what reached the file is found out by reading it again
        return fail(ErrorCode::unavailable, "the witness cannot be written: " + path_);
    }
    state_ = std::move(next);
    return true;
}

Result<std::string> Witness::check(storage::Database& database)
{
    if (::access(path_.c_str(), F_OK) != 0)
        return fail(ErrorCode::not_found, "there is no witness " + path_);
    std::vector<std::string> lines;
    const auto state = read(&lines);
    if (!state)
        return state.error().code == ErrorCode::corrupt ? Result<std::string>(state.error().message)
                                                        : fail(state.error());
    std::string all;
    for (const std::string& line : lines)
        all += line + "\n";
    const auto missing = firstMissing(database, all);
    if (!missing)
        return fail(missing.error());
    return missing->empty() ? std::string() : "the chains no longer hold " + *missing;
}

Result<std::string> Witness::lost(storage::Database& database) const
{
    // Longer than two checkpoints in which every lane moved.
    static constexpr std::streamoff kTail = 64 * 1024;
    std::ifstream file(path_, std::ios::binary | std::ios::ate);
    if (!file)
        return ::access(path_.c_str(), F_OK) != 0 ? Result<std::string>(std::string())
                                                  : fail(ErrorCode::unavailable, "cannot read " + path_);
    file.seekg(std::max<std::streamoff>(0, file.tellg() - kTail));
    std::string newest;
    for (std::string line; std::getline(file, line);)
        newest = line.rfind("@ ", 0) == 0 ? std::string() : newest + line + "\n";
    return firstMissing(database, newest);
}

Result<std::string> Witness::putAside(Instant now)
{
    const std::lock_guard lock(mutex_);
    if (::access(path_.c_str(), F_OK) != 0)
        return std::string();
    const std::string aside = path_ + "." + std::to_string(now.ms);
    if (::rename(path_.c_str(), aside.c_str()) != 0)
        return fail(ErrorCode::unavailable, "cannot rename " + path_);
    state_.reset();
    return aside;
}

} // namespace zikao::audit
