#pragma once

#include <memory>
#include <mutex>

#include "plugins/api/id_card_reader.hpp"
#include "plugins/idcard-ocr/engine.hpp"

namespace zikao::idcard {

/// Reads the upright portrait side of a resident identity card. A birth date that is not legible comes from
/// the number.
/// @threads any; one picture at a time
class Reader : public api::IdCardReader
{
public:
    /// @errors `unavailable`: the model is not installed
    static Result<std::unique_ptr<api::IdCardReader>> create(const api::PluginContext& context);
    explicit Reader(std::unique_ptr<Engine> engine);

    /// @errors `invalid_argument` with reason `card_unreadable`, or as `picture::decode`
    Result<api::IdCardReading> read(const std::string& image_bytes) override;

private:
    std::mutex one_at_a_time_;
    std::unique_ptr<Engine> engine_;
};

} // namespace zikao::idcard
