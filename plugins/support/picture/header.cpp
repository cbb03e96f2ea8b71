#include "plugins/support/picture/header.hpp"

#include <algorithm>

#include "plugins/support/picture/bytes.hpp"

namespace zikao::picture {

namespace {

constexpr std::string_view kPngSignature{"\x89PNG\r\n\x1a\n", 8};
constexpr std::string_view kExif{"Exif\0\0", 6};
constexpr std::string_view kJfif{"JFIF\0", 5};

Failure unreadable(const char* why)
{
    return fail(ErrorCode::invalid_argument, why, "image_unreadable");
}

/// EXIF orientation out of a TIFF block; 1 for whatever is missing or wrong.
int orientationOf(std::string_view tiff)
{
    if (tiff.size() < 8)
        return 1;
    const bool little = tiff.substr(0, 2) == "II";
    if (!little && tiff.substr(0, 2) != "MM")
        return 1;
    const Bytes in{tiff, little};
    if (in.u16(2) != 42U)
        return 1;
    const auto directory = in.u32(4);
    const auto entries = directory ? in.u16(*directory) : std::nullopt;
    for (std::uint32_t i = 0; entries && i < *entries; ++i) {
        const std::size_t entry = std::size_t{*directory} + 2 + std::size_t{i} * 12;
        const auto tag = in.u16(entry);
        if (!tag)
            return 1;
        if (*tag != 0x0112)
            continue;
        const auto value = in.u16(entry + 8);
        return in.u16(entry + 2) == 3U && value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
    }
    return 1;
}

Result<Header> checkSize(const Header& header)
{
    if (header.width < 1 || header.height < 1)
        return unreadable("a picture without pixels");
    if (header.width > kMaxSide || header.height > kMaxSide ||
        long{header.width} * header.height > kMaxPixels)
        return fail(ErrorCode::invalid_argument, "more pixels than may be decoded", "image_too_many_pixels");
    return header;
}

/// Where the entropy-coded data of a scan ends: at the next marker that is no restart and no stuffed byte.
std::size_t endOfScan(const Bytes& in, std::size_t at)
{
    for (; at + 1 < in.size(); ++at) {
        if (in.u8(at) != 0xFFU)
            continue;
        const std::uint32_t next = *in.u8(at + 1);
        if (next != 0x00 && next != 0xFF && (next < 0xD0 || next > 0xD7))
            return at;
    }
    return in.size();
}

/// Baseline, extended and progressive Huffman: what cameras and browsers write.
bool isUsualFrame(std::uint32_t marker)
{
    return marker >= 0xC0 && marker <= 0xC2;
}

/// The luminance table of the standard (ITU-T T.81, annex K.1) in the order in which files store it.
constexpr unsigned char kStandardTable[64] = {
    16, 11,  12, 14, 12, 10, 16,  14,  13,  14, 18, 17,  16,  19,  24,  40,  26, 24,  22,  22, 24, 49,
    35, 37,  29, 40, 58, 51, 61,  60,  57,  51, 56, 55,  64,  72,  92,  78,  64, 68,  87,  69, 55, 56,
    80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99};

/// Every encoder scales that table by its quality, or uses one of its own that is as coarse as some quality: the mean
/// scale tells which. Divisors of 1 and 255 were cut off and say nothing.
int qualityOf(const Bytes& table, bool wide)
{
    double scales = 0;
    int count = 0, ones = 0;
    for (std::size_t i = 0; i < 64; ++i) {
        const auto divisor = wide ? table.u16(1 + i * 2) : table.u8(1 + i);
        if (!divisor || *divisor == 0)
            return 0;
        if (*divisor == 1)
            ++ones;
        if (*divisor == 1 || *divisor >= 255)
            continue;
        scales += 100.0 * *divisor / kStandardTable[i];
        ++count;
    }
    if (count == 0)
        return ones > 0 ? 100 : 1;
    const double scale = scales / count;
    const double quality = scale <= 100 ? (200 - scale) / 2 : 5000 / scale;
    return std::clamp(static_cast<int>(quality + 0.5), 1, 100);
}

/// Reads the first luminance table of a segment that may hold several.
void readTables(Header& header, std::string_view segment)
{
    while (!segment.empty()) {
        const Bytes table{segment};
        const std::uint32_t kind = *table.u8(0);
        const bool wide = kind >> 4 != 0;
        const std::size_t length = wide ? 129 : 65;
        if (segment.size() < length)
            return;
        if ((kind & 0x0F) == 0 && header.quality == 0)
            header.quality = qualityOf(table, wide);
        segment.remove_prefix(length);
    }
}

bool isFrame(std::uint32_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

void readDensity(Header& header, const Bytes& segment)
{
    const std::uint32_t density = segment.u16(8).value_or(0);
    const std::uint32_t unit = segment.u8(7).value_or(0);
    if (unit == 1)
        header.dpi = static_cast<int>(density);
    else if (unit == 2)
        header.dpi = static_cast<int>(density * 254 / 100);
}

Result<void> readFrame(Header& header, const Bytes& segment)
{
    if (header.components != 0)
        return fail(ErrorCode::invalid_argument, "more than one frame", "image_animated");
    const auto bits = segment.u8(0), components = segment.u8(5);
    const auto height = segment.u16(1), width = segment.u16(3);
    if (!bits || !height || !width || !components)
        return unreadable("a frame header is cut off");
    if (*bits != 8 || (*components != 1 && *components != 3 && *components != 4))
        return unreadable("samples of a kind that no camera writes");
    header.width = static_cast<int>(*width);
    header.height = static_cast<int>(*height);
    header.components = static_cast<int>(*components);
    return ok();
}

Result<Header> readJpeg(std::string_view bytes)
{
    const Bytes in{bytes};
    Header header;
    header.type = Header::Type::jpg;
    header.scans = 0;
    std::size_t at = 2;
    for (;;) {
        if (in.u8(at) != 0xFFU)
            return unreadable("a JPEG that is cut off or out of step");
        while (in.u8(at + 1) == 0xFFU)
            ++at;
        const auto marker = in.u8(at + 1);
        at += 2;
        if (!marker)
            return unreadable("a JPEG that is cut off");
        if (*marker == 0xD9)
            break;
        const auto length = in.u16(at);
        if (!length || *length < 2 || in.size() - at < *length)
            return unreadable("a JPEG segment is cut off");
        const Bytes segment{in.part(at + 2, *length - 2)};
        at += *length;
        if (isFrame(*marker)) {
            if (!isUsualFrame(*marker))
                return unreadable("a JPEG process that no camera uses");
            if (auto frame = readFrame(header, segment); !frame)
                return fail(frame.error());
            if (auto size = checkSize(header); !size)
                return size;
            header.progressive = *marker == 0xC2;
        } else if (*marker == 0xDB) {
            readTables(header, segment.part(0, segment.size()));
        } else if (*marker == 0xDA) {
            if (++header.scans > kMaxScans)
                return unreadable("more scans than any camera writes");
            at = endOfScan(in, at);
        } else if (*marker == 0xE0 && segment.part(0, kJfif.size()) == kJfif) {
            readDensity(header, segment);
        } else if (*marker == 0xE1 && segment.part(0, kExif.size()) == kExif) {
            header.orientation = orientationOf(segment.part(kExif.size(), segment.size()));
        }
    }
    if (header.components == 0 || header.scans == 0)
        return unreadable("a JPEG without a picture");
    return header;
}

Result<Header> readPng(std::string_view bytes)
{
    const Bytes in{bytes};
    Header header;
    header.type = Header::Type::png;
    bool has_data = false;
    for (std::size_t at = kPngSignature.size(); at < in.size();) {
        const auto length = in.u32(at);
        if (!length || in.size() - at < 12 || in.size() - at - 12 < *length)
            return unreadable("a PNG that is cut off");
        const std::string_view type = in.part(at + 4, 4);
        const Bytes chunk{in.part(at + 8, *length)};
        const bool first = at == kPngSignature.size();
        at += std::size_t{*length} + 12;
        if (first != (type == "IHDR"))
            return unreadable("a PNG whose chunks are out of order");
        if (type == "IHDR") {
            if (*length != 13 || *chunk.u32(0) > 0x7FFFFFFF || *chunk.u32(4) > 0x7FFFFFFF)
                return unreadable("a PNG with a wrong header");
            header.width = static_cast<int>(*chunk.u32(0));
            header.height = static_cast<int>(*chunk.u32(4));
            header.bits = static_cast<int>(*chunk.u8(8));
            header.progressive = chunk.u8(12) == 1U;
            if (auto size = checkSize(header); !size)
                return size;
        } else if (type == "acTL") {
            return fail(ErrorCode::invalid_argument, "an animated PNG", "image_animated");
        } else if (type == "IDAT") {
            has_data = true;
        } else if (type == "pHYs" && chunk.u8(8) == 1U) {
            header.dpi = static_cast<int>((std::uint64_t{*chunk.u32(0)} * 254 + 5000) / 10000);
        } else if (type == "eXIf") {
            header.orientation = orientationOf(chunk.part(0, chunk.size()));
        } else if (type == "IEND") {
            return has_data ? Result<Header>{header} : unreadable("a PNG without a picture");
        }
    }
    return unreadable("a PNG that is cut off");
}

} // namespace

Result<Header> readHeader(std::string_view bytes)
{
    if (bytes.starts_with("\xFF\xD8\xFF"))
        return readJpeg(bytes);
    if (bytes.starts_with(kPngSignature))
        return readPng(bytes);
    if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a"))
        return unreadable("a GIF");
    return unreadable("neither JPEG nor PNG");
}

} // namespace zikao::picture
