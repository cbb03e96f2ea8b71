#include "tests/contract/simulator.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

namespace zikao::test {

namespace {

namespace fs = std::filesystem;

std::string wholeOf(std::istream& in)
{
    std::ostringstream all;
    Poco::StreamCopier::copyStream(in, all);
    return all.str();
}

const fs::path& keptKeys()
{
    static const fs::path kept = fs::path(ZIKAO_BUILD_DIR) / "simulator-keys.json";
    return kept;
}

/// Its first line, up to the end of line; empty when the program ended before.
std::string firstLine(int pipe)
{
    std::string line;
    for (char c = 0; ::read(pipe, &c, 1) == 1 && c != '\n';)
        line += c;
    return line;
}

pid_t start(const std::string& data_dir, int out)
{
    const std::string program = ZIKAO_SOURCE_DIR "/tests/simulator/main.mjs";
    std::vector<std::string> words{"node", program, "--data", data_dir, "--forgetful"};
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    pid_t pid = -1;
    const int failed = ::posix_spawnp(&pid, "node", &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    return failed == 0 ? pid : -1;
}

} // namespace

bool eventually(const std::function<bool()>& happened, std::chrono::milliseconds within)
{
    const auto end = std::chrono::steady_clock::now() + within;
    while (!happened()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return true;
}

struct Simulator::Program
{
    Program();
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    TempDir dir;
    pid_t starter = ::getpid(); ///< a test's forked child has a copy, and no right to end it
    pid_t pid = -1;
    std::string url;
};

Simulator::Program::Program()
{
    const fs::path keys = fs::path(dir.path()) / "keys" / "identity.json";
    fs::create_directories(keys.parent_path());
    if (fs::exists(keptKeys()))
        fs::copy_file(keptKeys(), keys);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe");
    pid = start(dir.path(), ends[1]);
    ::close(ends[1]);
    const std::string line = firstLine(ends[0]);
    ::close(ends[0]);
    if (pid < 0 || !line.starts_with("ready "))
        throw std::runtime_error("the simulator did not start (is node installed?): " + line);
    url = line.substr(6);
    if (!fs::exists(keptKeys())) {
        // Two programs at once may both make keys; either's are good.
        const fs::path fresh = keptKeys().string() + "." + std::to_string(::getpid());
        fs::copy_file(keys, fresh);
        fs::rename(fresh, keptKeys());
    }
}

Simulator::Program::~Program()
{
    if (starter != ::getpid())
        return;
    ::kill(pid, SIGTERM);
    ::waitpid(pid, nullptr, 0);
}

Simulator::Simulator()
{
    std::shared_ptr<Program>& running = runningProgram();
    if (running == nullptr)
        running = std::make_shared<Program>();
    program_ = running;
    EXPECT_FALSE(post("reset").contains("code"));
}

Simulator::~Simulator() = default;

std::shared_ptr<Simulator::Program>& Simulator::runningProgram()
{
    static std::shared_ptr<Program> running;
    return running;
}

const std::string& Simulator::url() const
{
    return program_->url;
}

void Simulator::rotate()
{
    post("rotate");
    runningProgram().reset();
}

Json Simulator::file(const std::string& name) const
{
    std::ifstream in(program_->dir.path() + "/" + name);
    return Json::parse(in);
}

Json Simulator::settings(const std::string& plugin_id) const
{
    return file("settings.json").at(plugin_id);
}

Json Simulator::call(const std::string& method, const std::string& path, const Json& body) const
{
    const Poco::URI address(url() + "/_control/" + path);
    Poco::Net::HTTPClientSession session(address.getHost(), address.getPort());
    Poco::Net::HTTPRequest request(method, address.getPathAndQuery(), Poco::Net::HTTPMessage::HTTP_1_1);
    const std::string text = body.is_null() ? "" : dumpJson(body);
    request.setContentLength(static_cast<std::streamsize>(text.size()));
    session.sendRequest(request) << text;
    Poco::Net::HTTPResponse response;
    return Json::parse(wholeOf(session.receiveResponse(response)));
}

struct NoticeInbox::Server
{
    struct Handler : Poco::Net::HTTPRequestHandler
    {
        explicit Handler(NoticeInbox& inbox) : inbox_(inbox) {}
        void handleRequest(Poco::Net::HTTPServerRequest& request,
                           Poco::Net::HTTPServerResponse& response) override
        {
            api::RawNotice raw;
            for (const auto& [name, value] : request)
                raw.headers.emplace_back(name, value);
            raw.body = wholeOf(request.stream());
            const std::string& uri = request.getURI();
            const std::size_t mark = uri.find('?');
            if (raw.body.empty() && mark != std::string::npos)
                raw.body = uri.substr(mark + 1);
            // Kept before it is answered: who waits for it may then ask what the answer did.
            inbox_.keep(raw);
            const api::NoticeReply reply = inbox_.answer_(uri.substr(0, mark), raw);
            response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(reply.status));
            if (!reply.content_type.empty())
                response.setContentType(reply.content_type);
            response.sendBuffer(reply.body.data(), reply.body.size());
        }
        NoticeInbox& inbox_;
    };

    struct Factory : Poco::Net::HTTPRequestHandlerFactory
    {
        explicit Factory(NoticeInbox& inbox) : inbox_(inbox) {}
        Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override
        {
            return new Handler(inbox_);
        }
        NoticeInbox& inbox_;
    };

    explicit Server(NoticeInbox& inbox)
        : socket_(Poco::Net::SocketAddress("127.0.0.1", 0)),
          server_(new Factory(inbox), socket_, new Poco::Net::HTTPServerParams)
    {
        server_.start();
    }
    ~Server() { server_.stopAll(true); }

    Poco::Net::ServerSocket socket_;
    Poco::Net::HTTPServer server_;
};

NoticeInbox::NoticeInbox(Answer answer) : answer_(std::move(answer)), server_(std::make_unique<Server>(*this))
{}

NoticeInbox::~NoticeInbox() = default;

std::string NoticeInbox::url() const
{
    return "http://127.0.0.1:" + std::to_string(server_->socket_.address().port());
}

void NoticeInbox::keep(const api::RawNotice& raw)
{
    const std::lock_guard lock(mutex_);
    heard_.push_back(raw);
    changed_.notify_all();
}

std::vector<api::RawNotice> NoticeInbox::wait(std::size_t count)
{
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return heard_.size() >= count; }))
        throw std::runtime_error("notices that came: " + std::to_string(heard_.size()));
    return heard_;
}

} // namespace zikao::test
