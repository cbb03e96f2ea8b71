#include "kernel/documents/archive.hpp"

#include <array>
#include <cstdint>

namespace zikao::documents {

namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
constexpr int kVersion = 20, kUtf8Names = 1 << 11;

std::uint32_t crc32(const std::string& bytes)
{
    static const auto table = [] {
        std::array<std::uint32_t, 256> made{};
        for (std::uint32_t i = 0; i < made.size(); ++i) {
            std::uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit)
                value = (value & 1) != 0 ? 0xEDB88320U ^ (value >> 1) : value >> 1;
            made[i] = value;
        }
        return made;
    }();
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes)
        crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xFF] ^ (crc >> 8);
    return ~crc;
}

void put(std::string& out, std::uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i)
        out += static_cast<char>(value >> (8 * i));
}

/// Time and date as the format has them: two seconds are its finest.
std::uint32_t dosTime(Instant at)
{
    const std::string text = beijingText(at); // 2026-07-12 09:00:00
    const auto number = [&](std::size_t from, std::size_t length) {
        return static_cast<std::uint32_t>(std::stoul(text.substr(from, length)));
    };
    const std::uint32_t day = (number(0, 4) - 1980) << 9 | number(5, 2) << 5 | number(8, 2);
    const std::uint32_t time = number(11, 2) << 11 | number(14, 2) << 5 | number(17, 2) / 2;
    return day << 16 | time;
}

/// What local and central headers have in common.
void putCommon(std::string& out, const ArchiveEntry& entry, std::uint32_t crc, std::uint32_t when)
{
    put(out, kVersion, 2);
    put(out, kUtf8Names, 2);
    put(out, 0, 2); // stored
    put(out, when, 4);
    put(out, crc, 4);
    put(out, entry.bytes.size(), 4);
    put(out, entry.bytes.size(), 4);
    put(out, entry.name.size(), 2);
    put(out, 0, 2); // extra
}

} // namespace

Result<std::string> zip(const std::vector<ArchiveEntry>& entries, Instant made_at)
{
    constexpr std::size_t kMostEntries = 0xFFFF;
    constexpr std::uint64_t kMostBytes = 0xFFFFFFFF;
    std::uint64_t whole = 0;
    for (const ArchiveEntry& entry : entries)
        whole += entry.bytes.size() + 2 * entry.name.size() + 76;
    if (entries.size() > kMostEntries || whole + 22 > kMostBytes)
        return fail(ErrorCode::too_large, "too much for one archive");
    const std::uint32_t when = dosTime(made_at);
    std::string out, central;
    out.reserve(whole + 22);
    for (const ArchiveEntry& entry : entries) {
        const std::uint32_t crc = crc32(entry.bytes);
        const std::size_t at = out.size();
        put(out, kLocal, 4);
        putCommon(out, entry, crc, when);
        out += entry.name;
        out += entry.bytes;
        put(central, kCentral, 4);
        put(central, kVersion, 2);
        putCommon(central, entry, crc, when);
        put(central, 0, 2); // comment
        put(central, 0, 2); // disk
        put(central, 0, 2); // kind
        put(central, 0, 4); // rights
        put(central, at, 4);
        central += entry.name;
    }
    const std::size_t at = out.size();
    out += central;
    put(out, kEnd, 4);
    put(out, 0, 4); // this disk, the directory's disk
    put(out, entries.size(), 2);
    put(out, entries.size(), 2);
    put(out, central.size(), 4);
    put(out, at, 4);
    put(out, 0, 2); // comment
    return out;
}

} // namespace zikao::documents
