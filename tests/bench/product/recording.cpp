#include "tests/bench/product/recording.hpp"

namespace zikao::bench {

namespace {

thread_local Trace* noted = nullptr;

class RecordingTransaction : public storage::Transaction
{
public:
    RecordingTransaction(storage::Transaction& inner, Trace& trace) : inner_(inner), trace_(trace) {}

    Result<storage::Rows> query(std::string_view sql, const storage::Params& params) override
    {
        trace_.push_back({Step::Kind::query, std::string(sql), params});
        return inner_.query(sql, params);
    }
    Result<std::int64_t> execute(std::string_view sql, const storage::Params& params) override
    {
        auto done = inner_.execute(sql, params);
        // What failed was tried otherwise, as an order whose number was drawn twice; sent again it would fail again.
        if (done)
            trace_.push_back({Step::Kind::execute, std::string(sql), params});
        return done;
    }
    [[nodiscard]] storage::Engine engine() const override { return inner_.engine(); }

private:
    storage::Transaction& inner_;
    Trace& trace_;
};

} // namespace

void RecordingDatabase::noteIn(Trace* trace)
{
    noted = trace;
}

Result<storage::Rows> RecordingDatabase::query(std::string_view sql, const storage::Params& params)
{
    if (noted != nullptr)
        noted->push_back({Step::Kind::query, std::string(sql), params});
    return inner_->query(sql, params);
}

Result<std::int64_t> RecordingDatabase::execute(std::string_view sql, const storage::Params& params)
{
    if (noted != nullptr)
        noted->push_back({Step::Kind::execute, std::string(sql), params});
    return inner_->execute(sql, params);
}

Result<void> RecordingDatabase::run(const std::function<Result<void>(storage::Transaction&)>& act)
{
    Trace* const trace = noted; // the act may run on a thread that commits for many
    if (trace == nullptr)
        return inner_->transaction([&](storage::Transaction& tx) { return act(tx); });
    Trace attempt;
    auto done = inner_->transaction([&](storage::Transaction& tx) {
        attempt = {{Step::Kind::begin, {}, {}}};
        RecordingTransaction recording(tx, attempt);
        return act(recording);
    });
    if (done) {
        attempt.push_back({Step::Kind::commit, {}, {}});
        std::move(attempt.begin(), attempt.end(), std::back_inserter(*trace));
    }
    return done;
}

} // namespace zikao::bench
