#include "kernel/files/blobs.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "kernel/base/log.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::files {

namespace {

bool syncFolder(const std::filesystem::path& folder)
{
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0)
        return false;
    const bool synced = ::fsync(opened) == 0;
    ::close(opened);
    return synced;
}

bool writeAll(int file, const std::string& bytes)
{
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t count = ::write(file, bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        done += static_cast<std::size_t>(count);
    }
    return ::fsync(file) == 0;
}

} // namespace

std::string Blobs::path(const std::string& id, const std::string& kind) const
{
    // The last characters of an id are random, the first are its time.
    const std::string folder = id.size() < 2 ? "_" : id.substr(id.size() - 2);
    return (std::filesystem::path(dir_) / folder / (id + "." + kind)).string();
}

Result<void> Blobs::write(const std::string& id, const std::string& kind, const std::string& bytes) const
{
    const std::filesystem::path target = path(id, kind);
    const std::filesystem::path folder = target.parent_path();
    std::error_code failed;
    if (std::filesystem::create_directories(folder, failed))
        syncFolder(folder.parent_path());
    const std::string beside = target.string() + ".new";
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const bool written = file >= 0 && writeAll(file, bytes);
    if (file >= 0)
        ::close(file);
    FP("files.written");
    if (!written || ::rename(beside.c_str(), target.c_str()) != 0 || !syncFolder(folder)) {
        log::error("files.write_failed", {{"file", id}, {"errno", std::to_string(errno)}});
        ::unlink(beside.c_str());
        ::unlink(target.c_str());
        return fail(ErrorCode::unavailable, "the file cannot be written");
    }
    FP("files.renamed");
    return ok();
}

Result<std::string> Blobs::read(const std::string& id, const std::string& kind) const
{
    std::ifstream file(path(id, kind), std::ios::binary);
    if (!file)
        return fail(ErrorCode::corrupt, "the blob of file " + id + " is gone", "blob_missing");
    return std::string(std::istreambuf_iterator<char>(file), {});
}

void Blobs::remove(const std::string& id, const std::string& kind) const
{
    // Whoever is late leaves a stray blob; the sweep takes it.
    ::unlink(path(id, kind).c_str());
}

} // namespace zikao::files
