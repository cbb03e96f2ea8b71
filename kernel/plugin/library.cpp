#include "kernel/plugin/library.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <boost/dll/shared_library.hpp>

#include "kernel/base/encoding.hpp"
#include "kernel/plugin/interfaces.hpp"
#include "kernel/plugin/stamp.hpp"

namespace zikao::plugin {

namespace {

constexpr std::size_t kMaxLibrary = std::size_t{256} << 20;

} // namespace

LibraryFile::LibraryFile(int fd, std::string path, std::string bytes)
    : fd_(fd),
      path_(std::move(path)),
      bytes_(std::move(bytes))
{}

LibraryFile::LibraryFile(LibraryFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      bytes_(std::move(other.bytes_))
{}

LibraryFile::~LibraryFile()
{
    if (fd_ >= 0)
        ::close(fd_);
}

Result<LibraryFile> LibraryFile::open(const std::string& plugin_dir)
{
    const std::string path = plugin_dir + "/plugin.so";
    LibraryFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path, "");
    if (file.fd_ < 0)
        return fail(ErrorCode::plugin_fault, path + ": " + std::strerror(errno));
    std::string chunk(std::size_t{1} << 20, '\0');
    for (;;) {
        const ssize_t got = ::read(file.fd_, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || file.bytes_.size() + static_cast<std::size_t>(got) > kMaxLibrary)
            return fail(ErrorCode::plugin_fault, path + ": cannot be read whole");
        if (got == 0)
            return file;
        file.bytes_.append(chunk, 0, static_cast<std::size_t>(got));
    }
}

Result<void> LibraryFile::checkStamp(const Manifest& manifest) const
{
    auto stamp = readStamp(bytes_);
    if (!stamp)
        return fail(ErrorCode::plugin_fault, path_ + ": " + stamp.error().message);
    std::string faults;
    const auto expect = [&](const char* what, const std::string& wanted, const std::string& found) {
        if (wanted != found)
            faults += std::string(faults.empty() ? "" : "; ") + what + " is " + found + ", wanted " + wanted;
    };
    expect("magic", std::to_string(api::kStampMagic), std::to_string(stamp->magic));
    expect("toolchain", ZIKAO_TOOLCHAIN, stamp->toolchain);
    expect("interface", manifest.implements, stamp->implements);
    expect("interface version", std::to_string(interfaceVersion(manifest.implements)),
           std::to_string(stamp->interface_version));
    expect("id", manifest.id, stamp->id);
    if (!faults.empty())
        return fail(ErrorCode::plugin_fault, path_ + ": " + faults, "stamp");
    return ok();
}

Result<void> LibraryFile::checkDigest(const std::string& pinned) const
{
    if (pinned.empty())
        return ok();
    const std::string digest = hex(sm3(bytes_));
    if (digest != pinned)
        return fail(ErrorCode::plugin_fault, path_ + ": SM3 is " + digest + ", pinned " + pinned, "digest");
    return ok();
}

Result<std::shared_ptr<api::Plugin>> LibraryFile::make(const api::PluginContext& context) const
{
    using Create = api::Plugin*(const api::PluginContext&, std::string&);
    try {
        // Kept for the life of the process: no library is unloaded while its code may run.
        static std::vector<boost::dll::shared_library> loaded;
        boost::dll::shared_library& library =
            loaded.emplace_back("/proc/self/fd/" + std::to_string(fd_),
                                boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
        if (!library.has("zikao_plugin_create"))
            return fail(ErrorCode::plugin_fault, path_ + ": exports no zikao_plugin_create");
        std::string why;
        std::shared_ptr<api::Plugin> plugin(library.get<Create>("zikao_plugin_create")(context, why));
        if (!plugin)
            return fail(ErrorCode::invalid_argument, path_ + ": " + why.substr(0, 500), "plugin_settings");
        return plugin;
    } catch (const std::exception& thrown) {
        return fail(ErrorCode::plugin_fault, path_ + ": " + std::string(thrown.what()).substr(0, 500),
                    "load");
    }
}

Result<void> checkStamp(const std::string& plugin_dir, const Manifest& manifest)
{
    auto file = LibraryFile::open(plugin_dir);
    if (!file)
        return fail(file.error());
    return file->checkStamp(manifest);
}

} // namespace zikao::plugin
