#include "kernel/base/id.hpp"

#include <openssl/rand.h>
#include <stdexcept>

#include "kernel/base/encoding.hpp"

namespace zikao {

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
    const auto ms = static_cast<std::uint64_t>(
        duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
    std::string id;
    id.reserve(26);
    for (int shift = 45; shift >= 0; shift -= 5)
        id += kAlphabet[(ms >> shift) & 31];
    for (const char byte : randomBytes(16))
        id += kAlphabet[static_cast<unsigned char>(byte) & 31];
    return id;
}

std::string randomToken(int bits)
{
    return base64Url(randomBytes(static_cast<std::size_t>((bits + 7) / 8)));
}

} // namespace zikao
