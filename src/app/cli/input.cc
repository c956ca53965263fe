// From flags to a Snapshot and what to guard in it.
#include "app/cli/input.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <ostream>
#include <set>

#include "core/language/language.h"
#include "core/manifest/reader.h"
#include "core/report/text.h"
#include "io/files/files.h"

namespace podmoat::cli {
namespace {

Failure misuse(std::string what) { return {kMisuse, std::move(what)}; }

/// Shows what is wrong with the input; true if it cannot be used at all.
bool show_diagnostics(const model::Snapshot& snapshot, Terminal& terminal) {
  terminal.err << report::diagnostics_text(snapshot.diagnostics, snapshot, terminal.err_look);
  return std::any_of(snapshot.diagnostics.begin(), snapshot.diagnostics.end(),
                     [](const Diagnostic& d) { return d.level == Level::error; });
}

/// No object at all, not even one of a kind that nobody reads or one that is refused.
bool holds_nothing(const model::Snapshot& snapshot) {
  return snapshot.namespaces.empty() && snapshot.nodes.empty() && snapshot.policy_objects.empty() &&
         snapshot.skipped.empty() && snapshot.system_configs.empty() &&
         snapshot.system_definitions.empty() && snapshot.diagnostics.empty();
}

Outcome<std::string> read_all(const std::string& path) {
  auto source = files::open(path);
  if (!source) return std::unexpected(Failure{kWorld, source.error().what});
  std::string out;
  std::vector<char> buffer(std::size_t{1} << 16);
  while (true) {
    const auto got = (*source)->read(buffer);
    if (!got) return std::unexpected(Failure{kWorld, got.error().what});
    if (*got == 0) return out;
    out.append(buffer.data(), *got);
  }
}

std::string first_of(const Diagnostics& diagnostics, const std::string& file) {
  std::string out;
  for (const Diagnostic& d : diagnostics)
    out += (out.empty() ? "" : "\n") + file + ":" + std::to_string(d.place.line) + ":" +
           std::to_string(d.place.column) + ": " + d.message +
           (d.hint.empty() ? "" : " (" + d.hint + ")");
  return out;
}

/// What `decode` makes of a document of podmoat's own.
template <class Decode>
auto decoded(const std::string& file, std::string_view text, Decode decode)
    -> Outcome<typename std::invoke_result_t<Decode, const model::Value&>::value_type> {
  const auto value = manifest::read_value(file, text);
  if (!value) return std::unexpected(misuse(first_of(value.error(), file)));
  auto out = decode(*value);
  if (!out) return std::unexpected(misuse(first_of(out.error(), file)));
  return *std::move(out);
}

/// --provider: a list of clouds, `all`, or `auto`, which asks the Nodes.
Outcome<std::vector<std::string>> choose_providers(const std::string& text,
                                                   const catalog::Catalog& catalog,
                                                   const model::Snapshot& snapshot) {
  if (text == "auto") return catalog::detect_providers(snapshot);
  if (text == "all") return std::vector<std::string>{};
  std::vector<std::string> out = CLI::detail::split(text, ',');
  for (const std::string& name : out)
    if (std::none_of(catalog.targets.begin(), catalog.targets.end(),
                     [&](const catalog::Target& t) { return t.provider == name; }))
      return std::unexpected(
          misuse("unknown provider '" + name + "'; `podmoat catalog` lists them, `all` means all"));
  return out;
}

Outcome<catalog::Choice> choose(const InputFlags& flags, const Input& input) {
  catalog::Choice out{input.providers, flags.targets, {}};
  for (std::string& id : out.targets) {
    const catalog::Target* target = input.catalog.find(id);
    if (target == nullptr)
      return std::unexpected(misuse("unknown Target '" + id + "'; `podmoat catalog` lists them"));
    id = target->id;
  }
  for (const std::string& text : flags.node_cidrs) {
    const auto block = parse_block(text);
    if (!block) return std::unexpected(misuse("--node-cidr " + text + ": " + block.error().what));
    out.node_blocks.push_back(*block);
  }
  return out;
}

Outcome<audit::Scope> scope_of(const InputFlags& flags) {
  audit::Scope out;
  if (!flags.all_namespaces) out.namespaces = flags.namespaces;
  out.include = flags.include;
  out.exclude = flags.exclude;
  auto selector = model::parse_selector(flags.selector);
  if (!selector)
    return std::unexpected(misuse("--selector " + flags.selector + ": " + selector.error().what));
  out.pods = std::move(*selector);
  return out;
}

/// What --workload-identity says, if anything.
std::optional<bool> said_of_workload_identity(const InputFlags& flags) {
  if (flags.workload_identity.empty()) return std::nullopt;
  return flags.workload_identity == "on";
}

/// PF-70. Nodes tell of Workload Identity if all of them do; if only some do, the others give their
/// own credentials, whatever is said.
audit::Credentials credentials_of(const InputFlags& flags, const model::Snapshot& snapshot) {
  audit::Credentials out{.v2_only = flags.v2_only};
  if (flags.hop_limit != 0) out.hop_limit = flags.hop_limit;
  const std::size_t labelled = platform::nodes_with_gke_server(snapshot);
  const bool all = labelled == snapshot.nodes.size();
  if (labelled > 0 && all) out.workload_identity = true;
  const auto said = said_of_workload_identity(flags);
  if (said && (labelled == 0 || all)) out.workload_identity = said;
  return out;
}

/// What is guarded, and what the answer rests on.
void add_guard_flags(CLI::App& app, InputFlags& flags) {
  app.add_option("--provider", flags.provider,
                 "Clouds to guard against: aws,gcp,azure,...|auto|all (auto asks the Nodes; all "
                 "when nothing tells)")
      ->type_name("LIST");
  add_platform_flag(app, flags);
  app.add_option("--imds-hop-limit", flags.hop_limit,
                 "Hop limit of the instances' metadata service; with --imds-v2-only and 1 its keys "
                 "do not reach Pods, which changes severities and no Verdict")
      ->type_name("N")
      ->default_str("")
      ->check(CLI::Range(1, 64));
  app.add_flag("--imds-v2-only", flags.v2_only, "The instances require IMDSv2 (HttpTokens)");
  app.add_option("--workload-identity", flags.workload_identity,
                 "Workload Identity of GKE, where the nodes do not tell: on|off")
      ->type_name("WHICH")
      ->check(CLI::IsMember({"on", "off"}));
  app.add_option("--target", flags.targets,
                 "Guard these Targets only (default: those that `podmoat catalog` marks)")
      ->type_name("TARGET")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  app.add_option("--node-cidr", flags.node_cidrs, "Where nodes live, beside the Node objects")
      ->type_name("CIDR")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  app.add_option("--catalog", flags.catalogs, "A catalogue that extends the built-in one")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
}

}  // namespace

void add_source_flags(CLI::App& app, InputFlags& flags, bool positional) {
  app.add_option("-f,--filename", flags.sources,
                 "File or folder with manifests, or - for standard input; repeatable, later "
                 "objects replace earlier ones")
      ->type_name("SOURCE")
      ->expected(1)
      ->take_all();
  if (positional)
    app.add_option("SOURCE", flags.sources, "The same as -f")->type_name("")->take_all();
  app.add_flag("-R,--recursive", flags.recursive, "Read folders with all that is below them");
  app.add_option("-n,--namespace", flags.namespaces,
                 "Only these namespaces; one alone is also the namespace of objects that name none")
      ->type_name("NAMESPACE")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  app.add_flag("-A,--all-namespaces", flags.all_namespaces, "All namespaces (the default)");
  app.add_option("-l,--selector", flags.selector, "Only Pods with these labels: app=web,tier!=db")
      ->type_name("SELECTOR");
  app.add_option("--include", flags.include, "Only namespaces that match: team-*")
      ->type_name("GLOB")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  app.add_option("--exclude", flags.exclude, "No namespaces that match: kube-*")
      ->type_name("GLOB")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
}

void add_platform_flag(CLI::App& app, InputFlags& flags) {
  app.add_option("--platform", flags.platform,
                 "What enforces policies: `podmoat platform --list` has the names (default: what "
                 "the input shows, else conformant)")
      ->type_name("NAME");
}

void add_exceptions_flag(CLI::App& app, InputFlags& flags) {
  app.add_option("--exceptions", flags.exceptions,
                 "A document of kind Moat: who may reach which Target, why and until when; "
                 "repeatable")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
}

void add_input_flags(CLI::App& app, InputFlags& flags, bool positional) {
  add_source_flags(app, flags, positional);
  add_guard_flags(app, flags);
}

Outcome<Loaded> load_snapshot(const std::vector<std::string>& sources, bool recursive,
                              const std::string& default_namespace, Terminal& terminal,
                              bool layered) {
  if (sources.empty())
    return std::unexpected(misuse(
        "no SOURCE: name a file, a folder, or - for standard input (podmoat audit deploy/)"));
  const auto paths = files::expand(sources, recursive);
  if (!paths) return std::unexpected(misuse(paths.error().what));
  Loaded loaded;
  manifest::Reader reader(default_namespace, language::kinds());
  for (const std::string& path : *paths) {
    if (const auto stamp = files::stamp(path); stamp && path != "-") loaded.stamps[path] = *stamp;
    auto source = files::open(path);
    if (!source) return std::unexpected(Failure{kWorld, source.error().what});
    const auto added = reader.add(path, **source);
    if (!added) return std::unexpected(Failure{kWorld, path + ": " + added.error().what});
  }
  loaded.snapshot = reader.finish();
  if (layered)
    std::erase_if(loaded.snapshot.diagnostics,
                  [](const Diagnostic& d) { return d.code == "duplicate-object"; });
  if (show_diagnostics(loaded.snapshot, terminal))
    return std::unexpected(misuse("the input cannot be read; nothing was answered"));
  // The other end of a pipe that failed must not look like a cluster without findings.
  if (holds_nothing(loaded.snapshot))
    return std::unexpected(misuse("the input holds no Kubernetes object; nothing was answered"));
  return loaded;
}

Outcome<catalog::Catalog> load_catalog(const std::vector<std::string>& files) {
  auto catalog = decoded("the built-in catalogue", catalog::builtin_text(), catalog::decode);
  if (catalog) {
    const auto more =
        decoded("the built-in consumers", catalog::builtin_consumers_text(), catalog::decode);
    if (!more) return std::unexpected(more.error());
    catalog = catalog::extended(std::move(*catalog), *more);
  }
  for (const std::string& file : files) {
    if (!catalog) break;
    const auto text = read_all(file);
    if (!text) return std::unexpected(text.error());
    const auto more = decoded(file, *text, catalog::decode);
    if (!more) return std::unexpected(more.error());
    catalog = catalog::extended(std::move(*catalog), *more);
  }
  return catalog;
}

Outcome<std::vector<catalog::Exception>> load_exceptions(const std::vector<std::string>& files,
                                                         const catalog::Catalog& catalog,
                                                         model::Snapshot& snapshot) {
  std::vector<catalog::Exception> out;
  std::set<std::string> names;  // of the Moats: what is said of an Exception starts with it
  for (const std::string& file : files) {
    const auto text = read_all(file);
    if (!text) return std::unexpected(text.error());
    const auto number = static_cast<std::uint32_t>(snapshot.files.size());
    const auto read = decoded(file, *text, [&](const model::Value& value) {
      return catalog::decode_moat(value, catalog, number);
    });
    if (!read) return std::unexpected(read.error());
    if (!read->empty() && !names.insert(read->front().moat.name).second)
      return std::unexpected(misuse(file + ": another file has a Moat \"" +
                                    read->front().moat.name +
                                    "\" too; give each a name of its own"));
    snapshot.files.push_back(file);
    out.insert(out.end(), read->begin(), read->end());
  }
  return out;
}

Date today() {
  using namespace std::chrono;
  const year_month_day now = floor<days>(system_clock::now());
  return {static_cast<unsigned>(static_cast<int>(now.year())), static_cast<unsigned>(now.month()),
          static_cast<unsigned>(now.day())};
}

Outcome<const model::Platform*> named_platform(const std::string& name) {
  if (const model::Platform* found = model::find_platform(name)) return found;
  std::string names;
  for (const model::Platform& one : model::platforms())
    names += (names.empty() ? "" : ", ") + one.name;
  return std::unexpected(misuse("unknown platform '" + name + "'; one of: " + names));
}

Outcome<platform::Detected> choose_platform(const std::string& name,
                                            const model::Snapshot& snapshot, Terminal& terminal,
                                            std::optional<bool> workload_identity) {
  if (name.empty()) return platform::detect(snapshot, workload_identity);
  const auto named = named_platform(name);
  if (!named) return std::unexpected(named.error());
  if (const std::string doubt = platform::contradiction(**named, snapshot); !doubt.empty())
    terminal.err << report::painted("warning", report::Paint::yellow, terminal.err_look) << ": "
                 << report::clean(doubt) << "\n";
  return platform::Detected{platform::with_agents(**named, snapshot, workload_identity),
                            model::Basis::given};
}

Outcome<std::unique_ptr<Input>> load(const InputFlags& flags, Terminal& terminal) {
  auto input = std::make_unique<Input>();
  auto catalog = load_catalog(flags.catalogs);
  if (!catalog) return std::unexpected(catalog.error());
  input->catalog = std::move(*catalog);

  auto scope = scope_of(flags);
  if (!scope) return std::unexpected(scope.error());
  input->scope = std::move(*scope);

  const std::string home = flags.namespaces.size() == 1 ? flags.namespaces[0] : "default";
  auto loaded = load_snapshot(flags.sources, flags.recursive, home, terminal);
  if (!loaded) return std::unexpected(loaded.error());
  input->snapshot = std::move(loaded->snapshot);
  input->stamps = std::move(loaded->stamps);
  auto chosen =
      choose_platform(flags.platform, input->snapshot, terminal, said_of_workload_identity(flags));
  if (!chosen) return std::unexpected(chosen.error());
  input->platform = std::move(chosen->platform);
  input->basis = chosen->basis;

  input->credentials = credentials_of(flags, input->snapshot);
  auto providers = choose_providers(flags.provider, input->catalog, input->snapshot);
  if (!providers) return std::unexpected(providers.error());
  input->providers = std::move(*providers);
  auto choice = choose(flags, *input);
  if (!choice) return std::unexpected(choice.error());
  input->choice = std::move(*choice);
  auto exceptions = load_exceptions(flags.exceptions, input->catalog, input->snapshot);
  if (!exceptions) return std::unexpected(exceptions.error());
  input->choice.exceptions = std::move(*exceptions);
  input->choice.today = today();
  input->guard = catalog::guard(input->catalog, input->snapshot, input->choice, input->platform);
  return input;
}

}  // namespace podmoat::cli
