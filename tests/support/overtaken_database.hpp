#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "kernel/storage/database.hpp"

namespace zikao::test {

/// Passes everything on, and lets somebody else act just before a chosen question is asked: what happens between two
/// questions of one request. Questions inside a transaction are not counted. For one thread.
class OvertakenDatabase : public storage::Database
{
public:
    explicit OvertakenDatabase(std::unique_ptr<storage::Database> real) : real_(std::move(real)) {}

    /// @param questions  how many are asked before; 0: at the next one
    void overtakeAfter(int questions, std::function<void()> act)
    {
        left_ = questions;
        act_ = std::move(act);
    }
    /// Whether nobody waits any more. What still waited never will.
    bool overtaken() { return std::exchange(act_, nullptr) == nullptr; }

    Result<storage::Rows> query(std::string_view sql, const storage::Params& params) override
    {
        if (act_ && left_-- == 0)
            std::exchange(act_, nullptr)();
        return real_->query(sql, params);
    }
    Result<std::int64_t> execute(std::string_view sql, const storage::Params& params) override
    {
        return real_->execute(sql, params);
    }
    [[nodiscard]] storage::Engine engine() const override { return real_->engine(); }
    [[nodiscard]] std::int64_t commits() const override { return real_->commits(); }

protected:
    Result<void> run(const std::function<Result<void>(storage::Transaction&)>& act) override
    {
        return real_->transaction(act);
    }

private:
    std::unique_ptr<storage::Database> real_;
    int left_ = 0;
    std::function<void()> act_;
};

} // namespace zikao::test
