// The program's input and output are one end of a socket pair: unlike with a pipe, writing to a
// program that is gone is an error and no signal. poll bounds every wait; no clock is read.
#include "support/oracle_process.h"

#include <poll.h>
#include <signal.h>
#include <simdjson.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace podmoat::test {
namespace {

constexpr int kPatienceMs = 60'000;

std::string path_of(const std::string& program) {
  const char* folder = std::getenv("PODMOAT_ORACLES");
  return folder == nullptr ? std::string() : std::string(folder) + "/" + program;
}

/// Starts `command`, whose first word is a path, with `socket` as its standard input and output;
/// the process, or errno.
std::pair<pid_t, int> spawn(std::vector<std::string> command, int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
  std::vector<char*> words;
  for (std::string& word : command) words.push_back(word.data());
  words.push_back(nullptr);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return {error == 0 ? pid : -1, error};
}

bool wait_for(int socket, short event) {
  pollfd waiting{socket, event, 0};
  int ready = 0;
  do ready = ::poll(&waiting, 1, kPatienceMs);
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

std::optional<std::string> OracleProcess::why_not(const std::string& program) {
  const std::string path = path_of(program);
  if (path.empty()) return program + ": PODMOAT_ORACLES is not set; ctest sets it";
  if (std::filesystem::exists(path)) return std::nullopt;
  return program + " is not built, for want of a Go toolchain; the test go.build says more";
}

OracleProcess::OracleProcess(const std::string& program, const std::vector<std::string>& arguments)
    : program_(program) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    rest_ = std::strerror(errno);
    return;
  }
  std::vector<std::string> command{path_of(program)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const auto [pid, error] = spawn(std::move(command), ends[1]);
  ::close(ends[1]);
  pid_ = pid;
  socket_ = ends[0];
  if (error != 0) rest_ = std::strerror(error);
}

OracleProcess::~OracleProcess() {
  if (socket_ >= 0) ::close(socket_);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Result<std::string> OracleProcess::ask(std::string_view question) {
  if (pid_ <= 0) return fail(program_ + " does not start: " + rest_);
  if (question.find('\n') != std::string_view::npos)
    return fail(program_ + ": a question is one line");
  std::string line(question);
  line += '\n';
  for (std::string_view left = line; !left.empty();) {
    if (!wait_for(socket_, POLLOUT)) return fail(program_ + " does not read");
    const ssize_t sent = ::send(socket_, left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EINTR && errno != EAGAIN)
      return fail(program_ + " has ended: " + std::strerror(errno));
    if (sent > 0) left.remove_prefix(static_cast<std::size_t>(sent));
  }
  auto answer = next_line();
  if (answer && answer->starts_with(R"({"error":")") && answer->ends_with("\"}"))
    return fail(program_ + ": " + *answer);
  return answer;
}

Result<std::string> OracleProcess::next_line() {
  for (std::size_t seen = 0;;) {
    if (const auto end = rest_.find('\n', seen); end != std::string::npos) {
      std::string line = rest_.substr(0, end);
      rest_.erase(0, end + 1);
      return line;
    }
    seen = rest_.size();
    std::array<char, 65536> buffer;
    if (!wait_for(socket_, POLLIN)) return fail(program_ + " does not answer");
    const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got == 0) return fail(program_ + " has ended without an answer");
    if (got < 0 && errno != EINTR) return fail(program_ + ": " + std::strerror(errno));
    if (got > 0) rest_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Result<std::vector<std::string>> items_of(std::string_view object, std::string_view member) {
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  const simdjson::padded_string padded(object);
  if (const auto error = parser.parse(padded)[member].get(list))
    return fail(std::string(member) + ": " + simdjson::error_message(error) + " in " +
                std::string(object));
  std::vector<std::string> items;
  for (const simdjson::dom::element item : list) {
    std::string_view text;
    if (item.get(text) == simdjson::SUCCESS)
      items.emplace_back(text);
    else
      items.push_back(simdjson::minify(item));
  }
  return items;
}

}  // namespace podmoat::test
