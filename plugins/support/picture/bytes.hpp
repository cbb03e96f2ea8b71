#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace zikao::picture {

/// Reads numbers out of foreign bytes; whatever lies outside is nothing instead of a fault.
class Bytes
{
public:
    explicit Bytes(std::string_view bytes, bool little_endian = false) : bytes_(bytes), little_(little_endian)
    {}

    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] std::optional<std::uint32_t> u8(std::size_t at) const { return number(at, 1); }
    [[nodiscard]] std::optional<std::uint32_t> u16(std::size_t at) const { return number(at, 2); }
    [[nodiscard]] std::optional<std::uint32_t> u32(std::size_t at) const { return number(at, 4); }

    /// The part [at, at + length), cut off at the end of what there is.
    [[nodiscard]] std::string_view part(std::size_t at, std::size_t length) const
    {
        return at > bytes_.size() ? std::string_view{} : bytes_.substr(at, length);
    }

private:
    [[nodiscard]] std::optional<std::uint32_t> number(std::size_t at, std::size_t width) const
    {
        if (at > bytes_.size() || bytes_.size() - at < width)
            return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < width; ++i)
            value = value << 8 | static_cast<unsigned char>(bytes_[at + (little_ ? width - 1 - i : i)]);
        return value;
    }

    std::string_view bytes_;
    bool little_;
};

} // namespace zikao::picture
