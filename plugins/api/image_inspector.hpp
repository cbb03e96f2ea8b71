#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/api/plugin.hpp"

namespace zikao::api {

/// What a province asks of a picture. Zero or empty means "not asked".
struct PhotoStandard
{
    std::vector<std::string> types;            ///< "jpg", "png"; judged by content, never by name
    std::int64_t min_bytes = 0, max_bytes = 0; ///< inclusive
    int width = 0, height = 0;                 ///< exact pixels
    bool face = false;                         ///< exactly one face, with eyes, big enough
    std::vector<std::string> grounds;          ///< allowed ground colours as "r,g,b"; empty: any
    double min_sharpness = 0;                  ///< variance of the Laplacian on a 480-pixel-wide copy
};

/// One measured point of a picture: what was asked, what was found.
struct PhotoCheck
{
    /// type, bytes, width, height, face_count, face_size, face_position, eyes, ground, ground_even, sharpness
    std::string code;
    bool passed = false;
    std::string found;   ///< for people: "600", "312 KB", "偏左"
    std::string allowed; ///< "640", "≤ 200 KB"
};

struct Rect
{
    int x = 0, y = 0, width = 0, height = 0;
};

/// The verdict on a picture. Coordinates are pixels of the picture as displayed.
struct Inspection
{
    std::string type; ///< "jpg" or "png" by content
    int width = 0, height = 0;
    std::vector<PhotoCheck> checks;
    std::vector<Rect> faces;
    std::vector<Rect> eyes;
};

/// A picture decoded, stripped of metadata, turned upright and encoded again by us (C44).
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
    static constexpr int kVersion = 1;

    /// Measures a picture against a standard. @errors `invalid_argument` with reason `image_unreadable`
    /// (truncated, not a picture), `image_too_many_pixels`, `image_animated`.
    virtual Result<Inspection> inspect(const std::string& bytes, const PhotoStandard& standard) = 0;

    /// @errors as `inspect`
    virtual Result<CleanImage> clean(const std::string& bytes) = 0;
};

} // namespace zikao::api
