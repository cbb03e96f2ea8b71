#include "kernel/storage/database.hpp"

#ifdef ZIKAO_TESTS

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace zikao::storage {

void failPoint(const char* name)
{
    // ZIKAO_FAIL_POINT="name" kills the process at the first pass, "name@3" at the third.
    const char* wanted = std::getenv("ZIKAO_FAIL_POINT");
    if (wanted == nullptr)
        return;
    const char* at = std::strchr(wanted, '@');
    const std::size_t length = at != nullptr ? static_cast<std::size_t>(at - wanted) : std::strlen(wanted);
    if (std::strlen(name) != length || std::strncmp(name, wanted, length) != 0)
        return;
    static std::atomic<int> passes{0};
    if (++passes >= (at != nullptr ? std::atoi(at + 1) : 1))
        ::kill(::getpid(), SIGKILL);
}

} // namespace zikao::storage

#endif
