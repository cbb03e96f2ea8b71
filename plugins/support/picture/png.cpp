#include <cstring>

#include <png.h>

#include "plugins/support/picture/codecs.hpp"
#include "plugins/support/picture/picture.hpp"

namespace zikao::picture {

namespace {

struct Source
{
    const unsigned char* at;
    std::size_t left;
    char text[128];
};

void read(png_structp png, png_bytep to, std::size_t length)
{
    auto* source = static_cast<Source*>(png_get_io_ptr(png));
    if (source->left < length)
        png_error(png, "cut off");
    std::memcpy(to, source->at, length);
    source->at += length;
    source->left -= length;
}

[[noreturn]] void leave(png_structp png, png_const_charp message)
{
    auto* source = static_cast<Source*>(png_get_error_ptr(png));
    std::strncpy(source->text, message, sizeof source->text - 1);
    png_longjmp(png, 1);
}

void ignore(png_structp, png_const_charp) {}

/// Everything becomes three channels of 8 bits, transparent parts white.
void askForBgr(png_structp png, png_infop info)
{
    png_set_expand(png);
    png_set_strip_16(png);
    const int type = png_get_color_type(png, info);
    if ((type & PNG_COLOR_MASK_COLOR) == 0)
        png_set_gray_to_rgb(png);
    if ((type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png, info, PNG_INFO_tRNS) != 0) {
        png_color_16 white{};
        white.red = white.green = white.blue = white.gray = 255;
        png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
    }
    png_set_bgr(png);
}

/// libpng leaves a failed call with longjmp: nothing with a destructor may live here.
bool decodeWith(png_structp png, png_infop info, png_bytepp rows, unsigned width, unsigned height)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return false;
    png_read_info(png, info);
    askForBgr(png, info);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height ||
        png_get_rowbytes(png, info) != std::size_t{width} * 3)
        png_error(png, "the decoder disagrees with the header");
    png_read_image(png, rows);
    png_read_end(png, nullptr);
    return true;
}

void write(png_structp png, png_bytep data, std::size_t length)
{
    static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(data), length);
}

void flush(png_structp) {}

bool encodeWith(png_structp png, png_infop info, png_bytepp rows, unsigned width, unsigned height, int dpi)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return false;
    png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (dpi > 0) {
        const auto per_metre = static_cast<png_uint_32>((dpi * 10000L + 127) / 254);
        png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
    }
    png_write_info(png, info);
    png_set_bgr(png);
    png_write_image(png, rows);
    png_write_end(png, info);
    return true;
}

std::vector<png_bytep> rowsOf(const cv::Mat& picture)
{
    std::vector<png_bytep> rows;
    for (int y = 0; y < picture.rows; ++y)
        rows.push_back(const_cast<png_bytep>(picture.ptr(y)));
    return rows;
}

} // namespace

std::string decodePngInto(cv::Mat& bgr, std::string_view bytes)
{
    Source source{reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), {}};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, leave, ignore);
    png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
    if (info == nullptr) {
        png_destroy_read_struct(&png, nullptr, nullptr);
        return "no memory for the decoder";
    }
    png_set_read_fn(png, &source, read);
    png_set_user_limits(png, kMaxSide, kMaxSide);
    // Texts, colour profiles and the like are dropped unread: they are metadata, and some are compressed.
    static constexpr png_byte kMetadata[] = "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0pCAL\0pHYs\0sBIT\0"
                                            "sCAL\0sPLT\0sRGB\0tEXt\0tIME\0zTXt";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, kMetadata, sizeof kMetadata / 5);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, 0);
    auto rows = rowsOf(bgr);
    const bool done =
        decodeWith(png, info, rows.data(), static_cast<unsigned>(bgr.cols), static_cast<unsigned>(bgr.rows));
    png_destroy_read_struct(&png, &info, nullptr);
    if (done)
        return {};
    return source.text[0] != '\0' ? source.text : "the decoder failed";
}

Result<std::string> encodePng(const cv::Mat& bgr, int dpi)
{
    if (bgr.empty() || bgr.type() != CV_8UC3)
        return fail(ErrorCode::invalid_argument, "only BGR pictures of 8 bits are encoded");
    Source trouble{};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &trouble, leave, ignore);
    png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
    if (info == nullptr) {
        png_destroy_write_struct(&png, nullptr);
        return fail(ErrorCode::internal, "no memory for the encoder");
    }
    std::string out;
    png_set_write_fn(png, &out, write, flush);
    auto rows = rowsOf(bgr);
    const bool done = encodeWith(png, info, rows.data(), static_cast<unsigned>(bgr.cols),
                                 static_cast<unsigned>(bgr.rows), dpi);
    png_destroy_write_struct(&png, &info);
    if (!done)
        return fail(ErrorCode::internal, trouble.text);
    return out;
}

} // namespace zikao::picture
