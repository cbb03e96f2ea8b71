#include "kernel/identity/passwords.hpp"

#include <argon2.h>
#include <charconv>
#include <deque>
#include <future>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdexcept>

#include "kernel/base/id.hpp"
#include "plugins/api/control.hpp"

namespace zikao::identity {

namespace {

struct Parameters
{
    std::uint32_t memory_kib = 0, passes = 0, lanes = 0;
};

constexpr Parameters kCandidate{19 * 1024, 2, 1};
constexpr Parameters kStaff{64 * 1024, 3, 1};
// A damaged row must not make us allocate gigabytes.
constexpr Parameters kMost{256 * 1024, 16, 4};
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

Parameters parametersOf(Passwords::Cost cost)
{
    if (!CONTROL("password_cost"))
        return {8, 1, 1};
    return cost == Passwords::Cost::staff ? kStaff : kCandidate;
}

std::optional<std::uint32_t> numberAfter(std::string_view text, std::string_view key)
{
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos)
        return std::nullopt;
    std::uint32_t value = 0;
    const char* begin = text.data() + at + key.size();
    const auto [end, fault] = std::from_chars(begin, text.data() + text.size(), value);
    if (fault != std::errc{})
        return std::nullopt;
    return value;
}

std::optional<Parameters> parametersIn(std::string_view stored)
{
    if (!stored.starts_with("$argon2id$v=19$"))
        return std::nullopt;
    const auto memory = numberAfter(stored, "$m=");
    const auto passes = numberAfter(stored, ",t=");
    const auto lanes = numberAfter(stored, ",p=");
    if (!memory || !passes || !lanes)
        return std::nullopt;
    return Parameters{*memory, *passes, *lanes};
}

Result<std::string> encode(const std::string& peppered, const Parameters& with)
{
    const std::string salt = randomBytes(kSaltBytes);
    std::string encoded(
        argon2_encodedlen(with.passes, with.memory_kib, with.lanes, kSaltBytes, kHashBytes, Argon2_id), '\0');
    const int code =
        argon2id_hash_encoded(with.passes, with.memory_kib, with.lanes, peppered.data(), peppered.size(),
                              salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
    if (code != ARGON2_OK)
        return fail(ErrorCode::unavailable, std::string("argon2: ") + argon2_error_message(code));
    encoded.resize(encoded.find('\0'));
    return encoded;
}

} // namespace

struct Passwords::Impl
{
    Impl(std::string pepper, int limit) : pepper_(std::move(pepper)), limit_(static_cast<std::size_t>(limit))
    {
        if (pepper_.empty())
            throw std::invalid_argument("Passwords: the pepper is empty");
        thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
    }

    ~Impl()
    {
        thread_.request_stop();
        arrived_.notify_all();
    }

    /// Runs `act` on the pool's thread and waits for it.
    template <class T>
    Result<T> inPool(std::function<Result<T>()> act)
    {
        // Shared, for the caller may be gone before the pool's thread has left the task.
        auto task = std::make_shared<std::packaged_task<Result<T>()>>(std::move(act));
        std::future<Result<T>> answer = task->get_future();
        {
            const std::lock_guard lock(mutex_);
            if (queue_.size() >= limit_)
                return fail(ErrorCode::too_many, "password queue is full", "login_busy");
            queue_.push_back([task] { (*task)(); });
        }
        arrived_.notify_one();
        return answer.get();
    }

    [[nodiscard]] std::string peppered(const std::string& plain) const
    {
        std::string mac(EVP_MAX_MD_SIZE, '\0');
        unsigned int length = 0;
        if (HMAC(EVP_sha256(), pepper_.data(), static_cast<int>(pepper_.size()),
                 reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                 reinterpret_cast<unsigned char*>(mac.data()), &length) == nullptr)
            throw std::runtime_error("HMAC failed");
        mac.resize(length);
        return mac;
    }

private:
    void work(const std::stop_token& stop)
    {
        while (true) {
            std::function<void()> next;
            {
                std::unique_lock lock(mutex_);
                if (!arrived_.wait(lock, stop, [this] { return !queue_.empty(); }))
                    return;
                next = std::move(queue_.front());
                queue_.pop_front();
            }
            next();
        }
    }

    std::string pepper_;
    std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::deque<std::function<void()>> queue_;
    std::jthread thread_;
};

Passwords::Passwords(std::string pepper, int queue_limit)
    : impl_(std::make_unique<Impl>(std::move(pepper), queue_limit))
{}

Passwords::~Passwords() = default;

Result<std::string> Passwords::hash(const std::string& plain, Cost cost)
{
    return impl_->inPool<std::string>(
        [&, secret = impl_->peppered(plain)] { return encode(secret, parametersOf(cost)); });
}

Result<bool> Passwords::verify(const std::string& plain, const std::string& stored, Cost cost_if_unknown)
{
    return impl_->inPool<bool>([&, secret = impl_->peppered(plain)]() -> Result<bool> {
        if (stored.empty()) {
            const auto made = encode(secret, parametersOf(cost_if_unknown));
            if (!made)
                return fail(made.error());
            return false;
        }
        const auto with = parametersIn(stored);
        if (!with || with->memory_kib > kMost.memory_kib || with->passes > kMost.passes ||
            with->lanes > kMost.lanes)
            return fail(ErrorCode::corrupt, "a stored password hash cannot be read");
        const int code = argon2id_verify(stored.c_str(), secret.data(), secret.size());
        if (code == ARGON2_OK)
            return true;
        if (code == ARGON2_VERIFY_MISMATCH)
            return false;
        return fail(ErrorCode::corrupt, std::string("argon2: ") + argon2_error_message(code));
    });
}

bool Passwords::outdated(const std::string& stored, Cost cost)
{
    const auto made_with = parametersIn(stored);
    const Parameters now = parametersOf(cost);
    return !made_with || made_with->memory_kib < now.memory_kib || made_with->passes < now.passes;
}

} // namespace zikao::identity
