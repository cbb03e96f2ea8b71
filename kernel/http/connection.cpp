#include "kernel/http/connection.hpp"

#include <Poco/Net/IPAddress.h>
#include <Poco/String.h>

#include <algorithm>
#include <exception>

#include "kernel/base/log.hpp"

namespace zikao::http {
namespace {

constexpr std::size_t kReadBuffer = 64 * 1024;
constexpr std::size_t kKeptCapacity = 1024;
constexpr int kMostInARow = 32;
constexpr std::uint64_t kMostLingering = 1024 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

char* readBuffer()
{
    thread_local std::unique_ptr<char[]> buffer(new char[kReadBuffer]);
    return buffer.get();
}

/// A parked connection keeps no big buffers.
void release(std::string& text)
{
    if (text.capacity() > kKeptCapacity)
        std::string().swap(text);
    else
        text.clear();
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

} // namespace

Connection::Connection(Shared& shared, const Poco::Net::StreamSocket& socket, std::string peer)
    : shared_(shared),
      transport_(socket, shared.tls),
      peer_(std::move(peer)),
      phase_(shared.tls ? Phase::handshake : Phase::head),
      phase_since_ms_(shared.now())
{}

void Connection::readable(bool ended)
{
    readable_ = true;
    ended_ = ended_ || ended;
}

/// A plain socket that gave less than it was asked for has no more; TLS may hold further records.
Transport::Moved Connection::read(char* buffer)
{
    const auto moved = transport_.read(buffer, kReadBuffer);
    readable_ =
        moved.io == Transport::Io::done && (ended_ || transport_.secure() || moved.bytes == kReadBuffer);
    return moved;
}

Connection::Next Connection::advance()
{
    bool moving = true;
    handled_in_a_row_ = 0;
    while (moving) {
        switch (phase_) {
        case Phase::handshake: moving = stepHandshake(); break;
        case Phase::head: moving = stepHead(); break;
        case Phase::body: moving = stepBody(); break;
        case Phase::send: moving = stepSend(); break;
        case Phase::linger: moving = stepLinger(); break;
        case Phase::ready:
            if (admission_.cost == Cost::heavy)
                return {Wait::turn};
            handleNow();
            break;
        case Phase::over: return {Wait::close};
        }
    }
    return phase_ == Phase::over ? Next{Wait::close} : parked();
}

Connection::Next Connection::parked() const
{
    const auto& options = shared_.options;
    const auto by_speed = [&] {
        return phase_since_ms_ + options.transfer_grace.count() +
               static_cast<std::int64_t>(moved_ * 1000 / options.least_bytes_per_second);
    };
    switch (phase_) {
    case Phase::head:
        if (in_.empty() && served_one_)
            return {Wait::read, phase_since_ms_ + options.idle_time.count(), true};
        return {waiting_, phase_since_ms_ + options.head_time.count(), in_.empty()};
    case Phase::body:
    case Phase::send: return {waiting_, by_speed()};
    case Phase::linger: return {waiting_, phase_since_ms_ + options.linger_time.count()};
    default: return {waiting_, phase_since_ms_ + options.head_time.count()};
    }
}

bool Connection::fail()
{
    phase_ = Phase::over;
    return false;
}

bool Connection::stepHandshake()
{
    switch (transport_.handshake()) {
    case Transport::Io::done:
        phase_ = Phase::head; // the same ten seconds go on
        return true;
    case Transport::Io::want_read: waiting_ = Wait::read; return false;
    case Transport::Io::want_write: waiting_ = Wait::write; return false;
    case Transport::Io::closed: break;
    }
    return fail();
}

/// Reads what is there into `in_`. False: nothing more for now, or over.
bool Connection::fill()
{
    char* buffer = readBuffer();
    const auto moved = read(buffer);
    switch (moved.io) {
    case Transport::Io::done:
        if (in_.empty() && phase_ == Phase::head && served_one_)
            phase_since_ms_ = shared_.now();
        in_.append(buffer, moved.bytes);
        return true;
    case Transport::Io::want_read: waiting_ = Wait::read; return false;
    case Transport::Io::want_write: waiting_ = Wait::write; return false;
    case Transport::Io::closed: break;
    }
    return fail();
}

bool Connection::stepHead()
{
    if (in_.empty())
        return fill();
    switch (scanner_.scan(in_)) {
    case HeadScanner::State::malformed:
        shared_.malformed.fetch_add(1, std::memory_order_relaxed);
        refuse(Status::HTTP_BAD_REQUEST, "request_malformed", true);
        return true;
    case HeadScanner::State::complete: headComplete(scanner_.length()); return true;
    case HeadScanner::State::incomplete: break;
    }
    if (in_.size() > shared_.options.head.max_bytes) {
        shared_.malformed.fetch_add(1, std::memory_order_relaxed);
        refuse(Status::HTTP_BAD_REQUEST, "request_malformed", true);
        return true;
    }
    return fill();
}

void Connection::headComplete(std::size_t length)
{
    request_ = std::make_unique<Request>();
    request_->id =
        shared_.boot_id + std::to_string(shared_.next_request.fetch_add(1, std::memory_order_relaxed));
    auto head = parseHead(std::string_view(in_).substr(0, length), shared_.options.head);
    in_.erase(0, length);
    scanner_ = {};
    if (!head) {
        shared_.malformed.fetch_add(1, std::memory_order_relaxed);
        refuse(Status::HTTP_BAD_REQUEST, "request_malformed", true);
        return;
    }
    request_->head = std::move(*head);
    judgeClient();
    const Head& parsed = *request_->head;
    closing_ = !parsed.keep_alive;
    try {
        admission_ = shared_.handler->admit(*request_);
    } catch (const std::exception& problem) {
        log::error("admit_threw", {{"request", request_->id}, {"what", problem.what()}});
        refuse(Status::HTTP_INTERNAL_SERVER_ERROR, "internal", parsed.hasBody());
        return;
    }
    if (admission_.refusal) {
        answer(std::move(*admission_.refusal), parsed.hasBody());
        return;
    }
    if (!parsed.hasBody()) {
        bodyComplete();
        return;
    }
    if (parsed.content_length.value_or(0) > admission_.max_body || admission_.max_body == 0) {
        refuse(Status::HTTP_REQUEST_ENTITY_TOO_LARGE, "body_too_large", true);
        return;
    }
    request_->body = Body(shared_.options.body_in_memory, shared_.options.spool_dir);
    if (parsed.chunked)
        chunks_ = std::make_unique<ChunkDecoder>(admission_.max_body);
    phase_ = Phase::body;
    phase_since_ms_ = shared_.now();
    moved_ = 0;
    if (parsed.expects_continue && in_.empty()) {
        out_ = kContinue;
        out_at_ = 0;
        after_ = After::read_body;
        phase_ = Phase::send;
    }
}

void Connection::judgeClient()
{
    Request& request = *request_;
    request.client = peer_;
    request.secure = transport_.secure();
    const auto trusted = [&](std::string_view address) {
        const auto& named = shared_.options.trusted_proxies;
        return std::find(named.begin(), named.end(), address) != named.end();
    };
    if (!trusted(peer_))
        return;
    if (request.header("X-Forwarded-Proto") == "https")
        request.secure = true;
    // Every proxy appends the address it saw: the first one from the right that is not ours is the client's.
    std::string joined;
    for (const auto& [name, value] : request.head->message) {
        if (Poco::icompare(name, "X-Forwarded-For") == 0)
            joined += (joined.empty() ? "" : ",") + value;
    }
    std::string_view chain = joined;
    while (!chain.empty()) {
        const std::size_t comma = chain.rfind(',');
        const std::string_view last =
            trimmed(comma == std::string_view::npos ? chain : chain.substr(comma + 1));
        Poco::Net::IPAddress parsed;
        if (!Poco::Net::IPAddress::tryParse(std::string(last), parsed))
            return;
        request.client = parsed.toString();
        if (!trusted(last) || comma == std::string_view::npos)
            return;
        chain = chain.substr(0, comma);
    }
}

/// Takes what belongs to the body from the front of `bytes`. False: the request was refused.
bool Connection::takeBody(std::string_view& bytes)
{
    Request& request = *request_;
    std::size_t taken = 0;
    Error error;
    bool failed = false;
    if (chunks_) {
        auto fed = chunks_->feed(bytes, request.body);
        failed = !fed.has_value();
        if (failed)
            error = fed.error();
        else
            taken = *fed;
    } else {
        taken = std::min<std::uint64_t>(bytes.size(), *request.head->content_length - request.body.size());
        auto kept = request.body.append(bytes.substr(0, taken));
        failed = !kept.has_value();
        if (failed)
            error = kept.error();
    }
    if (failed) {
        if (error.code == ErrorCode::too_large) {
            refuse(Status::HTTP_REQUEST_ENTITY_TOO_LARGE, "body_too_large", true);
        } else if (error.code == ErrorCode::invalid_argument) {
            shared_.malformed.fetch_add(1, std::memory_order_relaxed);
            refuse(Status::HTTP_BAD_REQUEST, "request_malformed", true);
        } else {
            log::error("body_spool", {{"request", request.id}, {"why", error.message}});
            refuse(Status::HTTP_SERVICE_UNAVAILABLE, "unavailable", true);
        }
        return false;
    }
    moved_ += taken;
    bytes.remove_prefix(taken);
    const bool complete = chunks_ ? chunks_->done() : request.body.size() == *request.head->content_length;
    if (complete)
        bodyComplete();
    return true;
}

bool Connection::stepBody()
{
    if (!in_.empty()) {
        std::string_view rest = in_;
        if (takeBody(rest))
            in_.erase(0, in_.size() - rest.size());
        return true;
    }
    char* buffer = readBuffer();
    const auto moved = read(buffer);
    switch (moved.io) {
    case Transport::Io::done: {
        std::string_view bytes(buffer, moved.bytes);
        if (takeBody(bytes))
            in_.assign(bytes);
        return true;
    }
    case Transport::Io::want_read: waiting_ = Wait::read; return false;
    case Transport::Io::want_write: waiting_ = Wait::write; return false;
    case Transport::Io::closed: break;
    }
    return fail();
}

void Connection::bodyComplete()
{
    chunks_.reset();
    phase_ = Phase::ready;
}

Connection::Next Connection::handle()
{
    handleNow();
    return advance();
}

void Connection::handleNow()
{
    shared_.requests.fetch_add(1, std::memory_order_relaxed);
    if (!admission_.from_memory)
        shared_.seats.stand();
    const auto began = std::chrono::steady_clock::now();
    try {
        answer(shared_.handler->handle(*request_), false);
    } catch (const std::exception& problem) {
        log::error("handler_threw", {{"request", request_->id}, {"what", problem.what()}});
        refuse(Status::HTTP_INTERNAL_SERVER_ERROR, "internal", false);
    }
    const auto took = std::chrono::steady_clock::now() - began;
    shared_.handling_micros.fetch_add(
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()),
        std::memory_order_relaxed);
}

Connection::Next Connection::refuseBusy()
{
    refuse(Status::HTTP_SERVICE_UNAVAILABLE, "server_busy", false);
    return advance();
}

void Connection::refuse(Status status, const char* code, bool body_unread)
{
    Problem problem{status, code};
    if (status == Status::HTTP_SERVICE_UNAVAILABLE)
        problem.retry_after_seconds = 2;
    answer(problemResponse(problem, request_ ? request_->id : std::string(), shared_.options.texts),
           body_unread);
}

void Connection::answer(Response response, bool body_unread)
{
    closing_ = closing_ || body_unread || response.close || shared_.draining.load(std::memory_order_relaxed);
    const int status = static_cast<int>(response.status());
    shared_.by_status_class[std::clamp(status / 100, 0, 5)].fetch_add(1, std::memory_order_relaxed);
    out_ = serialiseHead(response, request_ ? request_->secure : transport_.secure(), closing_);
    const bool bodiless =
        status == 204 || status == 304 ||
        (request_ && request_->head && request_->method() == Poco::Net::HTTPRequest::HTTP_HEAD);
    out_shared_.reset();
    if (!bodiless) {
        if (response.shared)
            out_shared_ = std::move(response.shared);
        else
            out_ += response.body;
    }
    request_.reset();
    chunks_.reset();
    admission_ = {};
    out_at_ = 0;
    moved_ = 0;
    phase_since_ms_ = shared_.now();
    after_ = !closing_ ? After::next_request : body_unread || !in_.empty() ? After::linger : After::end;
    phase_ = Phase::send;
}

bool Connection::stepSend()
{
    const std::size_t total = out_.size() + (out_shared_ ? out_shared_->size() : 0);
    while (out_at_ < total) {
        const std::string_view part = out_at_ < out_.size()
                                          ? std::string_view(out_).substr(out_at_)
                                          : std::string_view(*out_shared_).substr(out_at_ - out_.size());
        const auto moved = transport_.write(part.data(), std::min<std::size_t>(part.size(), 1024 * 1024));
        switch (moved.io) {
        case Transport::Io::done:
            out_at_ += moved.bytes;
            moved_ += moved.bytes;
            continue;
        case Transport::Io::want_write: waiting_ = Wait::write; return false;
        case Transport::Io::want_read: waiting_ = Wait::read; return false;
        case Transport::Io::closed: return fail();
        }
    }
    release(out_);
    out_shared_.reset();
    waiting_ = Wait::read;
    phase_since_ms_ = shared_.now();
    moved_ = 0;
    switch (after_) {
    case After::read_body: phase_ = Phase::body; break;
    case After::next_request:
        served_one_ = true;
        if (in_.empty())
            release(in_);
        phase_ = Phase::head;
        if (in_.empty() && !readable_) // most clients wait for the answer: no use in trying to read at once
            return false;
        if (++handled_in_a_row_ >= kMostInARow) {
            waiting_ = Wait::write; // which is ready at once: to the end of the line, others wait too
            return false;
        }
        break;
    case After::linger:
        transport_.endSending();
        phase_ = Phase::linger;
        break;
    case After::end: transport_.endSending(); return fail();
    }
    return true;
}

/// Reads and drops what the client still sends: closing with unread bytes would reset the connection and
/// could take the answer away from it.
bool Connection::stepLinger()
{
    release(in_);
    char* buffer = readBuffer();
    while (moved_ < kMostLingering) {
        const auto moved = read(buffer);
        if (moved.io == Transport::Io::want_read || moved.io == Transport::Io::want_write) {
            waiting_ = Wait::read;
            return false;
        }
        if (moved.io == Transport::Io::closed)
            break;
        moved_ += moved.bytes;
    }
    return fail();
}

void Connection::expire()
{
    if (!parked().idle)
        shared_.timed_out.fetch_add(1, std::memory_order_relaxed);
    const bool helps = (phase_ == Phase::head && !in_.empty()) || phase_ == Phase::body;
    if (helps) {
        refuse(Status::HTTP_REQUEST_TIMEOUT, "request_timeout", true);
        stepSend();
    }
    phase_ = Phase::over;
}

} // namespace zikao::http
