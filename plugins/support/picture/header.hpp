#pragma once

#include <string_view>

#include "plugins/api/result.hpp"

namespace zikao::picture {

/// What may be decoded at all (C43).
inline constexpr int kMaxSide = 10'000;
inline constexpr long kMaxPixels = 25'000'000;
inline constexpr int kMaxScans = 64;

/// What a file says of itself, read without any decoder. Believed only after the decoder agreed.
struct Header
{
    enum class Type { jpg, png };
    Type type = Type::jpg;
    int width = 0, height = 0; ///< as stored; `orientation` may swap them on display
    int components = 0;        ///< JPEG: 1 grey, 3 colour, 4 CMYK
    int bits = 8;              ///< of one sample
    int scans = 1;             ///< JPEG: number of scans
    int orientation = 1;       ///< EXIF 1-8
    int dpi = 0;               ///< 0: not said
    int quality = 0; ///< JPEG: 1-100, the libjpeg quality whose tables are nearest; 0: PNG, or no table
    bool progressive = false; ///< JPEG: stored in several passes; PNG: interlaced
};

/// Walks the whole structure: every segment or chunk must be complete and the end marked.
/// @errors `invalid_argument` with reason `image_unreadable` (neither JPEG nor PNG, truncated, contradictory,
///         more scans than 64, a JPEG process that no camera uses), `image_too_many_pixels`, `image_animated`
/// @threads any
Result<Header> readHeader(std::string_view bytes);

} // namespace zikao::picture
