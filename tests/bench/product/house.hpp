#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/app/application.hpp"
#include "kernel/identity/passwords.hpp"
#include "kernel/tenant/tenant.hpp"
#include "tests/bench/measure.hpp"

namespace zikao::bench {

/// A candidate with an account and an open session.
struct Candidate
{
    std::string cookie, csrf;
};

/// The invented province on a fresh database, with a sitting that is open, as the server would hold it: requests
/// go in behind the gate's socket and come out as answers.
class House
{
public:
    /// @param dir  an empty folder for database, keys and files
    House(storage::Engine engine, const storage::MysqlOptions& mysql, const std::string& dir);
    ~House();
    House(const House&) = delete;

    std::vector<Candidate> addCandidates(int count);

    /// @throws std::runtime_error unless the answer is 200
    Json ask(const Candidate& who, const std::string& method, const std::string& path,
             const Json& body = nullptr);
    /// Begins, submits and orders: what a candidate does before paying. @return the case's id
    std::string signUp(const Candidate& who, const std::string& key);

    app::Site& site() { return *application_->sites().front(); }
    rules::Evaluator& evaluator() { return *evaluator_; }
    /// The MariaDB database, or the SQLite file.
    [[nodiscard]] std::string location() const;

private:
    void migrate();
    void fill();

    const SystemClock clock_;
    tenant::OpenOptions options_;
    std::unique_ptr<rules::Evaluator> evaluator_;
    std::unique_ptr<identity::Passwords> passwords_;
    std::unique_ptr<app::Application> application_;
    int candidates_ = 0;
};

} // namespace zikao::bench
