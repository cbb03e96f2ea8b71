#include "kernel/notify/notify.hpp"

#include <algorithm>

#include "kernel/base/id.hpp"
#include "kernel/base/log.hpp"
#include "kernel/storage/outbox.hpp"

namespace zikao::notify {

namespace {

constexpr const char* kRecipientPurpose = "message.recipient";

/// As lists of staff show a phone: its last two digits. Of a mailbox nothing but its house.
std::string masked(const std::string& recipient)
{
    const std::size_t at = recipient.find('@');
    if (at != std::string::npos)
        return ("***" + recipient.substr(at)).substr(0, 60);
    if (recipient.size() <= 2)
        return std::string(recipient.size(), '*');
    return std::string(std::min<std::size_t>(recipient.size() - 2, 20), '*') +
           recipient.substr(recipient.size() - 2);
}

/// By what a recipient is found again; mailboxes without regard to capitals.
std::string indexOf(const Vault& vault, std::string recipient)
{
    for (char& c : recipient)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return vault.index(recipient, kRecipientPurpose);
}

} // namespace

Result<void> Notify::toBox(storage::Transaction& tx, const BoxMessage& message)
{
    const Instant at = message.sent_at.ms == 0 ? tenant_.clock.now() : message.sent_at;
    const auto added = tx.execute("INSERT INTO box_message (id, account_id, title, body, case_id, "
                                  "sent_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
                                  {message.id.empty() ? newId() : message.id, message.account_id,
                                   message.title, message.text, message.case_id, at.ms});
    return added ? ok() : Result<void>(fail(added.error()));
}

Result<void> Notify::toPhone(storage::Transaction& tx, const std::string& phone,
                             const std::string& template_key,
                             const std::map<std::string, std::string>& params)
{
    const Json payload = sealMessage(*tenant_.vault, {"sms", phone, template_key, params, 0});
    const auto posted = storage::post(tx, {"message", payload}, tenant_.clock.now());
    return posted ? ok() : Result<void>(fail(posted.error()));
}

Result<std::vector<BoxMessage>> Notify::box(const std::string& account_id, int limit)
{
    const auto rows = tenant_.database->query("SELECT id, account_id, title, body, case_id, sent_at_ms, "
                                              "read_at_ms FROM box_message WHERE account_id = ? "
                                              "ORDER BY sent_at_ms DESC, id DESC LIMIT ?",
                                              {account_id, std::int64_t{limit}});
    if (!rows)
        return fail(rows.error());
    std::vector<BoxMessage> messages;
    messages.reserve(rows->size());
    for (const storage::Row& row : *rows)
        messages.push_back({row.text(0),
                            row.text(1),
                            row.text(2),
                            row.text(3),
                            row.text(4),
                            {row.integer(5)},
                            !row.isNull(6)});
    return messages;
}

Result<void> Notify::markRead(const std::string& account_id, const std::string& id)
{
    const auto marked = tenant_.database->execute(
        "UPDATE box_message SET read_at_ms = COALESCE(read_at_ms, ?) WHERE id = ? AND account_id = ?",
        {tenant_.clock.now().ms, id, account_id});
    if (!marked)
        return fail(marked.error());
    if (*marked == 0)
        return fail(ErrorCode::not_found, "no such message of this account");
    return ok();
}

Result<int> Notify::unread(const std::string& account_id)
{
    const auto rows = tenant_.database->query(
        "SELECT COUNT(*) FROM box_message WHERE account_id = ? AND read_at_ms IS NULL", {account_id});
    if (!rows)
        return fail(rows.error());
    return static_cast<int>(rows->at(0).integer(0));
}

Result<void> Notify::deliver(const std::string& id, const Json& payload)
{
    const auto message = openMessage(*tenant_.vault, payload);
    if (!message)
        return fail(ErrorCode::invalid_argument, message.error().message, "message_unreadable");
    const auto begun = begin(id, *message);
    if (!begun)
        return fail(begun.error());
    if (*begun == Begin::settled)
        return ok();
    if (message->useless_after_ms != 0 && tenant_.clock.now().ms >= message->useless_after_ms)
        return end(id, "late", {}, {});
    auto* const sender = tenant_.sender(message->channel);
    if (!sender) {
        log::error("notify.no_sender",
                   {{"tenant", tenant_.profile.id}, {"message", id}, {"channel", message->channel}});
        return end(id, "unsent", {}, "no_sender");
    }
    FP("notify.before_send");
    const auto sent = sender->get().send({id, message->recipient, message->template_key, message->params});
    FP("notify.after_send");
    if (sent)
        return end(id, "sent", sent->provider_id, {});

    const Error& error = sent.error();
    const std::string code = error.reason.empty() ? name(error.code) : error.reason;
    const bool surely_not_taken = error.code == ErrorCode::unavailable || error.code == ErrorCode::too_many;
    const bool never = error.code == ErrorCode::invalid_argument;
    if (const auto ended = end(id,
                               surely_not_taken ? "waiting"
                               : never          ? "failed"
                                                : "unknown",
                               {}, code);
        !ended)
        return ended;
    if (surely_not_taken || never)
        return fail(error);
    log::warning("notify.outcome_unknown",
                 {{"tenant", tenant_.profile.id}, {"message", id}, {"error", code}});
    return ok();
}

Result<Notify::OutgoingPage> Notify::outgoing(const std::string& recipient, int limit, int offset)
{
    std::string where;
    storage::Params params;
    if (!recipient.empty()) {
        where = " WHERE t.recipient_index = ?";
        params.emplace_back(indexOf(*tenant_.vault, recipient));
    }
    const std::string from = " FROM outgoing_message m JOIN message_track t ON t.message_id = m.id" + where;
    const auto count = tenant_.database->query("SELECT COUNT(*)" + from, params);
    const auto queued = tenant_.database->query(
        "SELECT COUNT(*) FROM outbox o LEFT JOIN outgoing_message m ON m.id = o.id WHERE "
        "o.kind = 'message' AND o.state = 'waiting' AND m.id IS NULL");
    if (!count || !queued)
        return fail(!count ? count.error() : queued.error());
    params.emplace_back(std::int64_t{limit});
    params.emplace_back(std::int64_t{offset});
    const auto rows =
        tenant_.database->query("SELECT m.id, m.channel, m.template_key, t.recipient_masked, m.state, "
                                "m.error, m.tries, m.begun_at_ms, "
                                "t.report, t.report_code, t.reported_at_ms" +
                                    from + " ORDER BY m.begun_at_ms DESC, m.id DESC LIMIT ? OFFSET ?",
                                params);
    if (!rows)
        return fail(rows.error());
    OutgoingPage page;
    page.total = count->front().integer(0);
    page.queued = queued->front().integer(0);
    for (const storage::Row& row : *rows) {
        Outgoing one{row.text(0),
                     row.text(1),
                     row.text(2),
                     row.text(3),
                     row.text(4),
                     row.text(5),
                     static_cast<int>(row.integer(6)),
                     {row.integer(7)},
                     row.text(8),
                     row.text(9),
                     {}};
        if (!row.isNull(10))
            one.reported_at = Instant{row.integer(10)};
        page.rows.push_back(std::move(one));
    }
    return page;
}

Result<void> Notify::report(const std::string& message_id, bool delivered, const std::string& code)
{
    const auto noted = tenant_.database->execute("UPDATE message_track SET report = ?, report_code = ?, "
                                                 "reported_at_ms = ? WHERE message_id = ? AND report = ''",
                                                 {std::string(delivered ? "delivered" : "failed"),
                                                  code.substr(0, 100), tenant_.clock.now().ms, message_id});
    return noted ? ok() : Result<void>(fail(noted.error()));
}

Result<Notify::Begin> Notify::begin(const std::string& id, const QueuedMessage& message)
{
    const std::int64_t now = tenant_.clock.now().ms;
    const auto added = tenant_.database->transaction([&](storage::Transaction& tx) -> Result<void> {
        const auto row =
            tx.execute("INSERT INTO outgoing_message (id, channel, template_key, state, tries, begun_at_ms) "
                       "VALUES (?, ?, ?, 'begun', 1, ?)",
                       {id, message.channel, message.template_key, now});
        if (!row)
            return fail(row.error());
        const auto track = tx.execute(
            "INSERT INTO message_track (message_id, recipient_index, recipient_masked) VALUES (?, ?, ?)",
            {id, indexOf(*tenant_.vault, message.recipient), masked(message.recipient)});
        return track ? ok() : Result<void>(fail(track.error()));
    });
    if (added)
        return Begin::fresh;
    if (added.error().reason != "duplicate")
        return fail(added.error());
    const auto again =
        tenant_.database->execute("UPDATE outgoing_message SET state = 'begun', tries = tries + 1, "
                                  "begun_at_ms = ? WHERE id = ? AND state = 'waiting'",
                                  {now, id});
    if (!again)
        return fail(again.error());
    if (*again == 1)
        return Begin::fresh;
    const auto abandoned = tenant_.database->execute("UPDATE outgoing_message SET state = 'unknown', "
                                                     "ended_at_ms = ?, error = 'abandoned' WHERE id = ? AND "
                                                     "state = 'begun'",
                                                     {now, id});
    if (!abandoned)
        return fail(abandoned.error());
    if (*abandoned == 1)
        log::warning("notify.outcome_unknown",
                     {{"tenant", tenant_.profile.id}, {"message", id}, {"error", "abandoned"}});
    return Begin::settled;
}

Result<void> Notify::end(const std::string& id, const std::string& state, const std::string& provider_id,
                         const std::string& error)
{
    const auto text = [](const std::string& value) {
        return value.empty() ? storage::Value{} : storage::Value{value.substr(0, 100)};
    };
    const auto ended = tenant_.database->execute(
        "UPDATE outgoing_message SET state = ?, ended_at_ms = ?, provider_id = ?, error = ? WHERE id = ? AND "
        "state = 'begun'",
        {state, tenant_.clock.now().ms, text(provider_id), text(error), id});
    return ended ? ok() : Result<void>(fail(ended.error()));
}

} // namespace zikao::notify
