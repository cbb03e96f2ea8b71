#include <array>

#include "kernel/files/files.hpp"

namespace zikao::files {

namespace {

constexpr std::string_view kPng("\x89PNG\r\n\x1a\n", 8);

std::uint32_t bigEndian(std::string_view bytes, std::size_t at, std::size_t count)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

Failure damaged()
{
    return fail(ErrorCode::invalid_argument, "the picture is damaged", "file_damaged");
}

/// Walks the chunks: lengths are checked against what is there before each step.
Result<PictureHeader> readPng(std::string_view bytes)
{
    PictureHeader header;
    bool has_data = false;
    for (std::size_t at = kPng.size(); at + 12 <= bytes.size();) {
        const std::uint64_t length = bigEndian(bytes, at, 4);
        const std::string_view type = bytes.substr(at + 4, 4);
        if (length > bytes.size() - at - 12)
            return damaged();
        const bool first = at == kPng.size();
        if (first != (type == "IHDR"))
            return damaged();
        if (first) {
            if (length != 13)
                return damaged();
            header.width = static_cast<int>(std::min(bigEndian(bytes, at + 8, 4), 0x7FFFFFFFu));
            header.height = static_cast<int>(std::min(bigEndian(bytes, at + 12, 4), 0x7FFFFFFFu));
            header.scans = 1;
        } else if (type == "acTL") {
            if (length != 8)
                return damaged();
            header.frames = static_cast<int>(std::min(bigEndian(bytes, at + 8, 4), 0x7FFFFFFFu));
        } else if (type == "fdAT" && header.frames < 2) {
            header.frames = 2;
        } else if (type == "IDAT") {
            has_data = true;
        } else if (type == "IEND") {
            return has_data && header.width > 0 && header.height > 0 ? Result<PictureHeader>(header)
                                                                     : damaged();
        }
        at += 12 + length;
    }
    return damaged();
}

bool isFrameHeader(unsigned char marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// Walks the segments and, inside the scans, looks for the next marker only.
Result<PictureHeader> readJpeg(std::string_view bytes)
{
    PictureHeader header;
    std::size_t at = 2;
    while (at + 2 <= bytes.size()) {
        if (static_cast<unsigned char>(bytes[at]) != 0xFF) {
            // Outside a scan every segment is followed by a marker at once.
            if (header.scans == 0)
                return damaged();
            at = bytes.find('\xFF', at);
            if (at == std::string_view::npos)
                return damaged();
            continue;
        }
        const auto marker = static_cast<unsigned char>(bytes[at + 1]);
        if (marker == 0xFF) {
            ++at;
            continue;
        }
        if (marker == 0xD9)
            return header.scans > 0 && header.width > 0 && header.height > 0 ? Result<PictureHeader>(header)
                                                                             : damaged();
        if (marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {
            at += 2;
            continue;
        }
        if (at + 4 > bytes.size())
            return damaged();
        const std::size_t length = bigEndian(bytes, at + 2, 2);
        if (length < 2 || length > bytes.size() - at - 2)
            return damaged();
        if (isFrameHeader(marker)) {
            if (length < 8)
                return damaged();
            if (header.width != 0)
                ++header.frames;
            header.height = static_cast<int>(bigEndian(bytes, at + 5, 2));
            header.width = static_cast<int>(bigEndian(bytes, at + 7, 2));
        } else if (marker == 0xDA) {
            if (header.width == 0)
                return damaged();
            ++header.scans;
        }
        at += 2 + length;
    }
    return damaged();
}

/// `/Name` with its `#41` escapes undone, from behind the slash to the next delimiter.
std::string nameAt(std::string_view bytes, std::size_t at)
{
    static constexpr std::string_view kDelimiters("\0\t\n\f\r ()<>[]{}/%", 16);
    constexpr std::size_t kLongest = 32;
    const auto digit = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : -1;
    };
    std::string name;
    for (;
         at < bytes.size() && name.size() < kLongest && kDelimiters.find(bytes[at]) == std::string_view::npos;
         ++at) {
        if (bytes[at] == '#' && at + 2 < bytes.size() && digit(bytes[at + 1]) >= 0 &&
            digit(bytes[at + 2]) >= 0) {
            name += static_cast<char>(digit(bytes[at + 1]) * 16 + digit(bytes[at + 2]));
            at += 2;
        } else {
            name += bytes[at];
        }
    }
    return name;
}

} // namespace

std::string sniffType(std::string_view bytes)
{
    const auto starts = [&](std::string_view magic) { return bytes.substr(0, magic.size()) == magic; };
    if (starts("\xFF\xD8\xFF"))
        return "jpg";
    if (starts(kPng))
        return "png";
    if (starts("%PDF-"))
        return "pdf";
    if (starts(std::string_view("PK\x03\x04", 4)))
        return "zip";
    if (starts("Rar!\x1A\x07"))
        return "rar";
    return {};
}

Result<PictureHeader> readPictureHeader(std::string_view bytes)
{
    const std::string type = sniffType(bytes);
    if (type == "jpg")
        return readJpeg(bytes);
    if (type == "png")
        return readPng(bytes);
    return damaged();
}

Result<void> checkPdf(std::string_view bytes)
{
    constexpr std::size_t kTail = 1024;
    const std::string_view tail = bytes.substr(bytes.size() > kTail ? bytes.size() - kTail : 0);
    if (bytes.substr(0, 5) != "%PDF-" || tail.find("%%EOF") == std::string_view::npos)
        return fail(ErrorCode::invalid_argument, "the PDF is damaged", "file_damaged");
    static constexpr std::array<std::string_view, 7> kActive{
        "JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA"};
    for (std::size_t at = bytes.find('/'); at != std::string_view::npos; at = bytes.find('/', at + 1)) {
        const std::string name = nameAt(bytes, at + 1);
        if (std::find(kActive.begin(), kActive.end(), name) != kActive.end())
            return fail(ErrorCode::invalid_argument, "the PDF carries /" + name, "file_active");
    }
    return ok();
}

} // namespace zikao::files
