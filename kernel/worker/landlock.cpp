#include "kernel/worker/landlock.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/worker/process.hpp"

namespace zikao::worker {

namespace {

constexpr std::uint64_t kReading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

/// The rights a kernel of this version knows; naming one it does not know is an error.
std::uint64_t fileRights(long version)
{
    std::uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (version >= 2)
        rights |= 1ULL << 13; // REFER
    if (version >= 3)
        rights |= 1ULL << 14; // TRUNCATE
    return rights;
}

/// The structure as kernels from version 4 on read it; older ones are given the first field alone.
struct Ruleset
{
    std::uint64_t files = 0;
    std::uint64_t network = 0;
};

constexpr std::uint64_t kTcpBind = 1, kTcpConnect = 2;

} // namespace

Result<void> restrictTo(const Landscape& landscape)
{
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return ok();
    Ruleset ruleset;
    ruleset.files = fileRights(version);
    std::size_t size = sizeof ruleset.files;
    if (version >= 4) {
        ruleset.network = kTcpBind | (landscape.network ? 0 : kTcpConnect);
        size = sizeof ruleset;
    }
    const Descriptor rules(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &ruleset, size, 0)));
    if (!rules)
        return fail(ErrorCode::internal, std::string("landlock: ") + std::strerror(errno));
    for (const std::string& path : landscape.readable) {
        const Descriptor target(::open(path.c_str(), O_PATH | O_CLOEXEC));
        if (!target)
            continue;
        struct stat kind
        {};
        if (::fstat(target.get(), &kind) != 0)
            continue;
        landlock_path_beneath_attr rule{};
        rule.allowed_access = S_ISDIR(kind.st_mode) ? kReading : std::uint64_t{LANDLOCK_ACCESS_FS_READ_FILE};
        rule.parent_fd = target.get();
        if (::syscall(SYS_landlock_add_rule, rules.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
            return fail(ErrorCode::internal, "landlock: " + path + ": " + std::strerror(errno));
    }
    if (::syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0)
        return fail(ErrorCode::internal, std::string("landlock: ") + std::strerror(errno));
    return ok();
}

} // namespace zikao::worker
