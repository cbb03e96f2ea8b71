#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include "kernel/plugin/plugins.hpp"
#include "plugins/support/picture/picture.hpp"

using namespace zikao;

TEST(PhotoInspectConfined, C43_a_truncated_picture_is_refused_and_the_worker_goes_on)
{
    auto loaded =
        plugin::loadImageInspector({ZIKAO_BUILD_DIR "/lib/plugins/photo-inspect",
                                    ZIKAO_BUILD_DIR "/bin/zikao-worker", Json::object(), "settings", 1});
    ASSERT_TRUE(loaded) << loaded.error().message;
    api::ImageInspector& inspector = (*loaded)->get();
    const cv::Mat plain(640, 480, CV_8UC3, cv::Scalar(219, 142, 67));
    const std::string good = picture::encodeJpeg(plain, 90).value();
    api::PhotoStandard standard;
    standard.face = true;
    for (int round = 0; round < 2; ++round) {
        auto found = inspector.inspect(good, standard);
        ASSERT_TRUE(found) << found.error().message;
        EXPECT_EQ(found->type, "jpg");
        EXPECT_EQ(found->width, 480);
        EXPECT_TRUE(found->faces.empty());
        EXPECT_FALSE(found->checks.empty()) << "the face was not looked for";
        auto cut = inspector.inspect(good.substr(0, good.size() / 2), standard);
        ASSERT_FALSE(cut);
        EXPECT_EQ(cut.error().code, ErrorCode::invalid_argument);
        EXPECT_EQ(cut.error().reason, "image_unreadable");
    }
    auto clean = inspector.clean(good, {});
    ASSERT_TRUE(clean) << clean.error().message;
    EXPECT_EQ(clean->height, 640);
    EXPECT_EQ((*loaded)->stats().killed, 0);
}
