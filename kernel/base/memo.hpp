#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "plugins/api/result.hpp"

namespace zikao {

/// Texts that are made of what does not change and would else be made for every request. Nothing is forgotten: a key names
/// what its text is made of, and never comes from a request.
/// @threads any
class Memo
{
public:
    /// The text under `key`; when there is none, what `make()` returns, a `Result<std::string>`. `make` runs outside the
    /// lock, now and then on two threads at once. @errors of `make`
    template <class Make>
    Result<std::shared_ptr<const std::string>> text(const std::string& key, Make&& make)
    {
        {
            std::lock_guard lock(mutex_);
            if (const auto found = texts_.find(key); found != texts_.end())
                return found->second;
        }
        Result<std::string> made = make();
        if (!made)
            return fail(made.error());
        auto kept = std::make_shared<const std::string>(std::move(*made));
        std::lock_guard lock(mutex_);
        return texts_[key] = std::move(kept);
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const std::string>> texts_;
};

} // namespace zikao
