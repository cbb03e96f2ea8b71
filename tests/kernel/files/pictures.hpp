#pragma once

#include <cstdint>
#include <string>

namespace zikao::files {

// Headers made by hand, byte by byte: enough for what judges a picture before it is decoded.

inline std::string bytes(std::initializer_list<int> values)
{
    std::string out;
    for (const int value : values)
        out += static_cast<char>(value);
    return out;
}

inline std::string big(std::uint32_t value, int count)
{
    std::string out;
    for (int i = count - 1; i >= 0; --i)
        out += static_cast<char>(value >> (8 * i));
    return out;
}

inline std::string pngChunk(const std::string& type, const std::string& data)
{
    return big(static_cast<std::uint32_t>(data.size()), 4) + type + data + std::string(4, '\0');
}

inline std::string png(std::uint32_t width, std::uint32_t height, const std::string& extra = {})
{
    return bytes({0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}) +
           pngChunk("IHDR", big(width, 4) + big(height, 4) + bytes({8, 2, 0, 0, 0})) + extra +
           pngChunk("IDAT", std::string(20, 'x')) + pngChunk("IEND", "");
}

inline std::string jpgSegment(int marker, const std::string& data)
{
    return bytes({0xFF, marker}) + big(static_cast<std::uint32_t>(data.size()) + 2, 2) + data;
}

inline std::string jpgFrame(std::uint32_t width, std::uint32_t height)
{
    return jpgSegment(0xC2, bytes({8}) + big(height, 2) + big(width, 2) + bytes({1, 1, 0x11, 0}));
}

inline std::string jpg(std::uint32_t width, std::uint32_t height, int scans = 1)
{
    // The comment holds bytes that look like a frame header of another size.
    std::string out = bytes({0xFF, 0xD8}) + jpgSegment(0xFE, bytes({0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1})) +
                      jpgFrame(width, height);
    for (int i = 0; i < scans; ++i)
        out += jpgSegment(0xDA, bytes({1, 1, 0, 0, 63, 0})) + "entropy" + bytes({0xFF, 0x00, 0xFF, 0xD0}) +
               "coded";
    return out + bytes({0xFF, 0xD9});
}

} // namespace zikao::files
