#include "kernel/files/traces.hpp"

#include <cstddef>
#include <cstdint>

namespace zikao::files {

namespace {

constexpr std::uint16_t kSoftwareTag = 0x0131;
constexpr unsigned kCoarse = 40; ///< mean of a luminance table; cameras save below 20, quality 60 is about 46

unsigned byteAt(std::string_view text, std::size_t at)
{
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

/// Numbers of a TIFF block in its own byte order; what lies outside reads as zero.
struct Tiff
{
    std::string_view block;
    bool little = false;
    [[nodiscard]] std::uint32_t number(std::size_t at, std::size_t bytes) const
    {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            value = (value << 8) | byteAt(block, at + (little ? bytes - 1 - i : i));
        return value;
    }
};

bool namesSoftware(std::string_view exif)
{
    Tiff tiff{exif, exif.starts_with("II")};
    const std::size_t directory = tiff.number(4, 4);
    const std::size_t entries = tiff.number(directory, 2);
    for (std::size_t i = 0; i < entries && directory + 2 + 12 * i + 12 <= exif.size(); ++i)
        if (tiff.number(directory + 2 + 12 * i, 2) == kSoftwareTag)
            return true;
    return false;
}

/// Whether the first table of a DQT segment, the luminance, is coarse.
bool isCoarse(std::string_view tables)
{
    if (tables.size() < 65 || (byteAt(tables, 0) & 0x0FU) != 0 || (byteAt(tables, 0) >> 4) != 0)
        return false;
    unsigned sum = 0;
    for (std::size_t i = 1; i <= 64; ++i)
        sum += byteAt(tables, i);
    return sum / 64 >= kCoarse;
}

void note(std::vector<std::string>& traces, const char* code)
{
    for (const std::string& known : traces)
        if (known == code)
            return;
    traces.emplace_back(code);
}

void judge(unsigned marker, std::string_view data, std::vector<std::string>& traces)
{
    using namespace std::string_view_literals;
    constexpr auto kExif = "Exif\0\0"sv, kXmp = "http://ns.adobe.com/xap/"sv, kPhotoshop = "Photoshop"sv;
    if (marker == 0xE1 && data.starts_with(kExif) && namesSoftware(data.substr(kExif.size())))
        note(traces, "software");
    if (marker == 0xE1 && data.starts_with(kXmp) &&
        (data.find("CreatorTool") != data.npos || data.find("History") != data.npos))
        note(traces, "xmp");
    if (marker == 0xED && data.starts_with(kPhotoshop))
        note(traces, "photoshop");
    if (marker == 0xDB && isCoarse(data))
        note(traces, "recompressed");
}

} // namespace

std::vector<std::string> tracesOf(std::string_view bytes)
{
    std::vector<std::string> traces;
    if (!bytes.starts_with("\xFF\xD8"))
        return traces;
    // Segments up to the first scan: what follows is the picture itself.
    for (std::size_t at = 2; at + 4 <= bytes.size() && byteAt(bytes, at) == 0xFF;) {
        const unsigned marker = byteAt(bytes, at + 1);
        const std::size_t length = byteAt(bytes, at + 2) << 8 | byteAt(bytes, at + 3);
        if (marker == 0xDA || length < 2 || at + 2 + length > bytes.size())
            break;
        judge(marker, bytes.substr(at + 4, length - 2), traces);
        at += 2 + length;
    }
    return traces;
}

} // namespace zikao::files
