#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace zikao::files {

/// Signs in the segments of a jpg that a program wrote it anew: "software" (EXIF names one), "photoshop" (its resource
/// block), "xmp" (an editing history), "recompressed" (coarser than cameras and scanners save). A hint for whoever looks
/// at the picture, never a proof: honest pictures are scaled down to the province's limit, too (XZ-REG-04).
/// Nothing is decoded. Empty for whatever is no jpg.
std::vector<std::string> tracesOf(std::string_view bytes);

} // namespace zikao::files
