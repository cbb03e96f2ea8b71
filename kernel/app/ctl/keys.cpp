#include <cstdio>
#include <filesystem>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/context.hpp"

namespace zikao::ctl {

namespace {

namespace fs = std::filesystem;

Result<std::string> ringPath(Context& context, const std::string& tenant)
{
    if (const auto known = context.tenantConfig(tenant); !known)
        return fail(known.error());
    return context.config().transform(
        [&](const app::Config* config) { return tenant::keyRingPath(config->data_dir, tenant); });
}

Result<int> write(const std::string& path, const KeyRing& ring)
{
    if (const auto written = tenant::writeKeyRing(path, ring); !written)
        return fail(written.error());
    std::printf("%s: newest key %d; put the file into the backup of the keys\n", path.c_str(), ring.newest());
    return kDone;
}

/// Never over a ring: without the old keys what they sealed is lost.
Result<int> create(Context& context, const Arguments& arguments)
{
    const auto path = ringPath(context, arguments["TENANT"]);
    if (!path)
        return fail(path.error());
    if (fs::exists(*path))
        return fail(ErrorCode::conflict, *path + " is there already; `keys rotate` adds a key");
    const fs::path folder = fs::path(*path).parent_path();
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (!failed)
        fs::permissions(folder, fs::perms::owner_all, failed);
    if (failed)
        return fail(ErrorCode::unavailable, "cannot make " + folder.string() + ": " + failed.message());
    return write(*path, KeyRing::generate());
}

Result<int> rotate(Context& context, const Arguments& arguments)
{
    const auto path = ringPath(context, arguments["TENANT"]);
    if (!path)
        return fail(path.error());
    auto ring = tenant::readKeyRing(*path);
    if (!ring)
        return fail(ring.error());
    const std::string asked = arguments["--sealing"];
    const auto sealing = asked.empty() ? ring->keys(ring->newest())->sealing : sealingNamed(asked);
    if (!sealing)
        return fail(ErrorCode::invalid_argument,
                    "--sealing is sm4-ctr-hmac-sm3 or aes-256-gcm, not " + asked);
    ring->rotate(*sealing);
    const auto written = write(*path, *ring);
    if (written)
        std::printf("a running zikaod seals with it within a minute\n");
    return written;
}

Result<int> list(Context& context, const Arguments& arguments)
{
    const auto path = ringPath(context, arguments["TENANT"]);
    if (!path)
        return fail(path.error());
    const auto ring = tenant::readKeyRing(*path);
    if (!ring)
        return fail(ring.error());
    for (int version = 1; version <= ring->newest(); ++version)
        if (ring->keys(version) != nullptr)
            std::printf("key %d %s%s\n", version, std::string(name(ring->keys(version)->sealing)).c_str(),
                        version == ring->newest() ? " (seals new values)" : "");
    return kDone;
}

} // namespace

std::vector<Command> keysCommands()
{
    return {
        {"keys", "create", {"TENANT"}, {}, "make a key ring where there is none", create},
        {"keys",
         "rotate",
         {"TENANT"},
         {{"--sealing", "NAME", "sm4-ctr-hmac-sm3 or aes-256-gcm; without it as the newest key", false}},
         "add a key that seals new values; older ones keep opening theirs",
         rotate},
        {"keys", "list", {"TENANT"}, {}, "list the versions in the key ring, never the keys", list},
    };
}

} // namespace zikao::ctl
