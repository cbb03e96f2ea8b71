#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "tests/kernel/app/zikaod_process.hpp"

namespace zikao::app {

/// A folder on a disk of its own that can be filled up: a tmpfs in a private mount namespace. Where mounting is refused
/// (a container without the right), the process may write no file any more, which it meets in the same places.
class SmallDisk
{
public:
    /// @param folder  what is in it moves along; nothing may have it open
    explicit SmallDisk(std::string folder) : folder_(std::move(folder))
    {
        namespace fs = std::filesystem;
        ::signal(SIGXFSZ, SIG_IGN); // inherited: too large a file is an error of the write, not a signal
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
            return;
        const std::string aside = folder_ + ".aside";
        fs::rename(folder_, aside);
        fs::create_directory(folder_, aside);
        mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=32m,mode=0700") == 0;
        fs::copy(aside, folder_, fs::copy_options::recursive);
        fs::remove_all(aside);
    }
    ~SmallDisk()
    {
        if (mounted_)
            ::umount2(folder_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;

    void fill(const Process& process) const
    {
        if (!mounted_)
            return allow(process, 0);
        std::ofstream ballast(ballastFile(), std::ios::binary);
        const std::string page(4096, 'x');
        while (ballast.write(page.data(), static_cast<std::streamsize>(page.size())).flush()) {
        }
    }
    void clear(const Process& process) const
    {
        if (!mounted_)
            return allow(process, RLIM_INFINITY);
        std::filesystem::remove(ballastFile());
    }

private:
    [[nodiscard]] std::string ballastFile() const { return folder_ + "/ballast"; }
    static void allow(const Process& process, rlim_t bytes)
    {
        const rlimit limit{bytes, RLIM_INFINITY};
        if (::prlimit(process.pid(), RLIMIT_FSIZE, &limit, nullptr) != 0)
            throw std::runtime_error("prlimit");
    }

    const std::string folder_;
    bool mounted_ = false;
};

} // namespace zikao::app
