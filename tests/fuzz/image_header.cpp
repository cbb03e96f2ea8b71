#include "plugins/support/picture/header.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;
using picture::Header;

FUZZ_TARGET(image_header)
{
    const auto header = picture::readHeader(input);
    if (!header) {
        demand(header.error().reason.starts_with("image_"), "refused without a reason");
        return;
    }
    demand(header->width >= 1 && header->width <= picture::kMaxSide && header->height >= 1 &&
               header->height <= picture::kMaxSide &&
               long{header->width} * header->height <= picture::kMaxPixels,
           "a size that may not be decoded");
    demand(header->orientation >= 1 && header->orientation <= 8, "an orientation that is none");
    demand(header->dpi >= 0 && header->quality >= 0 && header->quality <= 100,
           "a density or quality that is none");
    demand(header->scans >= 1 && header->scans <= picture::kMaxScans, "more scans than are allowed");
    demand(header->type == Header::Type::png || header->components == 1 || header->components == 3 ||
               header->components == 4,
           "a JPEG of no known kind");
    // What stands behind the end says nothing.
    const auto longer = picture::readHeader(std::string(input) + "\xFF\xC0 tail");
    demand(longer && longer->width == header->width && longer->height == header->height &&
               longer->orientation == header->orientation && longer->quality == header->quality,
           "what follows the end changes the picture");
}

} // namespace
