// A process that writes pairs of rows and says which were acknowledged, to be killed by fail points from
//   outside. storage_crash_child write  sqlite|mysql LOCATION ACK_FILE
//   storage_crash_child migrate sqlite|mysql LOCATION -
//   storage_crash_child unsync sqlite LOCATION ACK_FILE    from the tenth pair on, every fsync fails

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

#include "kernel/storage/migrator.hpp"
#include "tests/support/database.hpp"

namespace {

std::atomic<bool> fsync_fails{false};

int sync(long call, int file)
{
    if (fsync_fails) {
        errno = EIO;
        return -1;
    }
    return static_cast<int>(::syscall(call, file));
}

} // namespace

// Defined in the executable, these take the place of the C library's for SQLite too.
extern "C" __attribute__((visibility("default"))) int fsync(int file)
{
    return sync(SYS_fsync, file);
}
extern "C" __attribute__((visibility("default"))) int fdatasync(int file)
{
    return sync(SYS_fdatasync, file);
}

int main(int count, char** arguments)
{
    using namespace zikao;
    if (count != 5)
        return 2;
    const bool unsync = std::strcmp(arguments[1], "unsync") == 0;
    const auto engine =
        std::strcmp(arguments[2], "sqlite") == 0 ? storage::Engine::sqlite : storage::Engine::mysql;
    const auto database = test::TestDatabase::openAt(engine, arguments[3]);
    const int acknowledgements = ::open(arguments[4], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (!database || acknowledgements < 0)
        return 3;
    if (std::strcmp(arguments[1], "migrate") == 0) {
        const SystemClock clock;
        return storage::Migrator(**database, ZIKAO_SOURCE_DIR "/sql", clock).up() ? 0 : 4;
    }
    std::atomic<int> next{1};
    const auto work = [&] {
        for (int pair = next++; pair <= 200; pair = next++) {
            if (unsync && pair == 10)
                fsync_fails = true;
            const auto done = (*database)->transaction([&](storage::Transaction& tx) -> Result<void> {
                for (const char* half : {"left", "right"}) {
                    const auto added = tx.execute("INSERT INTO pair_row (pair, half) VALUES (?, ?)",
                                                  {std::int64_t{pair}, half});
                    if (!added)
                        return fail(added.error());
                    FP("child.between_statements");
                }
                return ok();
            });
            if (!done)
                continue;
            const std::string line = std::to_string(pair) + "\n";
            if (::write(acknowledgements, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
                std::abort();
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back(work);
    for (std::thread& thread : threads)
        thread.join();
    return 0;
}
