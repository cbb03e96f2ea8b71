#include "kernel/base/id.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <mutex>
#include <openssl/rand.h>
#include <stdexcept>

#include "kernel/base/encoding.hpp"

namespace zikao {

namespace {

__extension__ using Wide = unsigned __int128;

/// What an id is made of: 79 bits to begin with, and 50 by which it is above the one before.
struct Drawn
{
    Wide start;
    std::uint64_t step;
};

Drawn draw()
{
    const std::string bytes = randomBytes(18);
    std::uint64_t parts[2];
    std::uint16_t more = 0;
    std::memcpy(parts, bytes.data(), sizeof parts);
    std::memcpy(&more, bytes.data() + sizeof parts, sizeof more);
    return {(Wide{more} & 0x7FFF) << 64 | parts[0], parts[1] >> 14};
}

} // namespace

std::string randomBytes(std::size_t count)
{
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
        throw std::runtime_error("the system's random generator failed");
    return bytes;
}

std::string newId()
{
    static constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    using namespace std::chrono;
    const auto now = static_cast<std::uint64_t>(
        duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
    const Drawn drawn = draw();
    std::uint64_t ms = 0;
    Wide tail = 0;
    {
        static std::mutex mutex;
        static std::uint64_t last_ms = 0;
        static Wide last_tail = 0;
        const std::lock_guard lock(mutex);
        // The first of a millisecond leaves the topmost bit free, so that those after it have room above.
        last_tail = now > last_ms ? drawn.start : last_tail + 1 + drawn.step;
        last_ms = std::max(now, last_ms);
        ms = last_ms;
        tail = last_tail;
    }
    std::string id;
    id.reserve(26);
    for (int shift = 45; shift >= 0; shift -= 5)
        id += kAlphabet[(ms >> shift) & 31];
    for (int shift = 75; shift >= 0; shift -= 5)
        id += kAlphabet[static_cast<std::size_t>(tail >> shift) & 31];
    return id;
}

std::string randomToken(int bits)
{
    return base64Url(randomBytes(static_cast<std::size_t>((bits + 7) / 8)));
}

} // namespace zikao
