#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/api/plugin.hpp"

namespace zikao::api {

/// An inclusive range. Both zero: not asked.
struct Range
{
    int least = 0, most = 0;
    [[nodiscard]] bool asked() const { return least != 0 || most != 0; }
};

/// What a province asks of a picture. Zero or empty means "not asked". Pixels are those of the picture as
/// displayed.
struct PhotoStandard
{
    std::vector<std::string> types;            ///< "jpg", "png"; judged by content, never by name
    std::int64_t min_bytes = 0, max_bytes = 0; ///< inclusive
    int width = 0, height = 0;                 ///< exact pixels
    bool face = false;                         ///< exactly one face, with eyes, big enough
    std::vector<std::string> grounds;          ///< allowed ground colours as "r,g,b"; empty: any
    double min_sharpness = 0;                  ///< variance of the Laplacian on a 480-pixel-wide copy

    int dpi = 0;                  ///< exact, as the file says
    int min_quality = 0;          ///< JPEG: 1-100, as its quantisation tables tell
    bool true_colour = false;     ///< three components of 8 bits (24-bit colour): no CMYK, no grey
    bool plain_file = false;      ///< stored as displayed, in one pass: no EXIF rotation, no progressive JPEG
    Range hairline{}, eye_line{}; ///< pixels from the upper edge
    Range face_width{};           ///< pixels between the cheeks
    int max_tilt = 0;             ///< degrees of the line through the eyes
    int max_off_centre = 0;       ///< pixels from the middle of the face to the middle of the picture
    int borderline =
        0; ///< pixels around a limit of the last five within which a person has to look (AH-PHO-14)
};

/// borderline: so near a limit that the measurement may be wrong; it does not refuse, a reviewer decides
enum class PhotoVerdict { passed, borderline, failed };

/// One measured point of a picture: what was asked, what was found.
struct PhotoCheck
{
    /// type, bytes, width, height, face_count, face_size, face_position, eyes, ground, ground_even, sharpness, dpi,
    /// quality, true_colour, baseline, upright, face_points, hairline, eye_line, eye_tilt, face_width, centre
    std::string code;
    bool passed = false; ///< verdict other than failed
    std::string found;   ///< for people: "600", "312 KB", "偏左"
    std::string allowed; ///< "640", "≤ 200 KB"
    PhotoVerdict verdict = passed ? PhotoVerdict::passed : PhotoVerdict::failed;
};

struct Rect
{
    int x = 0, y = 0, width = 0, height = 0;
};

/// A place that was measured: "hairline", "left_eye", "right_eye", "left_cheek", "right_cheek" (left as seen).
struct PhotoPoint
{
    std::string name;
    int x = 0, y = 0;
};

/// The verdict on a picture. Coordinates are pixels of the picture as displayed.
struct Inspection
{
    std::string type; ///< "jpg" or "png" by content
    int width = 0, height = 0;
    std::vector<PhotoCheck> checks;
    std::vector<Rect> faces;
    std::vector<Rect> eyes;
    std::vector<PhotoPoint> points = {}; ///< for the overlay a reviewer sees
};

/// A picture decoded, stripped of metadata, turned upright and encoded again by us (C44). Where a standard asks for
/// bytes, quality or resolution, the new encoding keeps them if the old one did (AH-PHO-13, AH-PHO-16).
struct CleanImage
{
    std::string type; ///< "jpg" or "png", the same as the original's
    int width = 0, height = 0;
    std::string bytes;
    std::string preview_jpg; ///< at most 480 pixels wide, for lists and review
};

/// Everything that decodes pictures of strangers. Runs without network in its own process.
class ImageInspector : public Plugin
{
public:
    static constexpr const char* kName = "ImageInspector";
    static constexpr int kVersion = 2;

    /// Measures a picture against a standard. @errors `invalid_argument` with reason `image_unreadable`
    /// (truncated, not a picture), `image_too_many_pixels`, `image_animated`.
    virtual Result<Inspection> inspect(const std::string& bytes, const PhotoStandard& standard) = 0;

    /// @param standard  what the kept file must go on to satisfy; empty: nothing
    /// @errors as `inspect`
    virtual Result<CleanImage> clean(const std::string& bytes, const PhotoStandard& standard) = 0;
};

} // namespace zikao::api
