#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include <jerror.h>
#include <jpeglib.h>

#include "plugins/support/picture/codecs.hpp"
#include "plugins/support/picture/picture.hpp"

namespace zikao::picture {

namespace {

/// libjpeg leaves a failed call with longjmp: nothing with a destructor may live in the functions that call
/// it.
struct Trouble
{
    jpeg_error_mgr manager; // first, so that the library's pointer is also ours
    std::jmp_buf back;
    char text[JMSG_LENGTH_MAX];
    bool damaged;
};

[[noreturn]] void leave(j_common_ptr info)
{
    auto* trouble = reinterpret_cast<Trouble*>(info->err);
    info->err->format_message(info, trouble->text);
    std::longjmp(trouble->back, 1);
}

void note(j_common_ptr info, int level)
{
    auto* trouble = reinterpret_cast<Trouble*>(info->err);
    // Stray bytes between segments are harmless and common in real photographs; any other warning means lost
    // data.
    if (level >= 0 || info->err->msg_code == JWRN_EXTRANEOUS_DATA || trouble->damaged)
        return;
    trouble->damaged = true;
    info->err->format_message(info, trouble->text);
}

void prepare(Trouble& trouble)
{
    jpeg_std_error(&trouble.manager);
    trouble.manager.error_exit = leave;
    trouble.manager.emit_message = note;
    trouble.damaged = false;
    trouble.text[0] = '\0';
}

/// Adobe stores CMYK inverted: 255 is no ink.
void blendCmyk(const unsigned char* from, unsigned char* to, unsigned width, bool inverted)
{
    for (unsigned x = 0; x < width; ++x, from += 4, to += 3) {
        const auto paper = [&](int i) { return inverted ? from[i] : 255 - from[i]; };
        const int light = paper(3);
        for (int i = 0; i < 3; ++i)
            to[2 - i] = static_cast<unsigned char>(paper(i) * light / 255);
    }
}

bool decodeWith(jpeg_decompress_struct& info, Trouble& trouble, const unsigned char* bytes, std::size_t size,
                unsigned char* pixels, std::size_t stride, unsigned width, unsigned height)
{
    if (setjmp(trouble.back) != 0)
        return false;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, bytes, static_cast<unsigned long>(size));
    jpeg_read_header(&info, TRUE);
    const bool cmyk = info.num_components == 4;
    info.out_color_space = cmyk ? JCS_CMYK : JCS_EXT_BGR;
    jpeg_start_decompress(&info);
    if (info.output_width != width || info.output_height != height) {
        std::snprintf(trouble.text, sizeof trouble.text, "the decoder disagrees with the header");
        return false;
    }
    JSAMPARRAY line =
        cmyk ? (*info.mem->alloc_sarray)(reinterpret_cast<j_common_ptr>(&info), JPOOL_IMAGE, width * 4, 1)
             : nullptr;
    while (info.output_scanline < height) {
        unsigned char* to = pixels + info.output_scanline * stride;
        JSAMPROW row = cmyk ? line[0] : to;
        jpeg_read_scanlines(&info, &row, 1);
        if (cmyk)
            blendCmyk(line[0], to, width, info.saw_Adobe_marker != 0);
    }
    jpeg_finish_decompress(&info);
    return true;
}

struct Encoded
{
    unsigned char* data = nullptr;
    unsigned long size = 0;
    ~Encoded() { std::free(data); }
};

bool encodeWith(jpeg_compress_struct& info, Trouble& trouble, Encoded& out, const unsigned char* pixels,
                std::size_t stride, unsigned width, unsigned height, int quality, int dpi)
{
    if (setjmp(trouble.back) != 0)
        return false;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &out.data, &out.size);
    info.image_width = width;
    info.image_height = height;
    info.input_components = 3;
    info.in_color_space = JCS_EXT_BGR;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    info.optimize_coding = TRUE;
    if (dpi > 0) {
        info.density_unit = 1;
        info.X_density = info.Y_density = static_cast<UINT16>(dpi);
    }
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < height) {
        auto* row = const_cast<JSAMPROW>(pixels + info.next_scanline * stride);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    return true;
}

} // namespace

std::string decodeJpegInto(cv::Mat& bgr, std::string_view bytes)
{
    jpeg_decompress_struct info{};
    Trouble trouble{};
    prepare(trouble);
    info.err = &trouble.manager;
    const bool done =
        decodeWith(info, trouble, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                   bgr.data, bgr.step, static_cast<unsigned>(bgr.cols), static_cast<unsigned>(bgr.rows));
    jpeg_destroy_decompress(&info);
    return done && !trouble.damaged ? std::string{} : std::string{trouble.text};
}

Result<std::string> encodeJpeg(const cv::Mat& bgr, int quality, int dpi)
{
    if (bgr.empty() || bgr.type() != CV_8UC3)
        return fail(ErrorCode::invalid_argument, "only BGR pictures of 8 bits are encoded");
    jpeg_compress_struct info{};
    Trouble trouble{};
    prepare(trouble);
    info.err = &trouble.manager;
    Encoded out;
    const bool done = encodeWith(info, trouble, out, bgr.data, bgr.step, static_cast<unsigned>(bgr.cols),
                                 static_cast<unsigned>(bgr.rows), quality, dpi);
    jpeg_destroy_compress(&info);
    if (!done)
        return fail(ErrorCode::internal, trouble.text);
    return std::string(reinterpret_cast<const char*>(out.data), out.size);
}

} // namespace zikao::picture
