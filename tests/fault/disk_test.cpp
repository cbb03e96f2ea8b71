#include "tests/fault/kill.hpp"
#include "tests/fault/small_disk.hpp"

namespace zikao::app {
namespace {

/// The folder of databases (SQLite), uploads and bodies in transit has no room left.
class FullDisk : public Kill
{
protected:
    /// A file that its case takes as it is. @param bytes  at least; above 64 KiB it waits in a file of its own
    static Browser::Answer attach(const Process& process, const Browser& guest, const std::string& case_id,
                                  std::size_t bytes)
    {
        return at(process, guest)
            .send("POST", "/lantern/api/cases/" + case_id + "/files?field=oil_papers",
                  "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%" + std::string(bytes, 'p') + "\n%%EOF\n",
                  "application/pdf");
    }
    [[nodiscard]] std::size_t blobs() const
    {
        std::size_t count = 0;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(config.data_dir + "/lantern/files"))
            count += entry.is_regular_file() ? 1 : 0;
        return count;
    }
    static void expectToldWhatToDo(const Browser::Answer& answer)
    {
        EXPECT_EQ(answer.status, 503) << answer.body;
        EXPECT_EQ(answer.code(), "unavailable") << answer.body;
        EXPECT_NE(answer.detail().find("请稍后再试"), std::string::npos) << answer.detail();
    }

    std::optional<SmallDisk> disk; ///< stays until everything on it was checked
};
INSTANTIATE_ON_BOTH_ENGINES(FullDisk);

TEST_P(FullDisk, I1_I11_RefusesWithWordsLeavesNothingByHalfAndGoesOnWhenThereIsRoom)
{
    Browser guest = browser(), ready = browser();
    const std::string id = filledRegistration(guest, 1).json["case"]["id"];
    const auto view = filledRegistration(ready, 2);
    const std::string ready_id = view.json["case"]["id"];
    const Json submission = action(view, nullptr, secrets());
    server.reset();
    disk.emplace(config.data_dir);

    const auto running = zikaod();
    const auto submit = [&] {
        return at(*running, ready).post("/api/cases/" + ready_id + "/actions/submit", submission);
    };
    EXPECT_EQ(attach(*running, guest, id, 100).status, 200);
    const std::size_t kept = blobs();
    const std::int64_t rows = found("file");
    disk->fill(*running);
    for (const std::size_t bytes : {20'000, 200'000})
        expectToldWhatToDo(attach(*running, guest, id, bytes));
    EXPECT_EQ(blobs(), kept) << "a file by half";
    EXPECT_EQ(found("file"), rows);
    if (GetParam() == storage::Engine::sqlite) {
        expectToldWhatToDo(submit());
        EXPECT_EQ(found("case_record WHERE id = ? AND state = 'draft' AND is_visitor = 1", {ready_id}), 1);
        EXPECT_EQ(found("account"), 0);
        EXPECT_EQ(found("audit_entry WHERE act = 'case.submit'"), 0);
    }
    EXPECT_EQ(at(*running, guest).get("/api/cases/" + id).status, 200) << "who only looks is served";
    EXPECT_EQ(Browser(running->port(), "").get("/healthz").status, 200) << "the databases answer";

    disk->clear(*running);
    EXPECT_EQ(attach(*running, guest, id, 200'000).status, 200);
    const auto sent = submit();
    EXPECT_EQ(sent.status, 200) << sent.body;
    EXPECT_EQ(found("case_record WHERE id = ? AND state = 'pending'", {ready_id}), 1);
    EXPECT_EQ(found("audit_entry WHERE act = 'case.submit'"), 1);
    EXPECT_EQ(found("account"), 1);
    running->signal(SIGTERM);
    EXPECT_EQ(running->status(), 0);
    EXPECT_NE(running->said().find("level=error event=files.write_failed"), std::string::npos);
    EXPECT_EQ(running->said().find("level=error event=storage.write_failed") != std::string::npos,
              GetParam() == storage::Engine::sqlite)
        << running->said();
    const auto files =
        ctl::testing_support::zikaoctl({"--config", configFile(), "files", "check", "lantern"});
    EXPECT_EQ(files.exit, 0) << files.text;
}

} // namespace
} // namespace zikao::app
