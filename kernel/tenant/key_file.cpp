#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/tenant/tenant.hpp"

namespace zikao::tenant {

namespace {

/// A file descriptor that closes itself.
struct Descriptor
{
    int number;
    explicit Descriptor(int opened) : number(opened) {}
    ~Descriptor()
    {
        if (number >= 0)
            ::close(number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
};

struct Wiped
{
    std::string text;
    ~Wiped() { OPENSSL_cleanse(text.data(), text.size()); }
};

} // namespace

std::string keyRingPath(const std::string& data_dir, const std::string& tenant_id)
{
    return (std::filesystem::path(data_dir) / tenant_id / "keys").string();
}

Result<KeyRing> readKeyRing(const std::string& path)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number < 0)
        return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable,
                    "cannot read the keys " + path);
    struct stat about = {};
    if (::fstat(file.number, &about) != 0 || (about.st_mode & 077) != 0)
        return fail(ErrorCode::forbidden, path + " must be readable by its owner alone (chmod 600)");
    Wiped content{std::string(static_cast<std::size_t>(about.st_size), '\0')};
    if (::read(file.number, content.text.data(), content.text.size()) != about.st_size)
        return fail(ErrorCode::unavailable, "cannot read the keys " + path);
    return KeyRing::parse(content.text);
}

Result<void> writeKeyRing(const std::string& path, const KeyRing& ring)
{
    const std::string beside = path + ".new";
    const Wiped content{ring.serialise()};
    {
        const Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (file.number < 0 || ::fchmod(file.number, 0600) != 0 ||
            ::write(file.number, content.text.data(), content.text.size()) !=
                static_cast<ssize_t>(content.text.size()) ||
            ::fsync(file.number) != 0)
            return fail(ErrorCode::unavailable, "cannot write the keys " + beside);
    }
    const Descriptor folder(
        ::open(std::filesystem::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (::rename(beside.c_str(), path.c_str()) != 0 || folder.number < 0 || ::fsync(folder.number) != 0)
        return fail(ErrorCode::unavailable, "cannot put the keys in place at " + path);
    return ok();
}

} // namespace zikao::tenant
