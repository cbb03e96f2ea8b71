#include "plugins/idcard-ocr/engine.hpp"

#include <algorithm>
#include <omp.h>
#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>
#include <utility>

#include "plugins/idcard-ocr/middle_dot.hpp"

namespace zikao::idcard {

namespace {

constexpr const char* kModels = "/usr/share/tesseract-ocr/5/tessdata";

/// A card takes half a second. Three attempts at noise must end well within the caller's ten seconds.
constexpr int kMostMilliseconds = 2500;

constexpr int kWideGap =
    3; ///< letter heights; the widest gap between label and value of a card is about two and a half

/// A confined worker may not start threads. Tesseract asks for four by name, which only the limit on active
/// parallel regions overrules; the setting belongs to the calling thread.
void stayInOneThread()
{
    omp_set_num_threads(1);
    omp_set_max_active_levels(0);
}

cv::Rect boxOf(const tesseract::ResultIterator& at, tesseract::PageIteratorLevel level)
{
    int left = 0, top = 0, right = 0, bottom = 0;
    at.BoundingBox(level, &left, &top, &right, &bottom);
    return {left, top, right - left, bottom - top};
}

/// What lies between two letters of a line: a tab for a stretch wider than any on a card's printed line (the
/// letters before it are the measure: what is seen in a portrait may be of any height), or the dot of a name.
class Gaps
{
public:
    explicit Gaps(const cv::Mat& grey) : grey_(grey) {}

    const char* before(const tesseract::ResultIterator& at)
    {
        const cv::Rect box = boxOf(at, tesseract::RIL_SYMBOL);
        const cv::Rect last = std::exchange(last_, box);
        const int tallest = std::exchange(tallest_, std::max(tallest_, box.height));
        if (last.empty())
            return "";
        if (box.x - last.br().x > kWideGap * tallest)
            return "\t";
        return dotBetween(grey_, boxOf(at, tesseract::RIL_TEXTLINE), last, box) ? "·" : "";
    }
    void newLine()
    {
        last_ = {};
        tallest_ = 0;
    }

private:
    const cv::Mat& grey_;
    cv::Rect last_;
    int tallest_ = 0;
};

} // namespace

Result<std::unique_ptr<Engine>> Engine::load()
{
    stayInOneThread();
    auto api = std::make_unique<tesseract::TessBaseAPI>();
    if (api->Init(kModels, "chi_sim", tesseract::OEM_LSTM_ONLY) != 0)
        return fail(ErrorCode::unavailable, std::string("no chi_sim model in ") + kModels);
    api->SetPageSegMode(tesseract::PSM_SINGLE_BLOCK);
    return std::unique_ptr<Engine>(new Engine(std::move(api)));
}

Engine::Engine(std::unique_ptr<tesseract::TessBaseAPI> api) : api_(std::move(api)) {}
Engine::~Engine() = default;

Text Engine::recognize(const cv::Mat& grey)
{
    stayInOneThread();
    api_->SetImage(grey.data, grey.cols, grey.rows, 1, static_cast<int>(grey.step));
    api_->SetSourceResolution(300);
    tesseract::ETEXT_DESC watch;
    watch.set_deadline_msecs(kMostMilliseconds);
    Text text;
    Gaps gaps(grey);
    if (api_->Recognize(&watch) == 0) {
        const std::unique_ptr<tesseract::ResultIterator> at(api_->GetIterator());
        while (at && !at->Empty(tesseract::RIL_SYMBOL)) {
            const std::unique_ptr<const char[]> symbol(at->GetUTF8Text(tesseract::RIL_SYMBOL));
            text.append(gaps.before(*at), 100);
            if (symbol)
                text.append(symbol.get(), at->Confidence(tesseract::RIL_SYMBOL));
            if (at->IsAtFinalElement(tesseract::RIL_TEXTLINE, tesseract::RIL_SYMBOL)) {
                text.append("\n", 100);
                gaps.newLine();
            }
            if (!at->Next(tesseract::RIL_SYMBOL))
                break;
        }
    }
    api_->Clear();
    return text;
}

} // namespace zikao::idcard
