#include <opencv2/core.hpp>

#include "plugins/support/picture/codecs.hpp"
#include "plugins/support/picture/picture.hpp"

namespace zikao::picture {

namespace {

/// EXIF says how the stored picture must be turned and mirrored to be seen as it was taken.
cv::Mat upright(cv::Mat stored, int orientation)
{
    cv::Mat shown;
    switch (orientation) {
    case 2: cv::flip(stored, shown, 1); return shown;
    case 3: cv::rotate(stored, shown, cv::ROTATE_180); return shown;
    case 4: cv::flip(stored, shown, 0); return shown;
    case 5: cv::transpose(stored, shown); return shown;
    case 6: cv::rotate(stored, shown, cv::ROTATE_90_CLOCKWISE); return shown;
    case 7:
        cv::transpose(stored, shown);
        cv::flip(shown, shown, -1);
        return shown;
    case 8: cv::rotate(stored, shown, cv::ROTATE_90_COUNTERCLOCKWISE); return shown;
    default: return stored;
    }
}

} // namespace

Result<cv::Mat> decode(std::string_view bytes)
{
    const auto header = readHeader(bytes);
    if (!header)
        return fail(header.error());
    cv::Mat stored(header->height, header->width, CV_8UC3);
    const std::string trouble =
        header->type == Header::Type::jpg ? decodeJpegInto(stored, bytes) : decodePngInto(stored, bytes);
    if (!trouble.empty())
        return fail(ErrorCode::invalid_argument, "the decoder says: " + trouble, "image_unreadable");
    return upright(std::move(stored), header->orientation);
}

} // namespace zikao::picture
