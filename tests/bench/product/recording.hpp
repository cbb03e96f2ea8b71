#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/storage/database.hpp"

namespace zikao::bench {

/// One thing a database was told. `sql` is empty for begin and commit.
struct Step
{
    enum class Kind { begin, commit, query, execute } kind;
    std::string sql;
    storage::Params params;
};
/// Everything one sign-up told it, in order.
using Trace = std::vector<Step>;

/// Passes everything on and notes what was sent by this thread, so that it can be sent again without the product.
/// An attempt that was rolled back leaves no trace.
class RecordingDatabase : public storage::Database
{
public:
    explicit RecordingDatabase(std::unique_ptr<storage::Database> inner) : inner_(std::move(inner)) {}

    Result<storage::Rows> query(std::string_view sql, const storage::Params& params) override;
    Result<std::int64_t> execute(std::string_view sql, const storage::Params& params) override;
    [[nodiscard]] storage::Engine engine() const override { return inner_->engine(); }
    [[nodiscard]] std::int64_t commits() const override { return inner_->commits(); }

    /// Where the calling thread's statements are noted; null: nowhere.
    static void noteIn(Trace* trace);

protected:
    Result<void> run(const std::function<Result<void>(storage::Transaction&)>& act) override;

private:
    std::unique_ptr<storage::Database> inner_;
};

} // namespace zikao::bench
